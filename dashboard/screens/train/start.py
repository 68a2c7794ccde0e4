"""The start of a study, opened at once if it is in the library, and the run that makes it."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.screens.train import words
from dashboard.shared import figure_card, page, running, runs, table_copies
from dashboard.shared.words import plain
from dashboard.state import OpenTable
from rome import figures, jobs, study
from rome.errors import RomeError
from rome.jobs import Job, Progress, duration
from rome.settings.study import Settings
from rome.table import Roles
from rome.text import first_look

#: Seconds between two looks at a run, on the page that is about it.
_LOOK_EVERY = 0.5


def start_button(opened: OpenTable, roles: Roles, settings: Settings) -> bool:
    """Show the start button, worded by whether the study exists; return whether it was pressed.

    Where the study is already open there is nothing to start, and the way on takes the button's place.
    """
    if _is_open(opened, roles, settings):
        page.next_button("groups", "See who is in the groups")
        return False
    known = state.library().has(study.study_id(opened.table.fingerprint, roles, settings))
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Open the finished study" if known else "Start training",
            key="train-start",
            type="primary",
            icon=":material/play_arrow:",
        )
        note = words.start_note(_expected(opened, roles, settings))
        st.caption(words.OPEN_AGAIN_NOTE if known else note)
    if not known:
        st.caption(words.KEPT_NOTE)
        state.visit().studies.keep_table = table_copies.ask(opened)
    if state.study() is not None:
        st.caption(words.OTHER_STUDY)
    return pressed


def _is_open(opened: OpenTable, roles: Roles, settings: Settings) -> bool:
    current = state.study()
    identity = study.study_id(opened.table.fingerprint, roles, settings)
    return current is not None and current.study_id == identity


def _expected(opened: OpenTable, roles: Roles, settings: Settings) -> tuple[float, float]:
    return duration.expected_of_study(state.library(), duration.study_size(opened.table, roles, settings))


def open_or_run(opened: OpenTable, roles: Roles, settings: Settings) -> None:
    """Open the study, or have it made; the page shows from then on how far it is."""
    try:
        identity = study.study_id(opened.table.fingerprint, roles, settings)
        if state.library().has(identity):
            runs.open_kept(identity)
            st.rerun()
        expected = _expected(opened, roles, settings)
        if state.visit().studies.keep_table:
            table_copies.keep(opened)
        runs.start(jobs.study_request(opened.table, roles, settings, expected))
    except RomeError as error:
        st.error(plain(error))
        return
    st.rerun()


def show_run() -> bool:
    """Show on the Train page the run that this visitor follows; return whether it goes on."""
    job, given_up = runs.current(), runs.given_up()
    if job is None:
        if given_up:
            st.info(
                words.GOES_ON if given_up == "goes on" else "The run was stopped. Nothing of it was kept."
            )
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
        st.markdown(words.run_title(job.request.title))
        st.caption(words.run_about(Roles.from_dict(asked["roles"]), settings))
        st.progress(progress.share, running.stage(progress.stage))
        left = duration.seconds_left(progress, job.request.expected)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(running.STOP, key="run-stop", icon=":material/stop:", on_click=runs.give_up)
            st.caption(_times(progress, left, settings))
        _first_look(job)
        if progress.curve:
            figure_card.chart("live", figures.live_curve(progress.curve, settings))
        with st.expander("What was done so far", icon=":material/list:", key="run-log"):
            st.caption("  \n".join(words.log_line(*entry) for entry in progress.log))
        st.caption(words.LEAVE)


def _first_look(job: Job) -> None:
    """Show the groups of a study that goes on, as soon as there are any."""
    look = job.first_look()
    if look is None:
        return
    with st.container(key="first-look"):
        st.markdown(f"**{first_look.TITLE}**")
        st.markdown("\n".join(f"- {plain(line)}" for line in first_look.first_look_lines(look)))
        st.caption(first_look.CAVEAT)


def _times(progress: Progress, left: float | None, settings: Settings) -> str:
    times = running.times(progress.seconds, left)
    if settings.moe is None or not progress.curve:
        return times
    return f"{times} · {words.epochs(progress.curve, settings.moe)}"


def _say_ended(job: Job) -> None:
    """Say how a run ended that has no result, and offer it again where that can help."""
    runs.note_end_seen()
    outcome = job.outcome()
    st.error(running.ended(outcome.state, outcome.message, job.request.title), icon=":material/error:")
    if job.can_repeat() and st.button("Run again", key="run-again", icon=":material/replay:"):
        _repeat()


def _repeat() -> None:
    try:
        runs.repeat()
    except RomeError as error:
        st.error(plain(error))
        return
    st.rerun()
