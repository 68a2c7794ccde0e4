"""A finished comparison: its answer, each model's change, the plane of errors, and every number."""

from __future__ import annotations

import io

import streamlit as st

from dashboard import wording
from dashboard.components import figure_card
from rome import figures
from rome.compare import ComparisonResult
from rome.compare.result import ScoredGrouping
from rome.results import StudyResult
from rome.serialize.csv_json import to_csv


def show(result: StudyResult, comparison: ComparisonResult, reference: str) -> None:
    """Show a comparison beside the study that it was asked for."""
    with st.container(key="compare-answer", border=False):
        grouping = _grouping(comparison)
        for sentence in figures.comparison_answer(comparison, grouping, reference):
            st.markdown(wording.plain(sentence))
        st.caption(wording.plain(wording.others.about(comparison)))
    figure_card.show(
        f"others-{grouping}",
        figures.against_others(comparison, grouping, reference),
        figures.against_others_table(comparison, grouping, reference),
        result=result,
        names=wording.others.HEADINGS,
    )
    st.markdown(f"**{wording.others.PLANE_TITLE}**")
    figure_card.chart(f"others-plane-{grouping}", figures.average_and_worst(comparison, grouping, reference))
    _downloads(result, comparison)


def _grouping(comparison: ComparisonResult) -> ScoredGrouping:
    known = [grouping for grouping in wording.others.GROUPINGS if grouping in comparison.groupings]
    if len(known) < 2:
        return known[0]
    return st.segmented_control(
        wording.others.GROUPING_LABEL,
        known,
        default=known[0],
        required=True,
        format_func=wording.others.GROUPINGS.__getitem__,
        key="others-grouping",
        help=wording.others.GROUPING_HELP,
        persist_state="session",
    )


def _downloads(result: StudyResult, comparison: ComparisonResult) -> None:
    with st.container(horizontal=True):
        st.download_button(
            wording.others.SCORES_CSV,
            lambda: to_csv(comparison.scores),
            figure_card.file_name(result, "model_scores", "csv"),
            "text/csv",
            key="csv-scores",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            wording.others.SCORES_PARQUET,
            lambda: _parquet(comparison),
            figure_card.file_name(result, "model_scores", "parquet"),
            "application/vnd.apache.parquet",
            key="parquet-scores",
            on_click="ignore",
            icon=":material/download:",
        )


def _parquet(comparison: ComparisonResult) -> bytes:
    content = io.BytesIO()
    comparison.scores.to_parquet(content, index=False)
    return content.getvalue()
