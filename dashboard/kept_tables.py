"""The table of a study that was found by its link: one of our samples, or the copy that is kept here."""

from __future__ import annotations

from dashboard import cache, state
from dashboard.roles_choice import RolesChoice
from dashboard.state import OpenTable
from rome.datasets import SAMPLES
from rome.errors import RomeError, StoreError
from rome.results import StudyResult
from rome.store.tables import limit
from rome.table import Table

_WHY = "it has this part in the study"


def bring(result: StudyResult) -> None:
    """Open the table that a study was made of, unless it is open; a copy that can't be read is told."""
    opened = state.table()
    if opened is not None and opened.table.fingerprint == result.data.fingerprint:
        return
    try:
        found = _sample(result) or _copy(result)
    except StoreError as error:
        state.visit().file_problem = str(error)
        return
    if found is not None:
        state.open_table(found)


def _sample(result: StudyResult) -> OpenTable | None:
    name = result.data.name.removesuffix(".csv")
    if name not in SAMPLES:
        return None
    table = cache.sample_table(name)
    if table.fingerprint != result.data.fingerprint:
        return None
    return _opened(table, result, name, cache.sample_file(name))


def _copy(result: StudyResult) -> OpenTable | None:
    copies = state.library().tables
    if not copies.has(result.data.fingerprint):
        return None
    identity = result.data.fingerprint
    return _opened(copies.load(identity), result, None, copies.source(identity))


def _opened(table: Table, result: StudyResult, sample: str | None, data: bytes) -> OpenTable:
    """Return a table with the roles that the study gave its columns."""
    roles = RolesChoice.from_roles(table.frame.columns, result.roles)
    reasons = dict.fromkeys(roles.columns, _WHY)
    return OpenTable(table, roles, result.fit.n_groups, sample, data, reasons)


def is_kept(opened: OpenTable) -> bool:
    """Return whether the open table is found again after a reload."""
    return opened.sample is not None or state.library().tables.has(opened.table.fingerprint)


def can_keep() -> bool:
    """Return whether copies of tables may be kept at all."""
    try:
        return limit() > 0
    except RomeError as error:
        state.visit().shelf.problem = str(error)
        return False


def keep(opened: OpenTable) -> None:
    """Keep a copy of the open table; what forbids it is told."""
    try:
        if not state.library().tables.keep(opened.table, opened.data):
            state.visit().shelf.problem = (
                f'No copy of "{opened.table.name}" is kept: it is larger than {limit() // 1_000_000:,} MB.'
            )
    except RomeError as error:
        state.visit().shelf.problem = str(error)


def forget(fingerprint: str) -> None:
    """Remove the copy of a table; what forbids it is told."""
    state.visit().shelf.forget_table = True
    try:
        state.library().tables.forget(fingerprint)
    except StoreError as error:
        state.visit().shelf.problem = str(error)
