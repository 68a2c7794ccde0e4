"""A bounded number of worker processes, kept warm, and the line of work that waits for them."""

from __future__ import annotations

import atexit
import collections
import contextlib
import os
import queue
import threading
import time
from collections.abc import Sequence

from rome.config import check_number
from rome.errors import SettingError
from rome.jobs.attempt import Attempt, Outcome
from rome.jobs.owner import Owner
from rome.jobs.process import WorkerProcess

_LOOK_EVERY, _BEAT_EVERY, _MOST = 0.04, 1.0, 64


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_count() -> int:
    """Return how many workers to have: ``ROME_WORKERS`` if it is set, else 2, or 1 on a single core.

    0 means that work is done in the process that asks for it.

    Raises
    ------
    SettingError
        ``ROME_WORKERS`` is no number from 0 to 64.
    """
    asked = os.environ.get("ROME_WORKERS", "")
    if not asked:
        return min(2, cores())
    if not asked.isdigit():
        raise SettingError(f"ROME_WORKERS is {asked[:40]!r}; it must be a whole number from 0 to {_MOST}.")
    check_number("ROME_WORKERS", int(asked), 0, _MOST, whole=True)
    return int(asked)


class Processes:
    """Does work in processes of its own, which end with this one.

    Parameters
    ----------
    count : int
        Attempts that are done at a time; they share the cores.
    modules : sequence of str
        Modules beside ROME's own that register kinds of work.
    """

    def __init__(self, count: int, modules: Sequence[str] = ()) -> None:
        self.owner = Owner.enlist()
        threads = max(1, cores() // count)
        self._workers = [WorkerProcess(modules, threads) for _ in range(count)]
        self._arrived: queue.SimpleQueue[Attempt | None] = queue.SimpleQueue()
        self._waiting: collections.deque[Attempt] = collections.deque()
        self._beaten = 0.0
        # One is kept warm from the start; the others when there is work for them.
        self._workers[0].start()
        self._thread = threading.Thread(target=self._serve, name="rome-jobs", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def start(self, attempt: Attempt) -> None:
        """Take an attempt into the line."""
        self._arrived.put(attempt)

    def pids(self) -> list[int]:
        """Return the numbers of the worker processes that run."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    def close(self) -> None:
        """End all workers amid what they do; their work counts as interrupted."""
        atexit.unregister(self.close)
        self._arrived.put(None)
        self._thread.join()
        self.owner.retire()

    def _serve(self) -> None:
        """Look after line and workers until ``close``."""
        while self._arrivals():
            for worker in self._workers:
                worker.tend()
            self._hand_out()
            self._beat()
        for worker in self._workers:
            worker.stop()

    def _arrivals(self) -> bool:
        """Wait a moment for work, or as long as it takes where there is none; False at the end."""
        busy = self._waiting or any(worker.attempt for worker in self._workers)
        try:
            arrived = self._arrived.get(timeout=_LOOK_EVERY if busy else None)
        except queue.Empty:
            return True
        if arrived is not None:
            self._waiting.append(arrived)
        return arrived is not None

    def _hand_out(self) -> None:
        free = [worker for worker in self._workers if worker.attempt is None]
        free.sort(key=lambda worker: not worker.is_running())
        while free and self._waiting:
            attempt = self._waiting.popleft()
            if attempt.cancel_asked():
                attempt.end(Outcome("cancelled"))
            else:
                free.pop(0).give(attempt)

    def _beat(self) -> None:
        if time.monotonic() - self._beaten < _BEAT_EVERY:
            return
        self._beaten = time.monotonic()
        for attempt in [*self._waiting, *(worker.attempt for worker in self._workers if worker.attempt)]:
            # A folder that is gone is the business of whoever looks after its work.
            with contextlib.suppress(FileNotFoundError):
                attempt.beat()
