"""The library: studies by their identity under one folder, listed, labelled, removed and restored.

A removed study is moved to the folder ``removed`` and can be restored for a week; then, or when it is asked
for, it is deleted for good. The copy of a table, and comparisons of models on it, go with its last study.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rome.errors import StoreError
from rome.results import StudyResult
from rome.serialize.atomic import draft_of, write_whole
from rome.serialize.document import disk_refuses, read_json
from rome.store.folder import cannot_write, read_folder, write_folder
from rome.store.headers import Entry, Label, header_of, read_entry, write_header, write_label
from rome.store.tables import KeptTables
from rome.study import StudyRun

_IDENTITY = re.compile(r"[0-9a-f]{16}")
_REMOVED, _TABLES, _MARK, _COMPARISONS = "removed", "tables", "removed", "comparisons"
_log = logging.getLogger("rome.store")
#: Seconds for which a removed study can be restored.
KEPT_REMOVED = 7 * 24 * 3600.0
#: Seconds for which something lies there without any study: one may be under way.
KEPT_UNUSED = 24 * 3600.0
#: What people add to a study: its label, named cohorts, and the draft of its report.
_ADDED = ("label.json", "cohorts.json", "report.json")


@dataclass(frozen=True)
class StudyList:
    """Every finished study of a library, newest first, and the identities of those that can't be read."""

    entries: tuple[Entry, ...]
    damaged: tuple[str, ...]


@dataclass(frozen=True)
class Removed:
    """A study that was removed, and when (seconds since 1970)."""

    entry: Entry
    when: float


class Library:
    """Studies kept by identity under one root folder.

    Parameters
    ----------
    root : path or None
        ``None``: the environment variable ``ROME_STUDIES``, else the user's data folder.
    """

    def __init__(self, root: str | Path | None = None) -> None:
        self.root = Path(root or os.environ.get("ROME_STUDIES") or _user_folder())

    def comparisons(self, fingerprint: str) -> Path:
        """Return the folder of all comparisons of models on a table; they go with its last study."""
        return _comparisons_of(self.root / _COMPARISONS, fingerprint)

    @property
    def tables(self) -> KeptTables:
        """The copies of tables that are kept beside the studies."""
        return KeptTables(self.root / _TABLES)

    def folder(self, identity: str) -> Path:
        """Return where a study of this identity lies; ``StoreError`` if it is no identity."""
        if not _IDENTITY.fullmatch(identity):
            raise StoreError(f'"{identity[:40]}" is no study. A study\'s name is 16 of the digits 0-9, a-f.')
        return self.root / identity

    def save(self, study: StudyRun) -> Path:
        """Write a study, whole or not at all, and return its folder; what people added to it stays."""
        target = self.folder(study.result.study_id)
        draft = draft_of(target)
        shutil.rmtree(draft, ignore_errors=True)
        try:
            write_folder(study, draft)
            made = (draft / "study.json").stat().st_mtime
            write_header(draft, header_of(read_json(draft / "study.json"), made))
            _replace_study(draft, target)
        except OSError as error:
            raise cannot_write(target, error) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return target

    def has(self, identity: str) -> bool:
        """Return whether a finished study of this identity is here."""
        return (self.folder(identity) / "study.json").is_file()

    def load(self, identity: str) -> StudyResult:
        """Return a study; ``StoreError`` if it isn't here."""
        if not self.has(identity):
            if self._removed_folder(identity).is_dir():
                raise StoreError(
                    f'The study "{identity}" was removed. It can be restored on the Studies page.'
                )
            raise StoreError(
                f'There is no study "{identity}" here. It may have been made on another machine.'
            )
        return read_folder(self.folder(identity))

    def identities(self) -> list[str]:
        """Return the identities of all finished studies, newest first."""
        found = [path for path in self.root.glob("*/study.json") if _IDENTITY.fullmatch(path.parent.name)]
        dated = [(_changed(path), path.parent.name) for path in found]
        return [name for when, name in sorted(dated, reverse=True) if when]

    def shelf(self) -> StudyList:
        """Return a line on every finished study, from small files beside them."""
        entries, damaged = [], []
        for identity in self.identities():
            try:
                entries.append(read_entry(self.folder(identity)))
            except StoreError:
                damaged.append(identity)
        return StudyList(tuple(entries), tuple(damaged))

    def entry(self, identity: str) -> Entry:
        """Return the line on one study; ``StoreError`` if it can't be read."""
        return read_entry(self.folder(identity))

    def label(self, identity: str, label: Label) -> None:
        """Keep a name, a note and a star for a study, in the place of those before.

        Raises
        ------
        StoreError
            The study is not here, or its folder can't be written.
        """
        write_label(self.folder(identity), label)

    def remove(self, identity: str) -> None:
        """Take a study out of the library; ``restore`` brings it back for a week.

        Raises
        ------
        StoreError
            It isn't here, or can't be moved.
        """
        source, target = self.folder(identity), self._removed_folder(identity)
        if not source.is_dir():
            raise StoreError(f'There is no study "{identity}" here; it may have been removed already.')
        what = f'The study "{identity}" can\'t be removed'
        with disk_refuses(what, "Close programs that use its files, and try again."):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(target, ignore_errors=True)
            (source / _MARK).touch()
            source.replace(target)

    def removed(self) -> tuple[Removed, ...]:
        """Return the studies that were removed and can be restored, the last one first."""
        found = []
        for folder in self._removed_folders():
            with contextlib.suppress(StoreError):
                found.append(Removed(read_entry(folder, keep=False), _changed(folder / _MARK)))
        return tuple(sorted(found, key=lambda each: -each.when))

    def restore(self, identity: str) -> None:
        """Bring a removed study back.

        Raises
        ------
        StoreError
            It is not among the removed ones, has been made again since, or can't be moved.
        """
        source, target = self._removed_folder(identity), self.folder(identity)
        if not source.is_dir():
            raise StoreError(f'The study "{identity}" can no longer be restored: it was deleted for good.')
        if target.exists():
            raise StoreError(f'The study "{identity}" has been made again since, and is in the list.')
        with disk_refuses(f'The study "{identity}" can\'t be restored'):
            source.replace(target)
            (target / _MARK).unlink(missing_ok=True)

    def empty_removed(self, older_than: float = 0.0) -> None:
        """Delete for good what was removed more than ``older_than`` seconds ago.

        Copies and comparisons of tables that no study is left of are forgotten with them.

        Raises
        ------
        StoreError
            Something can't be deleted.
        """
        until, tables = time.time() - older_than, set()
        with disk_refuses("What was removed can't all be deleted", f'It lies in "{self.root / _REMOVED}".'):
            for folder in self._removed_folders():
                if _changed(folder / _MARK) <= until:
                    tables.add(_table_of(folder))
                    shutil.rmtree(folder)
        _forget_unused(self.tables, self.root / _COMPARISONS, tables, self._tables_in_use)

    def tidy(self) -> None:
        """Delete what was removed more than a week ago; what can't be deleted stays, and is logged."""
        try:
            self.empty_removed(KEPT_REMOVED)
        except StoreError:
            _log.warning("What was removed can't all be deleted.", exc_info=True)

    def _tables_in_use(self) -> set[str | None]:
        """Return the tables of all studies, removed ones too; None stands for one that can't be read."""
        used = {_table_of(self.folder(identity)) for identity in self.identities()}
        return used | {_table_of(folder) for folder in self._removed_folders()}

    def _removed_folder(self, identity: str) -> Path:
        return self.root / _REMOVED / self.folder(identity).name

    def _removed_folders(self) -> list[Path]:
        root = self.root / _REMOVED
        return [path for path in root.glob("*") if _IDENTITY.fullmatch(path.name)]


