"""What is kept of tables for their studies, and goes with the last of them: copies, comparisons of models."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rome.errors import StoreError
from rome.store.tables import KeptTables

#: Seconds for which something lies there without any study: one may be under way.
KEPT_UNUSED = 24 * 3600.0
#: The folder of all comparisons of a table has the beginning of its fingerprint as its name.
_NAME = re.compile(r"[0-9a-f]{16}")


def comparisons_of(comparisons: Path, fingerprint: str) -> Path:
    """Return the folder of all comparisons of a table, in the folder of those of all tables."""
    return comparisons / fingerprint[:16]


def forget_unused(
    tables: KeptTables, comparisons: Path, deleted: set[str | None], used: Callable[[], set[str | None]]
) -> None:
    """Forget what is kept of tables of which no study is left: those of studies just deleted, and old ones.

    Parameters
    ----------
    tables : KeptTables
    comparisons : Path
        The folder of the comparisons of all tables.
    deleted : set of str or None
        Fingerprints of the tables of studies that were just deleted.
    used : callable
        Returns the fingerprints of the tables of all studies that are left, or can be restored; with None
        where one can't be read, which may be of any table.

    Raises
    ------
    StoreError
        Something can't be deleted.
    """
    until = time.time() - KEPT_UNUSED
    copies = [copy for copy in tables.kept() if copy.fingerprint in deleted or copy.opened < until]
    gone = {comparisons_of(comparisons, each) for each in deleted if each is not None}
    compared = [each for each in _folders(comparisons) if each in gone or _changed(each) < until]
    if not copies and not compared:
        return
    left = used()
    if None in left:
        return
    for copy in copies:
        if copy.fingerprint not in left:
            tables.forget(copy.fingerprint)
    needed = {comparisons_of(comparisons, each) for each in left if each is not None}
    for folder in compared:
        if folder not in needed:
            _remove(folder)


def _folders(comparisons: Path) -> Iterator[Path]:
    return (path for path in comparisons.glob("*") if _NAME.fullmatch(path.name))


def _changed(folder: Path) -> float:
    """Return when something was last written in a folder, or in one of its folders; 0 where it is gone."""
    try:
        return max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
    except FileNotFoundError:
        return 0.0


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        # Another server was quicker.
        return
    except OSError as error:
        raise StoreError(
            f'The comparisons in "{folder}" can\'t be removed: {error.strerror or error}. Do it by hand.'
        ) from error
