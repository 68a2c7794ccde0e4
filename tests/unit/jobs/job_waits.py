"""Who follows work in tests, how they wait, and who lets them wait."""

from __future__ import annotations

import time

from rome.jobs.attempt import Attempt, Owner

ME, OTHER = "aaaaaaaa", "bbbbbbbb"


def wait_for(what, seconds: float = 30.0):
    """Return what ``what()`` gives once it is true; fail after ``seconds``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = what()
        if answer:
            return answer
        time.sleep(0.01)
    raise AssertionError(f"not within {seconds:g} s")


class Patient:
    """Takes work and never does it."""

    def __init__(self) -> None:
        self.owner = Owner.enlist()

    def start(self, attempt: Attempt) -> None:
        """Leave it."""
