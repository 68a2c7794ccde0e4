"""The start of a study: opened at once if it is in the library, else made by a worker."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import streamlit as st

from dashboard import kept_tables, runs, state, wording
from dashboard.components import next_page, table_copies
from dashboard.state import OpenTable
from rome import jobs, study
from rome.errors import RomeError
from rome.jobs import duration
from rome.settings.study import Settings
from rome.table import Roles


def start_button(opened: OpenTable, roles: Roles, settings: Settings) -> bool:
    """Show the start button, worded by whether the study exists; return whether it was pressed.

    Where the study is already open there is nothing to start, and the way on takes the button's place.
    """
    if _is_open(opened, roles, settings):
        next_page.button("groups", wording.journey.GO_GROUPS)
        return False
    known = state.library().has(study.study_id(opened.table.fingerprint, roles, settings))
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            wording.train.OPEN_AGAIN if known else wording.train.START,
            key="train-start",
            type="primary",
            icon=":material/play_arrow:",
        )
        note = wording.train.start_note(_expected(opened, roles, settings))
        st.caption(wording.train.OPEN_AGAIN_NOTE if known else note)
    if not known:
        st.caption(wording.train.KEPT_NOTE)
        state.visit().shelf.keep_table = table_copies.wanted(opened)
    if state.study() is not None:
        st.caption(wording.train.OTHER_STUDY)
    return pressed


def open_moved(opened: OpenTable, key: str) -> None:
    """Open the study with the number of groups that the slider called ``key`` was moved to, if it is made.

    A callback: whoever moves K over studies that are made wants to see them, not to ask for each.
    """
    shown = state.visit().shown_settings
    if shown is None:
        return
    # A study that can't be read stays unopened: the page then offers to open it, and says why it can't.
    with contextlib.suppress(RomeError):
        settings = replace(shown, n_groups=state.widget(key))
        identity = study.study_id(opened.table.fingerprint, state.choice().roles(), settings)
        if state.library().has(identity):
            runs.open_kept(identity)


def _is_open(opened: OpenTable, roles: Roles, settings: Settings) -> bool:
    current = state.study()
    identity = study.study_id(opened.table.fingerprint, roles, settings)
    return current is not None and current.study_id == identity


def _expected(opened: OpenTable, roles: Roles, settings: Settings) -> tuple[float, float]:
    return duration.expected(state.library(), duration.study_size(opened.table, roles, settings))


def open_or_run(opened: OpenTable, roles: Roles, settings: Settings) -> None:
    """Open the study, or have it made; the page shows from then on how far it is."""
    try:
        identity = study.study_id(opened.table.fingerprint, roles, settings)
        if state.library().has(identity):
            runs.open_kept(identity)
            st.rerun()
        expected = _expected(opened, roles, settings)
        if state.visit().shelf.keep_table:
            kept_tables.keep(opened)
        runs.start(jobs.study_request(opened.table, roles, settings, expected))
    except RomeError as error:
        st.error(wording.plain(error))
        return
    st.rerun()
