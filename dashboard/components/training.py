"""A study on demand: opened at once if it is in the library, else run with its progress on screen."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from dashboard import state, wording
from dashboard.components import next_page
from dashboard.state import OpenTable
from rome import study
from rome.config import Settings
from rome.errors import RomeError
from rome.table import Roles

_EVERY_SECONDS = 0.15


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
        st.caption(wording.train.OPEN_AGAIN_NOTE if known else wording.train.START_NOTE)
    if state.study() is not None:
        st.caption(wording.train.OTHER_STUDY)
    return pressed


def _is_open(opened: OpenTable, roles: Roles, settings: Settings) -> bool:
    current = state.study()
    identity = study.study_id(opened.table.fingerprint, roles, settings)
    return current is not None and current.study_id == identity


def open_or_run(opened: OpenTable, roles: Roles, settings: Settings) -> None:
    """Open the study, running it first if need be; what forbids it is said where the progress would be."""
    identity = study.study_id(opened.table.fingerprint, roles, settings)
    try:
        if not state.library().has(identity):
            _run(opened, roles, settings)
        state.open_study(state.library().load(identity))
    except RomeError as error:
        st.error(wording.plain(error))
        return
    st.rerun()


def _run(opened: OpenTable, roles: Roles, settings: Settings) -> None:
    place = st.empty()
    with place.container(border=True):
        bar = st.progress(0.0, wording.train.progress(wording.train.STARTING))
        # Pressing it reruns the page, and Streamlit ends this run at the next word of progress.
        st.button(wording.train.CANCEL, key="train-cancel", icon=":material/stop:")
    finished = study.run(opened.table, roles, settings, progress=teller(bar.progress))
    state.library().save(finished)
    place.empty()


def teller(show: Callable[[float, str], object]) -> study.Progress:
    """Return a progress callback that speaks a few times a second, and at every change of stage."""
    said = {"what": "", "when": 0.0}

    def tell(share: float, what: str) -> None:
        now = time.monotonic()
        if what == said["what"] and now - said["when"] < _EVERY_SECONDS:
            return
        said.update(what=what, when=now)
        show(min(max(share, 0.0), 1.0), wording.train.progress(what))

    return tell
