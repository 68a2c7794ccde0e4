"""Which errors are shown: of which grouping, by which measure, beside which models."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard import wording
from rome.results import StudyResult
from rome.settings.study import GROUPINGS, Grouping
from rome.text.measures import GROUPING_LABELS, measure


@dataclass(frozen=True)
class Shown:
    """What the errors by group are drawn for."""

    grouping: Grouping
    metric: str
    with_sensitive: bool


def show(result: StudyResult) -> Shown:
    """Show the controls and return what they say."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        grouping = st.segmented_control(
            wording.compare.GROUPING_LABEL,
            list(GROUPINGS),
            default="latent",
            required=True,
            format_func=GROUPING_LABELS.__getitem__,
            key="errors-grouping",
            help=wording.compare.GROUPING_HELP,
            persist_state="session",
        )
    with right:
        metric = st.selectbox(
            wording.compare.METRIC_LABEL,
            _metrics(result),
            format_func=lambda name: measure(name).label,
            key=f"errors-metric-{result.data.outcome_kind}",
            persist_state="session",
        )
    with_sensitive = st.toggle(
        wording.compare.WITH_SENSITIVE,
        key="errors-sensitive",
        help=wording.compare.WITH_SENSITIVE_HELP,
        persist_state="session",
    )
    return Shown(grouping, metric, with_sensitive)


def _metrics(result: StudyResult) -> list[str]:
    """Return the measures that the study holds, its own loss first."""
    found: dict[str, None] = {result.metric: None}
    for scores in result.chosen.groupings.values():
        for score in scores:
            found |= dict.fromkeys(score.scores["pooled"])
    return list(found)
