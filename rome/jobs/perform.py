"""Do the work of an attempt and say how it ended, whatever happens."""

from __future__ import annotations

import logging
import traceback
from typing import Protocol

from rome.errors import Cancelled, RomeError
from rome.jobs.attempt import Attempt, Outcome, Owner
from rome.jobs.kinds import kind_named
from rome.jobs.progress import JobReporter
from rome.store import Library

STARTING = "Starting"
_log = logging.getLogger("rome.jobs")


def perform(attempt: Attempt) -> None:
    """Do the work in this process; nothing that goes wrong with it is raised."""
    attempt.end(_outcome(attempt))


def _outcome(attempt: Attempt) -> Outcome:
    progress = JobReporter(attempt)
    try:
        progress(0.0, STARTING)
        request = attempt.request()
        library = Library(attempt.folder.parents[2])
        return Outcome("done", result=kind_named(request.kind).run(request, library, progress))
    except Cancelled:
        return Outcome("cancelled")
    except RomeError as error:
        return Outcome("failed", str(error))
    except MemoryError:
        message = "ROME ran out of memory. Take fewer rows or columns, or a computer with more memory."
        return Outcome("broken", message, traceback.format_exc())
    except Exception as error:
        # The worker lives on: one piece of work that fails must not take others with it.
        _log.exception("Some work met an error that nobody expected.")
        message = f"ROME met an error that it did not expect ({type(error).__name__}: {error})."
        return Outcome("broken", message, traceback.format_exc())


class Runner(Protocol):
    """Whatever does the work of attempts: worker processes, or this process."""

    owner: Owner

    def start(self, attempt: Attempt) -> None:
        """Take an attempt; its folder says from now on how far it is."""


class InProcess:
    """Does work at once in the process that asks, and returns when it has ended.

    For tests and for looking for faults: a page that asks waits for the end.
    """

    def __init__(self) -> None:
        self.owner = Owner.enlist()

    def start(self, attempt: Attempt) -> None:
        """Do the work of an attempt."""
        perform(attempt)
