"""What is left of work in a library, and when it is removed."""

from __future__ import annotations

import logging
import shutil
import time
from pathlib import Path

from rome.jobs.attempt import ACTIVE, Attempt
from rome.serialize.atomic import remove_left

FOLDER = "jobs"
_log = logging.getLogger("rome.jobs")
#: Seconds after which what is left of ended work is removed.
_KEPT_FOR = 7 * 24 * 3600.0


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
