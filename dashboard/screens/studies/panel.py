"""One chosen study: what it is, and what can be done with it."""

from __future__ import annotations

import re

import streamlit as st

from dashboard import state
from dashboard.screens.studies import changes, words
from dashboard.shared import figure_card, runs, settings_file
from dashboard.shared.words import plain
from rome.errors import RomeError
from rome.store import Entry
from rome.store.headers import MAX_NAME, MAX_NOTE
from rome.store.settings_file import write_settings


def show(entry: Entry) -> None:
    """Show the study with its name, its note, and the buttons."""
    identity = entry.header.study_id
    with st.container(border=True, key="study-panel"):
        st.subheader(plain(words.title(entry)), anchor=False)
        st.caption(words.line(entry))
        if words.worst_line(entry):
            st.caption(words.worst_line(entry))
        _buttons(entry)
        left, right = st.columns([2, 3], gap="medium")
        name_key, note_key = f"study-name-{identity}", f"study-note-{identity}"
        state.set_widget(name_key, entry.label.name)
        state.set_widget(note_key, entry.label.note)
        with left:
            st.text_input(
                words.NAME_LABEL,
                key=name_key,
                placeholder=entry.header.table,
                max_chars=MAX_NAME,
                help="Empty: the name of its table.",
                on_change=lambda: changes.rename(entry, str(state.widget(name_key) or "")),
            )
        with right:
            st.text_area(
                words.NOTE_LABEL,
                key=note_key,
                height=80,
                max_chars=MAX_NOTE,
                help="Kept beside the study on this computer; not part of the report.",
                on_change=lambda: changes.note(entry, str(state.widget(note_key) or "")),
            )


def _buttons(entry: Entry) -> None:
    identity, current = entry.header.study_id, state.study()
    is_open = current is not None and current.study_id == identity
    with st.container(horizontal=True, vertical_alignment="center"):
        if is_open:
            st.caption("This study is open. The other pages show it.")
        elif st.button("Open this study", key="study-open", type="primary", icon=":material/folder_open:"):
            _open(identity)
        st.button(
            words.UNSTAR if entry.label.starred else words.STAR,
            key="study-star",
            icon=":material/star:",
            on_click=changes.star,
            args=(entry,),
        )
        _settings_download(identity, entry.header.table)
        st.button(
            "Remove",
            key="study-remove",
            icon=":material/delete:",
            on_click=changes.remove,
            args=(identity,),
        )


def _open(identity: str) -> None:
    try:
        runs.open_kept(identity)
    except RomeError as error:
        st.error(plain(error))
        return
    st.switch_page("screens/groups/page.py")


def _settings_download(identity: str, table: str) -> None:
    """Show the button that downloads the settings of a study of the library."""
    name = re.sub(r"[^\w-]+", "_", table.rpartition(".")[0] or table).strip("_")[:40] or "study"
    figure_card.download(
        "Settings (JSON)",
        f"settings-{identity}",
        lambda: _content(identity),
        f"{name}_settings_{identity[:6]}.json",
        help=settings_file.HELP,
    )


def _content(identity: str) -> bytes:
    current = state.study()
    result = current if current is not None and current.study_id == identity else None
    result = result or state.library().load(identity)
    return write_settings(result.roles, result.settings, result.data.name)
