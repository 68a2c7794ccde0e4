"""Who answers for a job: a server with its workers. Where it is gone, the job is interrupted."""

from __future__ import annotations

import os
import platform
import secrets
from dataclasses import dataclass

from rome.serialize.atomic import process_exists

#: Seconds without a sign of life after which a server on another machine counts as gone.
SILENT_FOR = 15.0
_ours: set[str] = set()


@dataclass(frozen=True)
class Owner:
    """A runner of jobs in one process; ``token`` tells apart two that had the same process number."""

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
        if self.host == platform.node() and not _other_process(self.pid):
            return False
        return silent_for < SILENT_FOR


def _other_process(pid: int) -> bool:
    """Return whether a process other than this one may have the number ``pid``."""
    return pid != os.getpid() and process_exists(pid)
