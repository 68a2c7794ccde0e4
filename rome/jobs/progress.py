"""What work says while it is done, and how it learns that it must end."""

from __future__ import annotations

import math
import time

from rome.errors import Cancelled
from rome.jobs.attempt import Attempt, Progress
from rome.results.first_look import FirstLook

#: Seconds between two writings of the progress, and between two looks for a cancel.
_WRITE_EVERY, _LOOK_EVERY = 0.15, 0.05
_MOST_POINTS = 900


class JobReporter:
    """Tells an attempt's followers how far its work is.

    Call it with (share done in [0, 1], what is being done); it raises ``Cancelled`` once the work must end.
    ``point`` adds to the live curve, and ``show`` shows a first look.
    """

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._started = time.monotonic()
        self._written = self._looked = -math.inf
        self._share, self._stage = 0.0, ""
        self._log: list[tuple[float, str]] = []
        self._points: list[tuple[int, int, float]] = []

    @property
    def seconds(self) -> float:
        """Seconds since the work began."""
        return time.monotonic() - self._started

    def __call__(self, share: float, what: str) -> None:
        """Tell how far the work is; ``Cancelled`` if it must end."""
        self._look()
        fresh, self._share = what != self._stage, min(max(share, 0.0), 1.0)
        if fresh:
            self._stage = what
            self._log.append((round(self.seconds, 2), what))
        if fresh or self.seconds - self._written >= _WRITE_EVERY:
            self._write()

    def point(self, iteration: int, value: float) -> None:
        """Add a point to the live curve; an iteration that doesn't follow the last begins a new line."""
        self._look()
        line, last = (self._points[-1][0], self._points[-1][1]) if self._points else (0, math.inf)
        if math.isfinite(value):
            self._points.append((line + (iteration <= last), iteration, float(value)))
        if len(self._points) > _MOST_POINTS:
            # Every second point of all lines but the last, which is the one that people watch.
            older = [point for point in self._points if point[0] < self._points[-1][0]]
            self._points = older[::2] + self._points[len(older) :] if older else self._points[::2]
        if self.seconds - self._written >= _WRITE_EVERY:
            self._write()

    def show(self, look: FirstLook) -> None:
        """Show the groups of a study before it is finished."""
        self._look()
        self._attempt.show(look)

    def _look(self) -> None:
        if self.seconds - self._looked < _LOOK_EVERY:
            return
        self._looked = self.seconds
        if self._attempt.cancel_asked():
            raise Cancelled

    def _write(self) -> None:
        self._written = self.seconds
        curve, log = tuple(self._points), tuple(self._log)
        self._attempt.tell(Progress(self._stage, self._share, round(self.seconds, 2), curve, log))
