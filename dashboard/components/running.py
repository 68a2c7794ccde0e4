"""A run on the page: how far it is while it goes on, and how it ended where it has no result."""

from __future__ import annotations

import streamlit as st

from dashboard import runs, state, wording
from dashboard.components import figure_card
from rome import figures
from rome.errors import RomeError
from rome.jobs import Job, Progress, duration
from rome.settings.study import Settings
from rome.table import Roles

#: Seconds between two looks at work that goes on: on the page that is about it, and on the others.
_LOOK_EVERY, _GLANCE_EVERY = 0.5, 1.0


def show() -> bool:
    """Show on the Train page the run that this visitor follows; return whether it goes on."""
    job, given_up = runs.current(), runs.given_up()
    if job is None:
        if given_up:
            st.info(wording.running.GOES_ON if given_up == "goes on" else wording.running.STOPPED)
        return False
    if job.is_active():
        _watch()
        return True
    if job.state() == "done":
        # Finished since the head of the page was drawn, where finished runs are opened.
        st.rerun()
    _say_ended(job)
    return False


@st.fragment(run_every=_LOOK_EVERY)
def _watch() -> None:
    job = runs.current()
    if job is None or not job.is_active():
        st.rerun()
        return
    _panel(job)


def _panel(job: Job) -> None:
    progress, asked = job.progress() or Progress(""), job.request.arguments
    settings = Settings.from_dict(asked["settings"])
    with st.container(border=True, key="run"):
        st.markdown(wording.running.title(job.request.title))
        st.caption(wording.running.about(Roles.from_dict(asked["roles"]), settings))
        st.progress(progress.share, wording.running.stage(progress.stage))
        left = duration.seconds_left(progress, job.request.expected)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(wording.running.STOP, key="run-stop", icon=":material/stop:", on_click=runs.give_up)
            st.caption(_times(progress, left, settings))
        if progress.curve:
            figure_card.chart("live", figures.live_curve(progress.curve, settings))
        with st.expander(wording.running.LOG_TITLE, icon=":material/list:", key="run-log"):
            st.caption("  \n".join(wording.running.log_line(*entry) for entry in progress.log))
        st.caption(wording.running.LEAVE)


def _times(progress: Progress, left: float | None, settings: Settings) -> str:
    times = wording.running.times(progress.seconds, left)
    if settings.moe is None or not progress.curve:
        return times
    return f"{times} · {wording.networks.epochs(progress.curve, settings.moe)}"


def _say_ended(job: Job) -> None:
    """Say how a run ended that has no result, and offer it again where that can help."""
    runs.tell()
    outcome = job.outcome()
    st.error(
        wording.running.ended(outcome.state, outcome.message, job.request.title), icon=":material/error:"
    )
    if job.can_repeat() and st.button(wording.running.AGAIN, key="run-again", icon=":material/replay:"):
        _repeat()


def _repeat() -> None:
    try:
        runs.repeat()
    except RomeError as error:
        st.error(wording.plain(error))
        return
    st.rerun()


def glance() -> None:
    """Say in a line, on a page that is about something else, how far the run is that this visitor follows."""
    job = runs.current()
    if job is None or (state.visit().run_told and not job.is_active()):
        return
    if job.is_active():
        _glance()
    else:
        _line(job)


@st.fragment(run_every=_GLANCE_EVERY)
def _glance() -> None:
    job = runs.current()
    if job is None or not job.is_active():
        st.rerun()
        return
    _line(job)


def _line(job: Job) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="run-line"):
        now = job.state()
        if job.is_active():
            progress = job.progress() or Progress("")
            left = duration.seconds_left(progress, job.request.expected)
            st.caption(wording.running.line(job.request.title, progress.share, left))
            _go(wording.running.GO_RUN)
        elif now == "done":
            st.caption(wording.running.finished_line(job.request.title))
            _go(wording.running.GO_FINISHED)
        else:
            st.caption(wording.running.ended(now, job.outcome().message, job.request.title))
            _go(wording.running.GO_ENDED)


def _go(label: str) -> None:
    st.page_link("views/train.py", label=label, icon=":material/arrow_forward:")