def _table_of(folder: Path) -> str | None:
    """Return the fingerprint of the table of a study; None where the study can't be read."""
    try:
        return read_entry(folder, keep=False).header.fingerprint
    except StoreError:
        return None


def _changed(path: Path) -> float:
    """Return when a file was changed; 0 where it has just gone."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _replace_study(draft: Path, target: Path) -> None:
    """Move a study's draft to its place.

    What people added is taken along. Somebody may add more while that goes on: so the old folder is moved
    aside first, where nobody writes any more, and what came into it late follows, unless the new folder has
    something newer by then.

    Raises
    ------
    OSError
        The folder can't be replaced; the one before stays.
    """
    taken = {name: _content(target / name) for name in _ADDED}
    for name, content in taken.items():
        if content is not None:
            (draft / name).write_bytes(content)
    aside = draft_of(target.with_name(f"{target.name}.before"))
    shutil.rmtree(aside, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        target.replace(aside)
    try:
        draft.replace(target)
    except OSError:
        if aside.is_dir() and not target.exists():
            aside.replace(target)
        raise
    for name, content in taken.items():
        _follow(aside / name, target / name, content)
    shutil.rmtree(aside, ignore_errors=True)


def _follow(late: Path, place: Path, taken: bytes | None) -> None:
    """Bring what came after it was ``taken``, where its new place still has what was taken."""
    came = _content(late)
    if came in (taken, None) or _content(place) != taken:
        return
    write_whole(place, came)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _comparisons_of(comparisons: Path, fingerprint: str) -> Path:
    """Return the folder of all comparisons of a table, in the folder of those of all tables."""
    return comparisons / fingerprint[:16]


def _forget_unused(
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
    gone = {_comparisons_of(comparisons, each) for each in deleted if each is not None}
    compared = [each for each in _folders(comparisons) if each in gone or _last_written(each) < until]
    if not copies and not compared:
        return
    left = used()
    if None in left:
        return
    for copy in copies:
        if copy.fingerprint not in left:
            tables.forget(copy.fingerprint)
    needed = {_comparisons_of(comparisons, each) for each in left if each is not None}
    for folder in compared:
        if folder not in needed:
            _remove(folder)


def _folders(comparisons: Path) -> Iterator[Path]:
    return (path for path in comparisons.glob("*") if _IDENTITY.fullmatch(path.name))


def _last_written(folder: Path) -> float:
    """Return when something was last written in a folder, or in one of its folders; 0 where it is gone."""
    try:
        return max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
    except FileNotFoundError:
        return 0.0


def _remove(folder: Path) -> None:
    # Another server may be quicker.
    what = f'The comparisons in "{folder}" can\'t be removed'
    with disk_refuses(what, "Do it by hand."), contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)


def _user_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("rome-studio") / "studies"
