"""The pages, and the sidebar: the path of five steps, how far each is, and the pages beside it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard import state
from dashboard.shared import runs
from dashboard.shared.words import study_line, table_is_open

DONE, NEXT, RUNNING, LATER = "done", "next", "under way", "later"
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


@dataclass(frozen=True)
class Page:
    """A page: its file and address, its name, and what it is for."""

    key: str
    title: str
    lead: str


PAGES = (
    Page("data", "Data", "Open a table, check how it was read, and say what each column is."),
    Page(
        "train",
        "Train",
        "Look for groups that no column names, and fit a predictor that guards the worst of them.",
    ),
    Page(
        "groups",
        "Groups",
        "Who is in each group, how sure that is, and whether the groups are needed at all.",
    ),
    Page(
        "compare",
        "Compare",
        "One model for everybody, called pooled, against ROME. The worst group comes first.",
    ),
    Page("report", "Report", "One file that a colleague can read without this program."),
)


#: Pages beside the journey, under "More".
MORE = (
    Page("studies", "Studies", "Every study that is kept on this computer: find one, name it, compare two."),
    Page("score", "Score", "Let a finished study predict the rows of another file."),
    Page("what_if", "What if", "Change a person's columns and see what the models would say."),
    Page("about", "About", "What this program does, how, and what it cannot tell."),
)


def script(key: str) -> str:
    """Return the file of the page called ``key``, as Streamlit names it."""
    return f"screens/{key}/page.py"


def link(key: str, label: str) -> None:
    """Show a link that leads on to the page called ``key``."""
    st.page_link(script(key), label=label, icon=":material/arrow_forward:")


def tab_title(page_title: str) -> str:
    """Return what the browser's tab is called on a page."""
    return f"{page_title} · ROME Studio"


def page(key: str) -> Page:
    """Return the page called ``key``."""
    return next(each for each in (*PAGES, *MORE) if each.key == key)


def _next_step(number: int, each: Page) -> str:
    """Say which step comes next."""
    return f"Next: {number}. {each.title}"


def show(key: str) -> None:
    """Draw the steps as links, each with an icon that says how far it is, and the other pages as "More"."""
    state.see(key)
    standings = _standings()
    with st.sidebar:
        with st.container(key="steps", gap="xsmall"):
            for number, page in enumerate(PAGES, 1):
                st.page_link(
                    script(page.key),
                    label=f"{number}. {page.title}",
                    icon=_ICONS[standings[page.key]],
                    width="stretch",
                )
        st.caption(_comes_next(standings))
        _more()
        _whereabouts()


def _standings() -> dict[str, str]:
    """Return how far each step is; the first that is not done comes next."""
    done, run = _done(), runs.current()
    pages = [page.key for page in PAGES]
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


def _comes_next(standings: dict[str, str]) -> str:
    for number, page in enumerate(PAGES, 1):
        if standings[page.key] == NEXT:
            return _next_step(number, page)
    return "" if RUNNING in standings.values() else "Every step is done."


def _more() -> None:
    """Draw the pages that belong to no step."""
    with st.container(key="more-pages", gap="xsmall"):
        st.caption("**More**")
        for page in MORE:
            st.page_link(script(page.key), label=page.title, icon=_MORE[page.key], width="stretch")


def _whereabouts() -> None:
    """Say at the foot which table and study are open."""
    study, table = state.study(), state.table()
    if study is None and table is None:
        return
    st.divider()
    if study is not None:
        st.caption(study_line(study))
    elif table is not None:
        reading = table.table.reading
        st.caption(table_is_open(table.table.name, reading.rows, reading.columns))
