"""The comparison with other models: asked for, watched, given up, found again, and shown."""

from __future__ import annotations

import io

import streamlit as st

from dashboard import cache, state
from dashboard.screens.compare import models, words
from dashboard.shared import figure_card, running, runs
from dashboard.shared.words import plain
from rome import figures, jobs
from rome.compare import CompareSettings, ComparisonResult, comparison_id
from rome.compare.result import ScoredGrouping
from rome.compare.words import comparison_answer
from rome.errors import RomeError
from rome.jobs import Job, duration
from rome.results import StudyResult
from rome.serialize.codec import from_plain
from rome.serialize.csv_json import to_csv

_KIND = "compare"


def show(result: StudyResult) -> str | None:
    """Show the choices, or how the comparison that goes on stands; return which finished one to show."""
    job = _going(result)
    if job is not None and _watched(job):
        return _newest(result)
    newest = _newest(result)
    settings = models.show(result, folded=newest is not None)
    if settings is None:
        st.info("Choose at least one model beside ROME.")
        return newest
    identity = comparison_id(result.data.fingerprint, result.roles, settings)
    if jobs.has_comparison(state.library(), result.data.fingerprint, identity):
        return identity
    _say_ended(identity)
    _start(result, settings)
    return newest


def _going(result: StudyResult) -> Job | None:
    """Return the comparison of the study's table that goes on for this visitor, whatever the form says."""
    job = runs.last_beside(_KIND)
    if job is not None and job.request.arguments["fingerprint"] == result.data.fingerprint:
        return job if job.is_active() else None
    for asked in _asked(result):
        job = None if asked.is_kept else runs.beside(_KIND, asked.identity)
        if job is not None and job.is_active() and job.followed_by(runs.follower()):
            return job
    return None


def _asked(result: StudyResult) -> list[jobs.Asked]:
    """Return the comparisons of the study's table in its roles, newest first."""
    found = jobs.asked_comparisons(state.library(), result.data.fingerprint)
    return [asked for asked in found if asked.roles == result.roles]


def _newest(result: StudyResult) -> str | None:
    return next((asked.identity for asked in _asked(result) if asked.is_kept), None)


def _watched(job: Job) -> bool:
    settings = from_plain(CompareSettings, job.request.arguments["settings"], "settings")
    with st.container(border=True, key="compare-going"):
        st.markdown(words.comparison_going(settings))
        going = running.watched(
            _KIND,
            job.identity,
            lambda progress: words.comparison_stage(progress, job.request.expected),
            bar=True,
        )
        st.caption(words.KEPT_WHEN_STOPPED)
    return going


def _say_ended(identity: str) -> None:
    job = runs.beside(_KIND, identity)
    if job is not None and job.state() != "done":
        outcome = job.outcome()
        st.error(words.comparison_ended(outcome.state, outcome.message), icon=":material/error:")


def _start(result: StudyResult, settings: CompareSettings) -> None:
    table = state.table_of_study()
    if table is None:
        st.info("To compare models, open the study's table first.")
        return
    library = state.library()
    try:
        left = duration.left_of(library, table.fingerprint, result.roles, settings)
        expected = duration.expected_of_comparison(library, len(table.frame), settings, left)
    except RomeError as error:
        st.error(plain(error))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button("Compare", key="compare-start", icon=":material/play_arrow:")
        st.caption(words.comparison_left(settings, left, expected))
    if pressed:
        running.ask(jobs.compare_request(table, result.roles, settings, expected))


def load(result: StudyResult, identity: str) -> ComparisonResult | None:
    """Return a finished comparison, or say why it can't be read."""
    try:
        return cache.comparison(state.library(), result.data.fingerprint, identity)
    except RomeError as error:
        st.error(plain(error))
        return None


def show_comparison(result: StudyResult, comparison: ComparisonResult, reference: str) -> None:
    """Show a comparison beside the study that it was asked for."""
    with st.container(key="compare-answer", border=False):
        grouping = _grouping(comparison)
        for sentence in comparison_answer(comparison, grouping, reference):
            st.markdown(plain(sentence))
        st.caption(plain(words.comparison_about(comparison)))
    figure_card.show(
        f"others-{grouping}",
        figures.against_others(comparison, grouping, reference),
        figures.against_others_table(comparison, grouping, reference),
        result=result,
        names=words.HEADINGS,
    )
    st.markdown("**Everybody against the worst group**")
    figure_card.chart(f"others-plane-{grouping}", figures.average_and_worst(comparison, grouping, reference))
    _downloads(result, comparison)


def _grouping(comparison: ComparisonResult) -> ScoredGrouping:
    known = [grouping for grouping in words.GROUPINGS if grouping in comparison.groupings]
    if len(known) < 2:
        return known[0]
    return st.segmented_control(
        "Worst group",
        known,
        default=known[0],
        required=True,
        format_func=words.GROUPINGS.__getitem__,
        key="others-grouping",
        help=words.WORST_GROUPING_HELP,
        persist_state="session",
    )


def _downloads(result: StudyResult, comparison: ComparisonResult) -> None:
    with st.container(horizontal=True):
        figure_card.download(
            "All scores (CSV)",
            "csv-scores",
            lambda: to_csv(comparison.scores),
            figure_card.file_name(result, "model_scores", "csv"),
        )
        figure_card.download(
            "All scores (Parquet)",
            "parquet-scores",
            lambda: _parquet(comparison),
            figure_card.file_name(result, "model_scores", "parquet"),
        )


def _parquet(comparison: ComparisonResult) -> bytes:
    content = io.BytesIO()
    comparison.scores.to_parquet(content, index=False)
    return content.getvalue()
