"""How many groups: every number that was tried, the one that was chosen, and why."""

from __future__ import annotations

import streamlit as st

from dashboard import runs, wording
from dashboard.components import figure_card
from rome import figures, jobs, study
from rome.errors import RomeError
from rome.results import StudyResult
from rome.study import Gathered


def show(result: StudyResult) -> None:
    """Show the numbers that the study tried, or those of a suggestion that was made before it."""
    if result.selection_reason is not None:
        st.subheader(wording.groups.SELECTION_TITLE, anchor=False)
        table = figures.selection_table(result)
        figure_card.show("selection", figures.selection(result), table, result=result)
        if len(result.selection) > 1:
            curves = figures.selection_curves(result.selection, result.fit.n_groups)
            figure_card.chart("selection-curves", curves)
        return
    advice = _stored(result)
    if advice is None or len(advice.candidates) < 2:
        return
    st.subheader(wording.groups.SELECTION_TITLE, anchor=False)
    st.caption(wording.groups.suggested(advice.n_groups, result.fit.n_groups))
    caption = f"{advice.reason}{figures.why_fewer(advice.candidates, result.settings.max_groups)}"
    figure_card.chart("selection", figures.selection_of(advice.candidates, advice.n_groups, caption))
    figure_card.chart("selection-curves", figures.selection_curves(advice.candidates, advice.n_groups))


def _stored(result: StudyResult) -> Gathered | None:
    """Return the suggestion that was made for this table, these roles and settings, if one is kept."""
    identity = study.advice_id(result.data.fingerprint, result.roles, result.settings)
    job = runs.beside("advice", identity)
    if job is None or job.state() != "done":
        return None
    try:
        return jobs.advice_of(job.outcome())
    except RomeError as error:
        st.caption(wording.plain(error))
        return None
