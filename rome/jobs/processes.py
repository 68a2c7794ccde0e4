"""A bounded number of worker processes, kept warm, and the line of work that waits for them."""

from __future__ import annotations

import atexit
import collections
import contextlib
import os
import queue
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from rome.errors import SettingError
from rome.jobs.attempt import Attempt, Owner, tidy
from rome.jobs.process import Endings, WorkerProcess
from rome.settings.spec import check_number

_LOOK_EVERY, _BEAT_EVERY, _MOST = 0.04, 1.0, 64
#: Seconds between two tidyings, and the longest sleep of a server that has nothing to do.
_TIDY_EVERY, _IDLE = 24 * 3600.0, 600.0


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


def share_of_cores() -> int:
    """Return how many cores one piece of work may use, when as many as there may be go on at a time."""
    count = default_count()
    return max(1, cores() // count) if count else 1


class Processes:
    """Does work in processes of its own, which end with this one.

    Parameters
    ----------
    count : int
        Attempts that are done at a time; they share the cores.
    modules : sequence of str
        Modules beside ROME's own that register kinds of work.
    libraries : iterable of Path
        Folders of libraries that are tidied daily, beside those that work comes from.
    """

    def __init__(self, count: int, modules: Sequence[str] = (), libraries: Iterable[Path] = ()) -> None:
        self.owner = Owner.enlist()
        self._endings = Endings()
        threads = max(1, cores() // count)
        self._workers = [WorkerProcess(modules, threads, self._endings) for _ in range(count)]
        self._arrived: queue.SimpleQueue[Attempt | None] = queue.SimpleQueue()
        self._waiting: collections.deque[Attempt] = collections.deque()
        self._libraries = set(libraries)
        self._beaten, self._tidied = 0.0, time.monotonic()
        # One is kept warm from the start; the others when there is work for them.
        self._workers[0].warm()
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
            self._tidy()
        for worker in self._workers:
            worker.stop()

    def _arrivals(self) -> bool:
        """Wait a moment for work, or longer where there is none; False at the end."""
        busy = self._waiting or any(worker.attempt for worker in self._workers)
        patience = _LOOK_EVERY if busy else _BEAT_EVERY if self._endings else _IDLE
        try:
            arrived = self._arrived.get(timeout=patience)
        except queue.Empty:
            return True
        if arrived is not None:
            self._waiting.append(arrived)
            self._libraries.add(arrived.folder.parents[2])
        return arrived is not None

    def _hand_out(self) -> None:
        free = [worker for worker in self._workers if worker.attempt is None]
        free.sort(key=lambda worker: not worker.is_running())
        while free and self._waiting:
            free[0].give(self._waiting.popleft())
            if free[0].attempt is not None:
                free.pop(0)

    def _beat(self) -> None:
        if time.monotonic() - self._beaten < _BEAT_EVERY:
            return
        self._beaten = time.monotonic()
        for attempt in [*self._waiting, *(worker.attempt for worker in self._workers if worker.attempt)]:
            # A folder that can't be used is the business of whoever looks after its work.
            with contextlib.suppress(OSError):
                attempt.beat()
        self._endings.say_again()

    def _tidy(self) -> None:
        if time.monotonic() - self._tidied >= _TIDY_EVERY:
            self._tidied = time.monotonic()
            for root in self._libraries:
                tidy(root)
