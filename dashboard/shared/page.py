"""How every page opens, what it says where it has nothing to show, and the way on."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.shared import running, runs, steps
from dashboard.shared.words import GO_DATA, GO_TRAIN, plain
from dashboard.state import OpenTable
from rome.results import StudyResult
from rome.text import advice, fixes

#: Only our own words: no value of the user's ever stands in this text.
_STYLE = """<style>
.stMainBlockContainer { max-width: 1440px; padding-top: 1.25rem; padding-bottom: 5rem; }
/* A page's answer and its picture are to be in sight together, so its head takes little room. */
.stMainBlockContainer h1 { padding: 0.25rem 0 0; }
.st-key-answer p { font-size: 1.2rem; line-height: 1.55; text-wrap: pretty; }
.st-key-answer { border-left: 4px solid #6A5AE0; padding: 0.15rem 0 0.15rem 1.1rem; }
/* Figures and tables use a wide window; lines of text stay short enough to be read. */
.stMainBlockContainer [data-testid="stMarkdownContainer"] > p { max-width: 64rem; }
/* Small print stays readable: Streamlit's own is too faint for text that matters. */
[data-testid="stCaptionContainer"] { opacity: 0.78; }
/* Chosen columns are many and are no buttons: the accent is kept for what one can press. */
.stMultiSelect [data-tag] { background: rgba(128, 128, 150, 0.18); color: inherit; }
/* A figure's words follow the theme at once; its marks follow with the next redraw. */
.stPlotlyChart .infolayer text:not(.annotation-text), .stPlotlyChart [class*="axislayer"] text {
  fill: currentColor !important;
}
.rome-group { display: flex; align-items: baseline; gap: 0.5rem; margin: 0; }
h3.rome-group { font-size: 1.25rem; font-weight: 650; padding: 0; }
</style>"""
NO_STUDY = "No study is open yet. Train one first, or open the link of a finished one."
NO_STUDY_NO_TABLE = "No study is open yet, and no table to make one of. Open a file or take a sample first."
OTHER_ROLES = (
    "This study used other roles of the columns than the Data page shows now. To see what the change does, "
    "train again."
)


def head(key: str) -> None:
    """Follow the page's address, then show title, lead and steps of the page called ``key``."""
    runs.follow_address(key)
    st.html(_STYLE)
    steps.show(key)
    page = steps.page(key)
    st.title(page.title, anchor=False)
    st.caption(page.lead)
    if state.visit().link_problem:
        st.error(f"The study in the link could not be opened. {plain(state.visit().link_problem)}")
    if key != "train":
        running.glance()
    _remember_visitor()


def _remember_visitor() -> None:
    """Let the browser keep the key by which a visitor is known again after a reload."""
    cookie = runs.cookie()
    if cookie:
        # In the sidebar, where the empty element takes no room of the page's.
        with st.sidebar:
            st.html(f"<script>document.cookie = '{cookie}'</script>", unsafe_allow_javascript=True)


def answer(sentence: str, explained: str | None = None) -> None:
    """Show the sentence that answers the page's question, set larger than the rest."""
    with st.container(key="answer"):
        st.markdown(plain(sentence), help=explained)


def remedy(result: StudyResult) -> None:
    """Say what to do where one group explains the table as well as several."""
    said = fixes.remedy(result)
    if said:
        st.info(plain(said), icon=":material/lightbulb:")


def beside(result: StudyResult) -> None:
    """Say what stands beside the advice: the study's own groups, and what seeing S would give."""
    for said in advice.beside_sentences(result):
        st.caption(plain(said))


def require_table() -> OpenTable | None:
    """Return the open table, or say that there is none and where to open one."""
    opened = state.table()
    if opened is None:
        say_empty("No table is open yet. Open a file or take a sample first.", "data", GO_DATA)
    return opened


def require_study() -> StudyResult | None:
    """Return the open study, or say that there is none and where to make one."""
    study = state.study()
    if study is not None:
        if state.roles_differ():
            st.caption(OTHER_ROLES)
        return study
    run = runs.current()
    if run is not None and run.is_active():
        say_empty("The study that is being made opens here when it is finished.", "train", running.GO_RUN)
    elif state.table() is None:
        say_empty(NO_STUDY_NO_TABLE, "data", GO_DATA)
    else:
        say_empty(NO_STUDY, "train", GO_TRAIN)
    return None


def say_empty(why: str, page: str, label: str, *more: tuple[str, str]) -> None:
    """Say why there is nothing to show, with links to where that is put right: pages and their labels."""
    with st.container(border=True, key="empty"):
        st.markdown(why)
        for name, said in ((page, label), *more):
            steps.link(name, said)


def next_button(page: str, label: str, disabled: bool = False) -> None:
    """Show the button, and go to the page called ``page`` when it is pressed."""
    pressed = st.button(
        label,
        key=f"next-{page}",
        type="primary",
        icon=":material/arrow_forward:",
        icon_position="right",
        disabled=disabled,
    )
    if pressed:
        st.switch_page(steps.script(page))
