"""The path of five steps in the sidebar, what is done and what comes next, and the other pages below it."""

from __future__ import annotations

import streamlit as st

from dashboard import runs, state, wording
from dashboard.wording.journey import DONE, LATER, NEXT, RUNNING

_ICONS = {
    DONE: ":material/check_circle:",
    NEXT: ":material/arrow_circle_right:",
    RUNNING: ":material/pending:",
    LATER: ":material/circle:",
}
_MORE = {
    "studies": ":material/folder_copy:",
    "score": ":material/table_view:",
    "what_if": ":material/tune:",
    "about": ":material/info:",
}


def show(key: str) -> None:
    """Draw the steps as links, each with an icon that says how far it is, and the other pages as "More"."""
    state.see(key)
    standings = _standings()
    with st.sidebar:
        with st.container(key="steps", gap="xsmall"):
            for number, page in enumerate(wording.journey.PAGES, 1):
                st.page_link(
                    f"views/{page.key}.py",
                    label=f"{number}. {page.title}",
                    icon=_ICONS[standings[page.key]],
                    help=wording.journey.step(number, page, standings[page.key]),
                    width="stretch",
                )
        st.caption(_next(standings))
        _more()
        _whereabouts()


def _standings() -> dict[str, str]:
    """Return how far each step is; the first that is not done comes next."""
    done, run = _done(), runs.current()
    pages = [page.key for page in wording.journey.PAGES]
    following = next((key for key in pages if key not in done), None)
    standings = {key: DONE if key in done else NEXT if key == following else LATER for key in pages}
    if run is not None and run.is_active():
        standings["train"] = RUNNING
    return standings


def _done() -> set[str]:
    done = {"data"} if state.table() is not None else set()
    if state.study() is not None:
        done |= {"data", "train"} | state.seen()
    return done


def _next(standings: dict[str, str]) -> str:
    for number, page in enumerate(wording.journey.PAGES, 1):
        if standings[page.key] == NEXT:
            return wording.journey.next_step(number, page)
    return "" if RUNNING in standings.values() else wording.journey.ALL_DONE


def _more() -> None:
    """Draw the pages that belong to no step."""
    with st.container(key="more-pages", gap="xsmall"):
        st.caption(f"**{wording.journey.MORE_TITLE}**")
        for page in wording.journey.MORE:
            st.page_link(f"views/{page.key}.py", label=page.title, icon=_MORE[page.key], width="stretch")


def _whereabouts() -> None:
    """Say at the foot which table and study are open."""
    study, table = state.study(), state.table()
    if study is None and table is None:
        return
    st.divider()
    if study is not None:
        st.caption(wording.train.study_line(study))
    elif table is not None:
        reading = table.table.reading
        st.caption(wording.data.table_is_open(table.table.name, reading.rows, reading.columns))
