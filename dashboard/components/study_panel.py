"""One chosen study: what it is, and what can be done with it."""

from __future__ import annotations

import streamlit as st

from dashboard import runs, shelf, state
from dashboard.components import settings_download
from dashboard.wording import plain
from dashboard.wording import studies as words
from rome.errors import RomeError
from rome.store import Entry
from rome.store.headers import MAX_NAME, MAX_NOTE


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
        state.seed(name_key, entry.label.name)
        state.seed(note_key, entry.label.note)
        with left:
            st.text_input(
                words.NAME_LABEL,
                key=name_key,
                placeholder=entry.header.table,
                max_chars=MAX_NAME,
                help=words.NAME_HELP,
                on_change=lambda: shelf.rename(entry, str(state.widget(name_key) or "")),
            )
        with right:
            st.text_area(
                words.NOTE_LABEL,
                key=note_key,
                height=80,
                max_chars=MAX_NOTE,
                help=words.NOTE_HELP,
                on_change=lambda: shelf.note(entry, str(state.widget(note_key) or "")),
            )


def _buttons(entry: Entry) -> None:
    identity, current = entry.header.study_id, state.study()
    is_open = current is not None and current.study_id == identity
    with st.container(horizontal=True, vertical_alignment="center"):
        if is_open:
            st.caption(words.IS_OPEN)
        elif st.button(words.OPEN, key="study-open", type="primary", icon=":material/folder_open:"):
            _open(identity)
        st.button(
            words.UNSTAR if entry.label.starred else words.STAR,
            key="study-star",
            icon=":material/star:",
            on_click=shelf.star,
            args=(entry,),
        )
        settings_download.show(identity, entry.header.table)
        st.button(
            words.REMOVE,
            key="study-remove",
            icon=":material/delete:",
            on_click=shelf.remove,
            args=(identity,),
        )


def _open(identity: str) -> None:
    try:
        runs.open_kept(identity)
    except RomeError as error:
        st.error(plain(error))
        return
    st.switch_page("views/groups.py")
