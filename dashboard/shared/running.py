"""Work that goes on: how far it is, how long it will take, and how it ended."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import state
from dashboard.shared import runs, steps
from dashboard.shared.words import plain
from rome.errors import RomeError
from rome.jobs import Job, Progress, Request, duration

STOP = "Stop"
GO_RUN = "See how far it is"
WAITING = "Waiting for other work to end"
_ENDED = {
    "interrupted": "The program was stopped while it made {}.",
    "killed": "The work on {} ended before its time.",
    "cancelled": "The work on {} was stopped.",
    "broken": "The work on {} ended with an error.",
}
#: Seconds that people think in.
_SAID = (1, 2, 3, 5, 8, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600, 900, 1200, 1800, 2700, 3600)
#: Seconds between two looks at a run, on the pages that are about something else.
_GLANCE_EVERY = 1.0
_LOOK_EVERY = 0.7


def glance() -> None:
    """Say in a line, on a page that is about something else, how far the run is that this visitor follows."""
    job = runs.current()
    if job is None or (state.visit().end_seen and not job.is_active()):
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
            st.caption(_running_line(job.request.title, progress.share, left))
            _go(GO_RUN)
        elif now == "done":
            st.caption(_finished_line(job.request.title))
            _go("Open the study")
        else:
            st.caption(ended(now, job.outcome().message, job.request.title))
            _go("See what happened")


def _go(label: str) -> None:
    steps.link("train", label)


def watched(kind: str, identity: str, say: Callable[[Progress | None], str], bar: bool = False) -> bool:
    """Show how the work of this identity stands while it goes on; return whether it does.

    Parameters
    ----------
    kind : str
        Kind of the work; one of a kind is looked at at a time.
    identity : str
    say : callable
        What to say of its progress, which is None while it waits for a worker.
    bar : bool
        Draw the share that is done, too.
    """
    job = runs.beside(kind, identity)
    if job is None or not job.is_active():
        return False
    _watch(kind, identity, say, bar)
    return True


def ask(request: Request) -> None:
    """Ask for the work, and draw the page anew; what forbids it is said where its progress would be."""
    try:
        runs.start_beside(request)
    except RomeError as error:
        st.error(plain(error))
        return
    st.rerun()


@st.fragment(run_every=_LOOK_EVERY)
def _watch(kind: str, identity: str, say: Callable[[Progress | None], str], bar: bool) -> None:
    job = runs.beside(kind, identity)
    if job is None or not job.is_active():
        st.rerun()
        return
    progress = job.progress()
    with st.container(horizontal=True, vertical_alignment="center", key=f"{kind}-work"):
        st.button(
            STOP,
            key=f"{kind}-stop",
            icon=":material/stop:",
            on_click=_stop,
            args=(kind,),
        )
        if bar:
            st.progress(0.0 if progress is None else progress.share, say(progress))
        else:
            st.caption(say(progress))


def _stop(kind: str) -> None:
    """Give the work up, and say so: what shows it is gone at once."""
    runs.give_up_beside(kind)
    st.toast("Stopped.", icon=":material/stop_circle:")


def stage(what: str) -> str:
    """Return what the progress bar says; empty for work that waits for a worker."""
    return f"{plain(what)}…" if what else f"{WAITING}…"


def times(seconds: float, left: float | None) -> str:
    """Say how long the work has taken, and how long it will."""
    so_far = f"{clock(seconds)} so far"
    return so_far if left is None else f"{so_far}, {time_in_words(left)} left"


def clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def time_in_words(seconds: float) -> str:
    """Return some seconds as people say them, like "about 20 seconds"."""
    rounded = _near(seconds)
    return "a few seconds" if rounded <= 3 else f"about {_words(rounded)}"


def expected(likely: tuple[float, float]) -> str:
    """Say how long a study will take, like "About 10 to 20 seconds"."""
    low, high = (_near(seconds) for seconds in likely)
    if high <= 3:
        return "A few seconds"
    if low == high:
        return f"About {_words(low)}"
    if low >= 120:
        return f"About {_count(low / 60)} to {_words(high)}"
    if high < 120:
        return f"About {low} to {_words(high)}"
    return f"About {_words(low)} to {_words(high)}"


def _near(seconds: float) -> int:
    return min(_SAID, key=lambda step: abs(step - seconds) / step) if seconds < 3600 else int(seconds)


def _words(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    return f"{_count(seconds / 60)} minutes"


def _count(minutes: float) -> str:
    return f"{minutes:g}" if minutes < 10 else f"{minutes:.0f}"


def _running_line(name: str, share: float, left: float | None) -> str:
    """Say on another page that a study is running."""
    about = f" of {plain(name)}" if name else ""
    remaining = "" if left is None else f", {time_in_words(left)} left"
    return f"A study{about} is running: {share:.0%} done{remaining}."


def _finished_line(name: str) -> str:
    """Say on another page that a study is finished."""
    return f"The study of {plain(name)} is finished." if name else "The study is finished."


def ended(state: str, message: str, name: str) -> str:
    """Say how a run ended that has no result."""
    if state == "failed":
        return plain(message)
    study = f"the study of {plain(name)}" if name else "this study"
    parts = [_ENDED[state].format(study), plain(message), "Finished studies are not touched by it."]
    return " ".join(part for part in parts if part)
