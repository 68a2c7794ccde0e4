"""How pooled and ROME do on the named cohorts, with what the way of choosing does to these numbers."""

from __future__ import annotations

import streamlit as st

from dashboard import cache, cohorts, wording
from dashboard.components import figure_card
from rome import figures
from rome.cohorts.words import MANY, errors_sentence
from rome.results import StudyResult


def show(result: StudyResult) -> None:
    """Show the errors of named cohorts under a heading; nothing where no cohort is kept."""
    if cohorts.kept(result):
        st.subheader(wording.cohorts.ERRORS_TITLE, anchor=False)
        figure(result)


def figure(result: StudyResult) -> None:
    """Show the errors of named cohorts; nothing where no cohort is kept."""
    kept = cohorts.kept(result)
    if not kept:
        return
    found = cache.cohort_errors(result, kept)
    figure_card.show(
        "cohorts",
        figures.cohort_errors(result, found),
        figures.cohort_errors_table(result, found),
        result=result,
        names=wording.cohorts.HEADINGS,
    )
    st.markdown("\n".join(f"- {wording.plain(errors_sentence(result, each))}" for each in found))
    st.caption(f"{MANY} {wording.cohorts.at_strength(result)}")
