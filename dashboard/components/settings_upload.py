"""Roles and settings from a file, for the table that is open."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.components import network_form, train_fill
from dashboard.roles_choice import RolesChoice
from dashboard.state import Imported, OpenTable
from dashboard.wording import plain
from dashboard.wording import settings_file as words
from rome.errors import RomeError
from rome.settings.study import Settings
from rome.store.settings_file import Fitted, fit_to_columns, read_settings


def show(opened: OpenTable, page: str) -> None:
    """Show the way in, folded away, and what the last file brought, or why it was refused."""
    now = state.visit()
    with st.expander(words.TITLE, icon=":material/upload_file:", expanded=bool(now.settings_problem)):
        key = f"settings-upload-{page}"
        st.file_uploader(
            words.LABEL,
            type=["json"],
            key=key,
            help=words.HELP,
            on_change=lambda: _take(opened, key),
            max_upload_size=50,
        )
        if now.settings_problem:
            st.error(plain(now.settings_problem))
    if now.imported is not None:
        _say(now.imported)


def _take(opened: OpenTable, key: str) -> None:
    """Read the file that was chosen, and put what it says into the form; a bad file changes nothing."""
    file, now = state.widget(key), state.visit()
    now.settings_problem = ""
    if file is None:
        return
    try:
        read = read_settings(file.getvalue(), file.name)
    except RomeError as error:
        now.settings_problem = str(error)
        return
    columns = tuple(opened.table.frame.columns)
    fitted = fit_to_columns(read, columns)
    state.choose(choice_of(fitted, columns))
    now.imported = Imported(fitted.settings, file.name, fitted.absent, fitted.unmentioned)
    train_fill.fill(opened, fitted.settings, network_form.OPTIONS)


def choice_of(fitted: Fitted, columns: tuple[str, ...]) -> RolesChoice:
    """Return what the roles form shows for roles from a file."""
    return RolesChoice(
        columns=columns,
        outcome=fitted.outcome,
        sensitive=tuple(name for name in columns if name in fitted.sensitive),
        allowed=tuple(name for name in columns if name in fitted.allowed),
        features=tuple(name for name in columns if name in fitted.features),
        weight=fitted.weight,
        ids=tuple(name for name in columns if name in fitted.ids),
    )


def _say(imported: Imported) -> None:
    st.caption(words.taken(imported.name))
    if imported.absent:
        st.warning(words.absent(imported.absent), icon=":material/warning:")
    if imported.unmentioned:
        st.caption(words.unmentioned(imported.unmentioned))


def say_lost(shown: Settings) -> None:
    """Say which settings of the file the form doesn't show, or shows otherwise."""
    imported = state.visit().imported
    if imported is None:
        return
    if imported.lost is None:
        # Asked once: what is changed by hand afterwards is not lost.
        imported.lost = train_fill.lost(imported.settings, shown)
    if imported.lost:
        st.warning(words.lost(imported.lost), icon=":material/warning:")
    if train_fill.unseen():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(words.unseen(train_fill.unseen()), width="content")
            st.button(words.KEEP_NOTHING, key="settings-forget", type="tertiary", on_click=_forget)


def _forget() -> None:
    state.visit().imported = None
