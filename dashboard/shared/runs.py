"""Long work of one visitor: what is being made for them, and how the page's address leads back to it.

It is kept with everything else that the visitor has open; ``rome.jobs`` knows how it goes.
"""

from __future__ import annotations

import re
import secrets

import streamlit as st

from dashboard import cache, state
from dashboard.shared import table_copies
from rome.errors import RomeError
from rome.jobs import ACTIVE, Job, JobQueue, Request
from rome.results import StudyResult

_COOKIE = "rome_visitor"
_KEY = re.compile(r"[0-9a-f]{32}")
_COOKIE_SECONDS = 30 * 24 * 3600


def follow_address(page: str) -> None:
    """Open the study that the page's address names, or follow the run that makes it.

    Then the address gets the name of what is open, or, on the Train page, of what is running. A run that is
    finished is opened on the Train page, and elsewhere where no other study is open.
    """
    # Asked for on every page, so that a worker is warm by the time that there is work for it.
    queue, now, asked = cache.job_queue(), state.visit(), state.address()
    try:
        if asked is not None and asked not in _known():
            _open_or_follow(queue, asked)
        if page == "train" or now.study is None:
            collect()
    except RomeError as error:
        now.link_problem = str(error)
    state.name_in_address(_named(page))


def _known() -> list[str]:
    """Return the names of the study that is open and of the run, in this order, as far as they are there."""
    now = state.visit()
    study = [] if now.study is None else [now.study.study_id]
    return study if now.run is None else [*study, now.run.identity]


def _named(page: str) -> str | None:
    """Return what the address of ``page`` should name."""
    known = _known()
    if not known:
        return None
    return known[-1] if page == "train" else known[0]


def _open_or_follow(queue: JobQueue, asked: str) -> None:
    library = state.library()
    job = None if library.has(asked) else queue.job(asked)
    if job is None or not _is_worth_following(job):
        _open(cache.study(asked))
        return
    job.follow(follower())
    _show(job)


def _is_worth_following(job: Job) -> bool:
    """Return whether there is something to see, or to do again, where a link leads to this work."""
    return job.request.kind == "study" and (job.state() in (*ACTIVE, "failed") or job.can_repeat())


def follower() -> str:
    """Return the key that stands for this visitor among those who follow some work.

    It comes from a cookie of ours, so that who reloads the page, or opens it by a link, is the same visitor.
    """
    now = state.visit()
    if not now.follower:
        known = _kept_cookie()
        now.follower = known if _KEY.fullmatch(known) else secrets.token_hex(16)
    return now.follower


def cookie() -> str:
    """Return the cookie that the browser should keep, as JavaScript takes it; empty where it has it."""
    if _kept_cookie() == follower():
        return ""
    return f"{_COOKIE}={follower()}; path=/; max-age={_COOKIE_SECONDS}; SameSite=Strict"


def _kept_cookie() -> str:
    return str(st.context.cookies.get(_COOKIE, ""))


def current() -> Job | None:
    """Return the study that is being made for this visitor, or that ended without a result."""
    return state.visit().run


def start(request: Request) -> None:
    """Have a study made; the page's address leads to it from now on.

    Raises
    ------
    StoreError
        The studies' folder can't be written.
    """
    _show(cache.job_queue().submit(request, follower()))


def repeat() -> None:
    """Have the study made again that ended before its time.

    Raises
    ------
    StoreError
        What was asked is no longer here.
    """
    _show(cache.job_queue().again(current(), follower()))


def _show(job: Job) -> None:
    now = state.visit()
    now.run, now.end_seen, now.given_up, now.link_problem = job, False, "", ""
    state.name_in_address(job.identity)


def give_up() -> None:
    """Follow the run no longer; it ends where nobody else does."""
    now = state.visit()
    if now.run is None:
        return
    now.run.cancel(follower())
    now.given_up = "goes on" if now.run.is_active() else "ended"
    if state.address() == now.run.identity:
        state.name_in_address(None)
    now.run = None


def given_up() -> str:
    """Return what became of the run that was given up, "ended" or "goes on"; once, then an empty text."""
    now = state.visit()
    became, now.given_up = now.given_up, ""
    return became


def collect() -> None:
    """Open the study that was being made, if it is finished.

    Raises
    ------
    StoreError
        It can't be read.
    """
    now = state.visit()
    if now.run is not None and now.run.state() == "done":
        finished, now.run = now.run, None
        _open(cache.study(finished.identity))


def open_kept(identity: str) -> None:
    """Open a study of the library with its table, if a copy of that is kept.

    Raises
    ------
    StoreError
        It isn't here, or can't be read.
    """
    _open(cache.study(identity))


def _open(result: StudyResult) -> None:
    state.open_study(result)
    table_copies.bring(result)


def note_end_seen() -> None:
    """Note that the visitor has seen how their run ended."""
    state.visit().end_seen = True


def beside(kind: str, identity: str) -> Job | None:
    """Return work beside a study: what this visitor asked for, or what goes on, or is done, anyway."""
    now = state.visit()
    if kind not in now.beside or now.beside[kind].identity != identity:
        now.beside.pop(kind, None)
        job = cache.job_queue().job(identity)
        if job is not None and job.state() in (*ACTIVE, "done"):
            now.beside[kind] = job
    return now.beside.get(kind)


def last_beside(kind: str) -> Job | None:
    """Return the work of this kind that this visitor asked for last, however it stands."""
    return state.visit().beside.get(kind)


def start_beside(request: Request) -> None:
    """Have work done that is not a study.

    Raises
    ------
    StoreError
        The studies' folder can't be written.
    """
    state.visit().beside[request.kind] = cache.job_queue().submit(request, follower())


def give_up_beside(kind: str) -> None:
    """Follow work of this kind no longer."""
    job = state.visit().beside.pop(kind, None)
    if job is not None:
        job.cancel(follower())
