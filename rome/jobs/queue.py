"""Where work is asked for, followed and given up, whoever does it."""

from __future__ import annotations

import logging
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from rome.errors import StoreError
from rome.jobs.attempt import ACTIVE, FOLDER, REPEATABLE, Attempt, Outcome, Progress, State, tidy
from rome.jobs.kinds import kind_named
from rome.jobs.perform import Runner
from rome.jobs.request import Request
from rome.results.first_look import FirstLook
from rome.store import Library
from rome.store.tables import has_table

_IDENTITY = re.compile(r"[0-9a-f]{16}")
_log = logging.getLogger("rome.jobs")
#: How often work is asked for anew that others give up at the same moment.
_TRIES = 5


@dataclass(frozen=True)
class Job:
    """Work that was asked for: by its identity, whoever asked and however often.

    ``attempt`` is the last one, None where the result was kept before any.
    """

    library: Library
    request: Request
    attempt: Attempt | None

    @property
    def identity(self) -> str:
        """Identity of the work; of a study, the study's."""
        return self.request.identity

    def state(self) -> State:
        """Return how the work stands. ``done`` means that its result is there to be read."""
        has_result = kind_named(self.request.kind).has_result
        if has_result is not None and has_result(self.library, self.request):
            return "done"
        state = "interrupted" if self.attempt is None else self.attempt.state()
        # Done, and since removed from the library.
        return "interrupted" if state == "done" and has_result is not None else state

    def is_active(self) -> bool:
        """Return whether the work is done now, or waits for a worker."""
        return self.state() in ACTIVE

    def progress(self) -> Progress | None:
        """Return how far the work is; None before it began."""
        return None if self.attempt is None else self.attempt.progress()

    def first_look(self) -> FirstLook | None:
        """Return what a study shows of its groups while it goes on; None for all other work."""
        return self.attempt.first_look() if self.attempt is not None and self.is_active() else None

    def outcome(self) -> Outcome | None:
        """Return how the work ended, with a message for the user where there is one; None while it hasn't."""
        state = self.state()
        if state in ACTIVE:
            return None
        said = None if self.attempt is None else self.attempt.outcome()
        return said if said is not None and said.state == state else Outcome(state)

    def can_repeat(self) -> bool:
        """Return whether ``JobQueue.again`` can ask for the same work without its table being opened."""
        return self.attempt is not None and self.state() in REPEATABLE and has_table(self.attempt.folder)

    def cancel(self, follower: str) -> None:
        """Follow the work no longer. It ends, within two seconds, where nobody else follows it."""
        if self.attempt is not None:
            self.attempt.leave(follower)

    def followed_by(self, follower: str) -> bool:
        """Return whether the work is done for ``follower`` (too)."""
        return self.attempt is not None and self.attempt.followed_by(follower)

    def follow(self, follower: str) -> bool:
        """Follow work that goes on, so that it doesn't end when others give it up; False where it ends."""
        return self.attempt is not None and self.is_active() and self.attempt.follow(follower)


class JobQueue:
    """Takes requests for a library and has a runner do them.

    Parameters
    ----------
    library : Library
        Where results are kept; attempts lie in its folder ``jobs``.
    runner : Runner
        ``Processes``, or ``InProcess``.
    """

    def __init__(self, library: Library, runner: Runner) -> None:
        self.library, self.runner = library, runner

    def submit(self, request: Request, follower: str) -> Job:
        """Ask for work, or follow it where the same is being done; done before, it is done at once.

        Parameters
        ----------
        request : Request
        follower : str
            8 to 64 hex digits that stand for one visitor; the work ends early only when all followers left.

        Raises
        ------
        StoreError
            The studies' folder can't be written.
        """
        for _ in range(_TRIES):
            job = Job(self.library, request, self._last(request.identity))
            if job.state() == "done" or job.follow(follower):
                return job
            attempt = self._publish(request, follower)
            if attempt is not None:
                return Job(self.library, request, attempt)
        raise StoreError("Others ask for the same work and give it up, over and over. Ask for it once more.")

    def job(self, identity: str) -> Job | None:
        """Return the work of this identity if it was ever asked for and is remembered; else None."""
        attempt = self._last(identity)
        if attempt is None:
            return None
        return Job(self.library, attempt.request(with_table=False), attempt)

    def again(self, job: Job, follower: str) -> Job:
        """Ask again for work that was interrupted, killed or broken.

        Raises
        ------
        StoreError
            What was asked is no longer here.
        """
        if not job.can_repeat():
            raise StoreError("This work can't be asked again from here: its table is gone. Open it first.")
        return self.submit(job.attempt.request(), follower)

    def tidy(self) -> None:
        """Remove what is left of work that ended a week ago or earlier, or was never made known, and studies
        that were removed as long ago."""
        tidy(self.library.root)
        self.library.tidy()

    @property
    def _root(self) -> Path:
        return self.library.root / FOLDER

    def _last(self, identity: str) -> Attempt | None:
        if not _IDENTITY.fullmatch(identity):
            return None
        attempts = sorted((self._root / identity).glob("[0-9]*"))
        return Attempt(attempts[-1]) if attempts else None

    def _publish(self, request: Request, follower: str) -> Attempt | None:
        """Write a new attempt, make it known, and have it done; None where another was quicker."""
        home = self._root / request.identity
        draft = home / f".{secrets.token_hex(4)}"
        try:
            home.mkdir(parents=True, exist_ok=True)
            earlier = sorted(home.glob("[0-9]*"))
            number = int(earlier[-1].name) + 1 if earlier else 1
            Attempt.prepare(draft, request, self.runner.owner, follower)
            attempt = Attempt(home / f"{number:04d}")
            if not _publish_as(draft, attempt.folder):
                return None
        except OSError as error:
            why = error.strerror or error
            raise StoreError(f'The work can\'t be written to "{home}": {why}. Make room there.') from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        self._remove_ended(earlier)
        self.runner.start(attempt)
        return attempt

    def _remove_ended(self, folders: list[Path]) -> None:
        """Remove earlier attempts; one that is cancelled may still be written to by its worker.

        Where another server's clock is wrong its attempt may look interrupted while it is done; so only those
        are removed that said how they ended, or that are known to be our own. ``tidy`` takes the others.
        """
        for folder in folders:
            try:
                if self._has_ended(Attempt(folder)):
                    shutil.rmtree(folder)
            except OSError:
                _log.info("An earlier attempt can't be removed.", exc_info=True)

    def _has_ended(self, attempt: Attempt) -> bool:
        if attempt.outcome() is not None:
            return True
        owner = attempt.owner()
        ours = owner is not None and owner.token == self.runner.owner.token
        return ours and attempt.state() == "interrupted"


def _publish_as(draft: Path, target: Path) -> bool:
    """Give a draft its name at one stroke; False if that name is taken."""
    try:
        draft.rename(target)
    except OSError:
        if target.exists():
            return False
        raise
    return True
