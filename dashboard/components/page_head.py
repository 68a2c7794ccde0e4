"""How every page opens: its title, the path of steps, and a word on a link that could not be followed."""

from __future__ import annotations

import streamlit as st

from dashboard import runs, state, wording
from dashboard.components import running, steps
from rome.results import StudyResult
from rome.text import fixes as report

#: Only our own words: no value of the user's ever stands in this text.
_STYLE = """<style>
.stMainBlockContainer { max-width: 1180px; padding-top: 3.5rem; padding-bottom: 5rem; }
.st-key-answer p { font-size: 1.2rem; line-height: 1.55; text-wrap: pretty; }
.st-key-answer { border-left: 4px solid #6A5AE0; padding: 0.15rem 0 0.15rem 1.1rem; }
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


def show(key: str) -> None:
    """Follow the page's address, then show title, lead and steps of the page called ``key``."""
    runs.follow_address(key)
    st.html(_STYLE)
    steps.show(key)
    page = wording.journey.page(key)
    st.title(page.title, anchor=False)
    st.caption(page.lead)
    if state.visit().link_problem:
        st.error(f"{wording.journey.LINK_FAILED} {wording.plain(state.visit().link_problem)}")
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
        st.markdown(wording.plain(sentence), help=explained)


def remedy(result: StudyResult) -> None:
    """Say what to do where one group explains the table as well as several."""
    said = report.remedy(result)
    if said:
        st.info(wording.plain(said), icon=":material/lightbulb:")
