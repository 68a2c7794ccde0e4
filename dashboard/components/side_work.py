"""Work beside a study, like a map or an advice: asked for, waited for, given up."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import runs, wording
from rome.errors import RomeError
from rome.jobs import Progress, Request

_LOOK_EVERY = 0.7


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
        st.error(wording.plain(error))
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
            wording.running.STOP,
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
    st.toast(wording.running.WORK_STOPPED, icon=":material/stop_circle:")
