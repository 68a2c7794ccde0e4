"""A name for the selected rows, and the button that keeps them under it."""

from __future__ import annotations

import streamlit as st

from dashboard import cohorts, wording
from rome.cohorts import Origin
from rome.results import StudyResult


def show(result: StudyResult, rows: tuple[int, ...], origin: Origin) -> None:
    """Show where the rows get their name."""
    key = f"cohort-name-{result.study_id}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            wording.cohorts.NAME_LABEL,
            key=key,
            max_chars=80,
            placeholder=wording.cohorts.NAME_PLACEHOLDER,
            width=360,
        )
        st.button(
            wording.cohorts.SAVE,
            key="cohort-save",
            help=wording.cohorts.SAVE_HELP,
            icon=":material/bookmark_add:",
            on_click=cohorts.save,
            args=(result, key, rows, origin),
        )
