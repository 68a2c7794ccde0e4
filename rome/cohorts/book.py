"""All cohorts of one study, in ``cohorts.json`` beside it; every change is on disk when the call returns."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from rome.cohorts.cohort import Cohort, Origin, check_name, make_cohort
from rome.errors import SettingError
from rome.serialize.document import Document, disk_refuses

COHORTS_SCHEMA = "rome.cohorts/1"
FILE = "cohorts.json"
#: Held from reading a book to writing it, so that no visitor of one server loses what another just kept.
_CHANGES = threading.Lock()


@dataclass(frozen=True)
class _Kept:
    cohorts: tuple[Cohort, ...]


_DOCUMENT = Document(
    COHORTS_SCHEMA, "list of cohorts", "remove or fix the file; the study itself is not touched.", _Kept
)


class CohortBook:
    """The cohorts of the study in ``folder``.

    Parameters
    ----------
    folder : str or Path
        The study's folder, as ``rome.store.write_folder`` or ``Library.folder`` gives it.
    """

    def __init__(self, folder: str | Path) -> None:
        self.path = Path(folder) / FILE

    def all(self) -> tuple[Cohort, ...]:
        """Return every cohort in the order in which they were made; none where nothing was ever kept.

        Raises
        ------
        StoreError
            The file is damaged, or of another layout.
        """
        return _DOCUMENT.read(self.path).cohorts if self.path.exists() else ()

    def get(self, cohort_id: str) -> Cohort:
        """Return one cohort; ``SettingError`` if it isn't kept (it may have been deleted elsewhere)."""
        for cohort in self.all():
            if cohort.cohort_id == cohort_id:
                return cohort
        raise SettingError(f'This study has no cohort "{cohort_id[:20]}". It may have been deleted.')

    def add(self, name: str, rows: Iterable[int], origin: Origin) -> Cohort:
        """Keep a new cohort and return it.

        Raises
        ------
        SettingError
            See ``rome.cohorts.cohort.make_cohort``.
        StoreError
            The file can't be read or written.
        """
        with _CHANGES:
            before = self.all()
            made = make_cohort(name, rows, origin, before)
            self._write((*before, made))
        return made

    def rename(self, cohort_id: str, name: str) -> Cohort:
        """Give a cohort another name, and return it; ``SettingError`` if the name can't be taken."""
        with _CHANGES:
            cohort, kept = self.get(cohort_id), self.all()
            others = [other for other in kept if other.cohort_id != cohort_id]
            renamed = replace(cohort, name=check_name(name, others))
            self._write(renamed if other.cohort_id == cohort_id else other for other in kept)
        return renamed

    def remove(self, cohort_id: str) -> Cohort:
        """Delete a cohort, and return it, so that ``restore`` can bring it back."""
        with _CHANGES:
            cohort = self.get(cohort_id)
            self._write(other for other in self.all() if other.cohort_id != cohort_id)
        return cohort

    def restore(self, cohort: Cohort) -> None:
        """Bring a deleted cohort back into its place; nothing happens where it is kept already."""
        with _CHANGES:
            others = self.all()
            if cohort.cohort_id in {other.cohort_id for other in others}:
                return
            check_name(cohort.name, others)
            self._write(sorted((*others, cohort), key=lambda each: each.made))

    def _write(self, cohorts: Iterable[Cohort]) -> None:
        what = f'The cohorts can\'t be written to "{self.path.parent}"'
        with disk_refuses(what, "Make the study again, or free some room."):
            _DOCUMENT.write(self.path, _Kept(tuple(cohorts)))
