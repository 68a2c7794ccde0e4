"""One attempt at some work: a folder through which a worker, servers and visitors speak with one another.

It holds ``request.json`` with the table, ``owner.json`` with ``beat`` (touched while the owner lives),
``progress.json``, ``first_look.json`` (what a study shows before its end, and only until then),
``followers/``, ``cancel`` (there when the work must end) and ``outcome.json`` (there when it has ended).
Files that are written again are replaced whole, so that a reader never sees half of one.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import platform
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from rome.errors import StoreError
from rome.jobs.request import Request
from rome.results.first_look import FirstLook
from rome.serialize.atomic import patiently, process_exists, remove_left, write_whole
from rome.serialize.codec import from_plain
from rome.serialize.csv_json import to_json
from rome.serialize.document import read_json
from rome.store.tables import remove_table

State = Literal["waiting", "running", "done", "failed", "broken", "cancelled", "killed", "interrupted"]
ACTIVE: tuple[State, ...] = ("waiting", "running")
#: After these the same work can be asked again from what the folder holds, so the table stays.
REPEATABLE: tuple[State, ...] = ("broken", "killed", "interrupted")
_FOLLOWER = re.compile(r"[0-9a-f]{8,64}")
_FIRST_LOOK = "first_look.json"
#: The folder of all attempts in a library.
FOLDER = "jobs"
#: Seconds without a sign of life after which a server on another machine counts as gone.
SILENT_FOR = 15.0
#: Seconds after which what is left of ended work is removed.
_KEPT_FOR = 7 * 24 * 3600.0
_log = logging.getLogger("rome.jobs")
_ours: set[str] = set()


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended.

    ``message`` is for the user; ``details`` (a traceback) is for the log; ``result`` is what the work
    returned, as plain values.
    """

    state: State
    message: str = ""
    details: str = ""
    result: object = None


@dataclass(frozen=True)
class Progress:
    """How far an attempt is: what is being done, the share that is done in [0, 1], and seconds so far.

    ``curve`` holds (number of the line, iteration, value) and ``log`` (seconds since the start, what began).
    """

    stage: str
    share: float = 0.0
    seconds: float = 0.0
    curve: tuple[tuple[int, int, float], ...] = ()
    log: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Owner:
    """Who answers for attempts: a server with its workers. Where it is gone, they are interrupted.

    ``token`` tells apart two that had the same process number."""

    token: str
    pid: int
    host: str

    @classmethod
    def enlist(cls) -> Owner:
        """Return a new owner in this process, alive until ``retire``."""
        owner = cls(secrets.token_hex(8), os.getpid(), platform.node())
        _ours.add(owner.token)
        return owner

    def retire(self) -> None:
        """Answer for jobs no longer."""
        _ours.discard(self.token)

    def is_alive(self, silent_for: float) -> bool:
        """Return whether this owner still answers; ``silent_for`` is the age of its last sign in seconds."""
        if self.token in _ours:
            return True
        if self.host == platform.node() and (self.pid == os.getpid() or not process_exists(self.pid)):
            return False
        return silent_for < SILENT_FOR


