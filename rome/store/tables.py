"""Copies of the tables that studies were made of, so that a page that is loaded anew finds its table again.

A copy is a folder ``<fingerprint>/`` with ``table.parquet`` (the table as it was read), ``table.json`` (its
name and how it was read) and ``source.zst`` (the file as it came, compressed), on this computer only. All
copies together stay below a limit; those that nobody opened for the longest time go first. The environment
variable ``ROME_TABLES_MB`` sets the limit; 0 keeps none.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rome.errors import SettingError, StoreError
from rome.serialize.atomic import draft_of
from rome.serialize.codec import from_plain, to_plain
from rome.serialize.csv_json import to_json
from rome.serialize.document import damage_to, disk_refuses, read_json
from rome.table import Finding, Table
from rome.table.fingerprint import fingerprint
from rome.table.reading.read import Reading

_TABLE, _ABOUT, _SOURCE = "table.parquet", "table.json", "source.zst"
_FINGERPRINT = re.compile(r"[0-9a-f]{32}")
_VARIABLE, _DEFAULT_MB = "ROME_TABLES_MB", 2000


@dataclass(frozen=True)
class KeptTable:
    """A copy: whose it is, its size on disk, and when it was last opened (seconds since 1970)."""

    fingerprint: str
    name: str
    rows: int
    columns: int
    size: int
    opened: float


def write_table(folder: Path, table: Table) -> None:
    """Write a table into a folder that exists."""
    table.frame.to_parquet(folder / _TABLE, index=False, compression="zstd")
    about = {name: getattr(table, name) for name in ("name", "fingerprint")}
    about |= {"reading": to_plain(table.reading), "findings": to_plain(table.findings)}
    (folder / _ABOUT).write_bytes(to_json(about))


def has_table(folder: Path) -> bool:
    """Return whether ``write_table`` wrote into ``folder``."""
    return (folder / _ABOUT).is_file()


def remove_table(folder: Path) -> None:
    """Remove what ``write_table`` wrote into ``folder``."""
    for name in (_ABOUT, _TABLE):
        (folder / name).unlink(missing_ok=True)


def read_table(folder: Path) -> Table:
    """Return the table that ``write_table`` wrote into ``folder``."""
    about = read_json(folder / _ABOUT)
    return Table(
        name=about["name"],
        frame=pd.read_parquet(folder / _TABLE),
        reading=from_plain(Reading, about["reading"], "reading"),
        fingerprint=about["fingerprint"],
        findings=from_plain(tuple[Finding, ...], about["findings"], "findings"),
    )


def limit() -> int:
    """Return how many bytes all copies together may take.

    Raises
    ------
    SettingError
        The environment variable ``ROME_TABLES_MB`` is no whole number from 0.
    """
    given = os.environ.get(_VARIABLE, "").strip() or str(_DEFAULT_MB)
    if not given.isascii() or not given.isdigit():
        raise SettingError(
            f"The environment variable {_VARIABLE} is {given!r:.40}; it must be a whole number of megabytes, "
            "0 to keep no table."
        )
    return int(given) * 1_000_000


class KeptTables:
    """The copies under one folder.

    Parameters
    ----------
    root : Path
        Their folder; made with the first copy.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def _folder(self, identity: str) -> Path:
        if not _FINGERPRINT.fullmatch(identity):
            raise StoreError(f'"{identity[:40]}" is no table; a fingerprint is 32 of the digits 0-9, a-f.')
        return self.root / identity

    def has(self, identity: str) -> bool:
        """Return whether there is a copy of the table with this fingerprint."""
        return has_table(self._folder(identity))

    def keep(self, table: Table, source: bytes = b"") -> bool:
        """Keep a copy of a table; return whether there is one now: not where it is larger than the limit.

        Parameters
        ----------
        table : Table
        source : bytes
            The file that it was read from, so that it can be read in another way later; may be empty.

        Raises
        ------
        StoreError
            The copy can't be written.
        """
        target, most = self._folder(table.fingerprint), limit()
        if has_table(target):
            _mark_opened(target)
            return True
        if not most:
            return False
        draft = draft_of(target)
        shutil.rmtree(draft, ignore_errors=True)
        try:
            draft.mkdir(parents=True)
            write_table(draft, table)
            _write_source(draft / _SOURCE, source)
            if _size(draft) > most:
                return False
            _put(draft, target)
        except OSError as error:
            if has_table(target):
                # Another visitor, or server, was quicker.
                return True
            raise StoreError(
                f'No copy of "{table.name}" can be kept in "{self.root}": {error.strerror or error}.'
            ) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        self._make_room(most, spare=table.fingerprint)
        return True

    def load(self, identity: str) -> Table:
        """Return a table from its copy.

        Raises
        ------
        StoreError
            There is no copy, or it is damaged.
        """
        folder = self._folder(identity)
        if not has_table(folder):
            raise StoreError(f'No copy of the table "{identity}" is kept here. Open its file.')
        with _damage(identity):
            table = read_table(folder)
            if fingerprint(table.frame) != identity:
                raise StoreError("its content has changed")
        _mark_opened(folder)
        return table

    def source(self, identity: str) -> bytes:
        """Return the file that a table was read from; empty where it was not kept.

        Raises
        ------
        StoreError
            The copy is damaged.
        """
        path = self._folder(identity) / _SOURCE
        with _damage(identity):
            return _read_source(path) if path.is_file() else b""

    def forget(self, identity: str) -> None:
        """Remove a copy; studies of the table stay.

        Raises
        ------
        StoreError
            It can't be removed.
        """
        folder = self._folder(identity)
        with disk_refuses(f'The copy in "{folder}" can\'t be removed', "Remove it by hand."):
            # First what makes it a copy, so that nobody finds half of one.
            remove_table(folder)
            if folder.is_dir():
                shutil.rmtree(folder)

    def kept(self) -> tuple[KeptTable, ...]:
        """Return every copy, the one that was opened last first."""
        folders = [path.parent for path in self.root.glob(f"*/{_ABOUT}")]
        # Beside the copies there may be drafts of copies.
        found = [_describe(folder) for folder in folders if _FINGERPRINT.fullmatch(folder.name)]
        ordered = sorted((each for each in found if each is not None), key=lambda each: -each.opened)
        return tuple(ordered)

    def _make_room(self, most: int, spare: str) -> None:
        """Forget what was opened longest ago until the copies are below the limit."""
        copies = self.kept()
        total = sum(copy.size for copy in copies)
        for copy in reversed(copies):
            if total <= most:
                return
            if copy.fingerprint != spare:
                self.forget(copy.fingerprint)
                total -= copy.size


