"""Who follows work in tests, and how they wait."""

from __future__ import annotations

import time

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