@dataclass(frozen=True)
class Attempt:
    """An attempt, by its folder."""

    folder: Path

    @classmethod
    def prepare(cls, folder: Path, request: Request, owner: Owner, follower: str) -> Attempt:
        """Write an attempt that nobody knows of yet."""
        (folder / "followers").mkdir(parents=True)
        request.write(folder)
        (folder / "owner.json").write_text(json.dumps(asdict(owner)), encoding="utf-8")
        attempt = cls(folder)
        attempt.beat()
        attempt.follow(follower)
        return attempt

    def request(self, with_table: bool = True) -> Request:
        """Return what is asked."""
        return Request.read(self.folder, with_table)

    def follow(self, follower: str) -> bool:
        """Count ``follower`` among those for whom the work is done; False where it was given up before."""
        try:
            self._follower(follower).touch()
        except FileNotFoundError:
            return False
        return not self.cancel_asked()

    def leave(self, follower: str) -> None:
        """Count ``follower`` no longer; the work ends where nobody is left."""
        self._follower(follower).unlink(missing_ok=True)
        followers = self.folder / "followers"
        # It goes only while it is empty, and nothing can be put into it afterwards: whoever comes to follow
        # at this very moment is counted, or learns that it is too late.
        with contextlib.suppress(OSError):
            followers.rmdir()
        if not followers.exists():
            # Work whose folder is gone has nothing to end.
            with contextlib.suppress(FileNotFoundError):
                (self.folder / "cancel").touch()

    def followed_by(self, follower: str) -> bool:
        """Return whether ``follower`` is counted."""
        return self._follower(follower).exists()

    def _follower(self, follower: str) -> Path:
        if not _FOLLOWER.fullmatch(follower):
            raise StoreError(
                f'"{follower[:40]}" is no follower\'s key; it has 8 to 64 of the digits 0-9, a-f.'
            )
        return self.folder / "followers" / follower

    def cancel_asked(self) -> bool:
        """Return whether the work must end."""
        return (self.folder / "cancel").exists()

    def beat(self) -> None:
        """Give a sign that the owner lives."""
        (self.folder / "beat").touch()

    def disown(self) -> None:
        """Say, without writing anything, that nobody looks after this attempt any more."""
        (self.folder / "beat").unlink(missing_ok=True)

    def owner(self) -> Owner | None:
        """Return who answers for the attempt; None where that isn't known."""
        plain = _read(self.folder / "owner.json")
        return None if plain is None else Owner(**plain)

    def state(self) -> State:
        """Return how the attempt stands."""
        outcome = self.outcome()
        if outcome is not None:
            return outcome.state
        if self.cancel_asked():
            return "cancelled"
        if not self._owner_lives():
            return "interrupted"
        return "running" if (self.folder / "progress.json").exists() else "waiting"

    def _owner_lives(self) -> bool:
        owner = self.owner()
        try:
            beaten = (self.folder / "beat").stat().st_mtime
        except FileNotFoundError:
            return False
        return owner is not None and owner.is_alive(time.time() - beaten)

    def tell(self, progress: Progress) -> None:
        """Say how far the work is; skipped where it can't be written just now, for more will be told."""
        try:
            _write(self.folder / "progress.json", asdict(progress))
        except FileNotFoundError:
            # The folder is gone, and there is nobody to be told.
            raise
        except OSError:
            _log.info("How far some work is couldn't be written.", exc_info=True)

    def progress(self) -> Progress | None:
        """Return how far the work is; None before it began."""
        plain = _read(self.folder / "progress.json")
        if plain is None:
            return None
        curve = tuple((int(line), int(step), float(value)) for line, step, value in plain["curve"])
        log = tuple((float(seconds), str(what)) for seconds, what in plain["log"])
        return Progress(plain["stage"], plain["share"], plain["seconds"], curve, log)

    def show(self, look: FirstLook) -> None:
        """Show the groups of a study that goes on."""
        write_whole(self.folder / _FIRST_LOOK, to_json(look))

    def first_look(self) -> FirstLook | None:
        """Return what the study shows of its groups while it goes on; None before, and once it has ended."""
        plain = _read(self.folder / _FIRST_LOOK)
        return None if plain is None else from_plain(FirstLook, plain, "first look")

    def end(self, outcome: Outcome) -> None:
        """Say how the work ended, unless that was said before; a first look goes, whatever the end."""
        (self.folder / _FIRST_LOOK).unlink(missing_ok=True)
        if self.outcome() is None:
            _write(self.folder / "outcome.json", asdict(outcome))
        if outcome.state not in REPEATABLE:
            remove_table(self.folder)

    def outcome(self) -> Outcome | None:
        """Return how the work ended; None while it hasn't."""
        plain = _read(self.folder / "outcome.json")
        return None if plain is None else Outcome(**plain)


def _write(path: Path, plain: Mapping[str, object]) -> None:
    write_whole(path, json.dumps(plain).encode())


def _read(path: Path) -> dict | None:
    try:
        return patiently(lambda: read_json(path))
    except FileNotFoundError:
        return None


def tidy(root: Path) -> None:
    """Remove work that ended a week ago or earlier, or was never made known, and drafts that nobody finishes.

    What can't be looked at or removed stays until the next time: another server may be tidying too.

    Parameters
    ----------
    root : Path
        The folder of a library.
    """
    remove_left(root)
    try:
        folders = list((root / FOLDER).glob("*/*"))
    except OSError:
        _log.info("The folder of all work can't be looked through.", exc_info=True)
        return
    for folder in folders:
        try:
            if _is_over(folder):
                shutil.rmtree(folder)
        except OSError:
            _log.info("What is left of some work can't be removed.", exc_info=True)


def _is_over(folder: Path) -> bool:
    if not _is_old(folder):
        return False
    attempt, beat = Attempt(folder), folder / "beat"
    try:
        if attempt.state() in ACTIVE:
            return False
        has_ended = attempt.outcome() is not None
    except (ValueError, TypeError):
        # Damaged: nobody can learn from it how the work went.
        return True
    # Where a clock is wrong, by less than a week, living work of another server may look interrupted.
    return has_ended or not beat.exists() or _is_old(beat)


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > _KEPT_FOR