def _put(draft: Path, target: Path) -> None:
    """Move a draft to its place; ``OSError`` where a copy is there, which somebody may be reading."""
    try:
        draft.replace(target)
    except OSError:
        if has_table(target):
            raise
        # What lies there without its table.json is a copy that was being forgotten.
        shutil.rmtree(target, ignore_errors=True)
        draft.replace(target)


def _describe(folder: Path) -> KeptTable | None:
    """Return what is known of a copy; None where it is damaged, or was forgotten at this moment."""
    try:
        about = read_json(folder / _ABOUT)
        reading = from_plain(Reading, about["reading"], "reading")
        opened = (folder / _ABOUT).stat().st_mtime
        return KeptTable(
            folder.name, str(about["name"]), reading.rows, reading.columns, _size(folder), opened
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _write_source(path: Path, source: bytes) -> None:
    import pyarrow as pa

    with pa.CompressedOutputStream(str(path), "zstd") as stream:
        stream.write(source)


def _read_source(path: Path) -> bytes:
    import pyarrow as pa

    with pa.input_stream(str(path), compression="zstd") as stream:
        return stream.read()


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _mark_opened(folder: Path) -> None:
    now = time.time()
    os.utime(folder / _ABOUT, (now, now))


def _damage(identity: str) -> AbstractContextManager[None]:
    return damage_to(f'The copy of the table "{identity}"', "forget it, and open its file again.")
