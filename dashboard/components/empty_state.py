"""A page that has nothing to show says why, and leads to where that is mended."""

from __future__ import annotations

import streamlit as st

from dashboard import runs, state, wording
from dashboard.state import OpenTable
from rome.results import StudyResult


def require_table() -> OpenTable | None:
    """Return the open table, or say that there is none and where to open one."""
    opened = state.table()
    if opened is None:
        say(wording.journey.NO_TABLE, "data", wording.journey.GO_DATA)
    return opened


def require_study() -> StudyResult | None:
    """Return the open study, or say that there is none and where to make one."""
    study = state.study()
    if study is not None:
        if state.roles_differ():
            st.caption(wording.journey.OTHER_ROLES)
        return study
    run = runs.current()
    if run is not None and run.is_active():
        say(wording.running.OPENS_HERE, "train", wording.running.GO_RUN)
    elif state.table() is None:
        say(wording.journey.NO_STUDY_NO_TABLE, "data", wording.journey.GO_DATA)
    else:
        say(wording.journey.NO_STUDY, "train", wording.journey.GO_TRAIN)
    return None


def say(why: str, page: str, label: str, *more: tuple[str, str]) -> None:
    """Say why there is nothing to show, with links to where that is mended: pages and their labels."""
    with st.container(border=True, key="empty"):
        st.markdown(why)
        for name, said in ((page, label), *more):
            st.page_link(f"views/{name}.py", label=said, icon=":material/arrow_forward:")
