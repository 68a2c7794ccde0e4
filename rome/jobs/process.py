"""One worker process as its server sees it: started, given work, watched, ended."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import rome
from rome.jobs.attempt import Attempt, Outcome, Progress
from rome.jobs.perform import STARTING
from rome.serialize.atomic import remove_left

_log = logging.getLogger("rome.jobs")
#: Seconds that work has to end by itself after a cancel, before its process is ended.
GRACE = 1.0
_ENDS_WITHIN = 2.0
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
#: What a worker may know of its server's environment: where things are, and nothing secret.
_PASSED = ("PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LANG", "TZ", "PYTHONPATH")
_PASSED_FAMILIES = ("LC_", "XDG_", "NUMBA_", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "ROME_", "PYTHONHASHSEED")


class Endings:
    """How attempts ended that can't say so themselves: said at once, or once their folder can be written."""

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


class WorkerProcess:
    """A process that does one attempt at a time.

    Parameters
    ----------
    modules : sequence of str
        Modules beside ROME's own that register kinds of work.
    threads : int
        Threads that numerical libraries may use in it.
    endings : Endings
        Where it is said how attempts ended that can't say so themselves.
    """

    def __init__(self, modules: Sequence[str], threads: int, endings: Endings) -> None:
        self._modules, self._threads, self._endings = tuple(modules), threads, endings
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled_at: float | None = None
        self.attempt: Attempt | None = None

    @property
    def pid(self) -> int | None:
        """The number of the process, if one runs."""
        return self._process.pid if self.is_running() else None

    def is_running(self) -> bool:
        """Return whether the process is there, so that work can begin without a start."""
        return self._process is not None and self._process.poll() is None

    def warm(self) -> None:
        """Start the process ahead of its work; where it can't be, it is tried again when there is work."""
        try:
            self.start()
        except OSError:
            _log.exception("A process for work can't be started.")

    def start(self) -> None:
        """Start the process unless it runs."""
        if not self.is_running():
            self._close_input()
            self._process = subprocess.Popen(
                # -P: a file in the current folder must not stand in for a library.
                [sys.executable, "-P", "-m", "rome.jobs.worker", *self._modules],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                env=_environment(self._threads),
            )

    def give(self, attempt: Attempt) -> None:
        """Let the process do an attempt; ``attempt`` stays None where it was cancelled or can't be done."""
        try:
            if attempt.cancel_asked():
                self._endings.say(attempt, Outcome("cancelled"))
                return
            self.start()
            self.attempt, self._cancelled_at = attempt, None
            attempt.tell(Progress(STARTING))
            self._pass_on(attempt)
        except Exception as error:
            # The thread that serves lives on: work that can't be done must not take other work with it.
            self._give_up(attempt, error)

    def _pass_on(self, attempt: Attempt) -> None:
        # A process that ended this very moment takes no line; ``tend`` sees it.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(os.fsencode(attempt.folder) + b"\n")
            self._process.stdin.flush()

    def tend(self) -> None:
        """See whether the attempt ended, whether its process died, and whether a cancel is overdue."""
        if self.attempt is None:
            return
        try:
            ended = self._look_at(self.attempt)
        except Exception as error:
            # Its folder can't be used: nobody can learn of this work any more, and others must not suffer.
            self._give_up(self.attempt, error)
            ended = True
        if ended:
            self.attempt = None
            # A new process in place of one that ended, so that the next work finds a warm one.
            self.warm()

    def _give_up(self, attempt: Attempt, error: Exception) -> None:
        _log.exception("Some work can't be done; it is given up.")
        self.attempt = None
        self.stop()
        why = getattr(error, "strerror", None) or error
        message = f"Its process or its folder could not be used ({type(error).__name__}: {why})."
        self._end(attempt, Outcome("broken", message, traceback.format_exc()))

    def _look_at(self, attempt: Attempt) -> bool:
        """Return whether the attempt has ended, ending it if need be."""
        # Asked before the outcome: a process that is gone has written all that it ever will.
        lives = self.is_running()
        if attempt.outcome() is not None:
            return True
        if not attempt.folder.is_dir() and attempt.folder.parents[1].is_dir():
            # Removed amid the work, or in the moment after its end: nothing will ever say which. Where all
            # attempts are away, a disk is, and may come back.
            self.stop()
            self._end(attempt, Outcome("killed"))
            return True
        if not lives:
            self._end(attempt, Outcome("killed", _death(self._process.returncode)))
            return True
        if self._overdue(attempt):
            self.stop()
            self._end(attempt, Outcome("cancelled"))
            return True
        return False

    def _end(self, attempt: Attempt, outcome: Outcome) -> None:
        """Say how an attempt ended whose process is gone, and remove what that was writing."""
        self._endings.say(attempt, outcome)
        remove_left(attempt.folder.parents[2])

    def _overdue(self, attempt: Attempt) -> bool:
        if not attempt.cancel_asked():
            return False
        if self._cancelled_at is None:
            self._cancelled_at = time.monotonic()
        return time.monotonic() - self._cancelled_at > GRACE

    def stop(self) -> None:
        """End the process, kindly and then not."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close_input()

    def _close_input(self) -> None:
        if self._process is not None:
            # What is left in the pipe of a process that is gone; Windows has an error of its own for it.
            with contextlib.suppress(OSError):
                self._process.stdin.close()


def _death(status: int) -> str:
    if status == -9:
        return "The system ended the process that did the work, most often because memory ran out."
    return f"The process that did the work ended before its time (status {status})."


def _environment(threads: int) -> dict[str, str]:
    """Return the environment of a worker: its share of the cores, and what it needs to find its modules."""
    passed = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in _PASSED or name.startswith(_PASSED_FAMILIES)
    }
    for name in _THREADS:
        asked = os.environ.get(name, "")
        passed[name] = str(min(threads, int(asked)) if asked.isdigit() else threads)
    # Files without an encoding of their own are read and written alike, whatever the system's is.
    passed["PYTHONUTF8"] = "1"
    home = Path(rome.__file__).resolve().parents[1]
    if home.name not in ("site-packages", "dist-packages"):
        passed["PYTHONPATH"] = os.pathsep.join(filter(None, [passed.get("PYTHONPATH"), str(home)]))
    return passed
