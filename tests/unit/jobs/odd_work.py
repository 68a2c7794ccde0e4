"""Kinds of work that only tests ask for: slow, deaf, faulty or short of life."""

from __future__ import annotations

import os
import signal
import time

from rome.errors import SettingError
from rome.jobs.kinds import Kind, register
from rome.serialize.atomic import draft_of


def _steady(request, library, progress):
    """Speak a hundred times a second for as long as asked, and return what was given."""
    until = time.monotonic() + request.arguments["seconds"]
    step = 0
    while time.monotonic() < until:
        step += 1
        progress(1 - (until - time.monotonic()) / request.arguments["seconds"], "Working")
        progress.point(step, float(step))
        time.sleep(0.01)
    return {"echo": request.arguments.get("echo"), "pid": os.getpid()}


def _deaf(request, library, progress):
    """Speak once, then hear nothing for a long time."""
    progress(0.1, "Deaf")
    time.sleep(60)


def _faulty(request, library, progress):
    if request.arguments.get("expected", True):
        raise SettingError("The dial is at 11; it goes from 0 to 1.")
    raise ZeroDivisionError("by nought")


def _dying(request, library, progress):
    progress(0.2, "Dying")
    os.kill(os.getpid(), signal.SIGKILL)


def _sum(request, library, progress):
    frame = request.table.frame
    return {column: float(frame[column].sum()) for column in frame.columns}


def _keeping(request, library, progress):
    """Begin to keep rows, and hear nothing for a long time."""
    draft = draft_of(library.folder("0" * 16))
    draft.mkdir()
    (draft / "rows.csv").write_text("row,outcome\n1,2\n")
    time.sleep(60)


for _name, _run in {
    "steady": _steady,
    "deaf": _deaf,
    "faulty": _faulty,
    "dying": _dying,
    "sum": _sum,
    "keeping": _keeping,
}.items():
    register(Kind(_name, _run))
