"""Decisions at a threshold: rates by group, gaps, and calibration, for a yes-or-no outcome."""

from __future__ import annotations

import streamlit as st

from dashboard import cache, state
from dashboard.screens.compare import words
from dashboard.shared import figure_card
from dashboard.shared.decisions import keep_threshold, kept_threshold
from rome import figures
from rome.groups.fairness import RATES
from rome.results import StudyResult
from rome.settings.study import Grouping
from rome.text.measures import measure

_KEY = "decision-threshold"


@st.fragment
def show(result: StudyResult, grouping: Grouping) -> None:
    """Show what is decided at the study's threshold; nothing for an outcome that is a number."""
    if result.data.outcome_kind != "binary":
        return
    st.subheader("Decisions at a threshold", anchor=False)
    left, right = st.columns([3, 2], gap="large")
    with left:
        threshold = _threshold(result)
    with right:
        rate = st.selectbox(
            "Rate",
            RATES,
            format_func=lambda name: measure(name).label,
            key="decision-rate",
            persist_state="session",
        )
    found = cache.decided(result, grouping, threshold)
    figure_card.show(
        f"decisions-{grouping}",
        figures.decision_rates(result, grouping, rate, found),
        figures.decision_rates_table(found),
        result=result,
    )
    figure_card.listing("gaps", figures.gaps_table(result, found), result)
    st.caption(words.GAPS_NOTE)
    with st.expander("Calibration by group", icon=":material/show_chart:"):
        model = figures.calibrated_model(result)
        figure_card.show(
            f"calibration-{grouping}",
            figures.calibration_curves(result, grouping, model),
            figures.calibration_table(result, grouping, model),
            result=result,
        )


def _threshold(result: StudyResult) -> float:
    """Show the study's threshold and return it; another one is kept with the study."""
    state.set_widget(_KEY, kept_threshold(result))
    return st.slider(
        "Threshold",
        0.01,
        0.99,
        step=0.01,
        key=_KEY,
        on_change=lambda: keep_threshold(result, state.widget(_KEY)),
        help=words.THRESHOLD_HELP,
    )
