"""The comparison of models: asked for, watched, given up, and found again."""

from __future__ import annotations

import streamlit as st

from dashboard import cache, runs, state, wording
from dashboard.components import model_choice, side_work
from rome import jobs
from rome.compare import CompareSettings, ComparisonResult, comparison_id
from rome.errors import RomeError
from rome.jobs import Job, compare_duration
from rome.results import StudyResult
from rome.serialize.codec import from_plain

_KIND = "compare"


def show(result: StudyResult) -> str | None:
    """Show the choices, or how the comparison that goes on stands; return which finished one to show."""
    job = _going(result)
    if job is not None and _watched(job):
        return _newest(result)
    newest = _newest(result)
    settings = model_choice.show(result, folded=newest is not None)
    if settings is None:
        st.info(wording.others.MORE_MODELS)
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
        st.markdown(wording.others.going(settings))
        going = side_work.watched(
            _KIND,
            job.identity,
            lambda progress: wording.others.stage(progress, job.request.expected),
            bar=True,
        )
        st.caption(wording.others.KEPT_WHEN_STOPPED)
    return going


def _say_ended(identity: str) -> None:
    job = runs.beside(_KIND, identity)
    if job is not None and job.state() != "done":
        outcome = job.outcome()
        st.error(wording.others.ended(outcome.state, outcome.message), icon=":material/error:")


def _start(result: StudyResult, settings: CompareSettings) -> None:
    table = state.table_of_study()
    if table is None:
        st.info(wording.others.NEEDS_TABLE)
        return
    library = state.library()
    try:
        left = compare_duration.left_of(library, table.fingerprint, result.roles, settings)
        expected = compare_duration.expected(library, len(table.frame), settings, left)
    except RomeError as error:
        st.error(wording.plain(error))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(wording.others.START, key="compare-start", icon=":material/play_arrow:")
        st.caption(wording.others.left(settings, left, expected))
    if pressed:
        side_work.ask(jobs.compare_request(table, result.roles, settings, expected))


def load(result: StudyResult, identity: str) -> ComparisonResult | None:
    """Return a finished comparison, or say why it can't be read."""
    try:
        return cache.comparison(result.data.fingerprint, identity)
    except RomeError as error:
        st.error(wording.plain(error))
        return None
