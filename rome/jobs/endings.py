"""How attempts ended that can't say so themselves: said at once, or once their folder can be written."""

from __future__ import annotations

import contextlib
import logging

from rome.jobs.attempt import Attempt, Outcome

_log = logging.getLogger("rome.jobs")


class Endings:
    """What a server has to say of attempts that it doesn't look after any more."""

    def __init__(self) -> None:
        self._unsaid: list[tuple[Attempt, Outcome]] = []

    def __len__(self) -> int:
        return len(self._unsaid)

    def say(self, attempt: Attempt, outcome: Outcome) -> None:
        """Say how an attempt ended. Where that can't be written it counts as interrupted until it can."""
        try:
            if _is_said(attempt, outcome):
                return
        except OSError:
            _log.exception("How some work ended can't be written; it is tried again.")
        # To remove a file is possible on a full disk too.
        with contextlib.suppress(OSError):
            attempt.disown()
        self._unsaid.append((attempt, outcome))

    def say_again(self) -> None:
        """Try once more to say what couldn't be said."""
        left = []
        for attempt, outcome in self._unsaid:
            said = False
            with contextlib.suppress(OSError):
                said = _is_said(attempt, outcome)
            if not said:
                left.append((attempt, outcome))
        self._unsaid = left


def _is_said(attempt: Attempt, outcome: Outcome) -> bool:
    """Write an outcome; False where the place of all attempts is away, so that it must be tried again."""
    try:
        attempt.end(outcome)
    except FileNotFoundError:
        # The folder was removed, and with it everybody's interest; or a shared disk is away with all of them.
        return attempt.folder.parents[1].is_dir() and not attempt.folder.is_dir()
    return True
