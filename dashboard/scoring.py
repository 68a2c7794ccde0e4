"""Which study scores which table, for one visitor."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard import state
from rome.datasets import SAMPLES
from rome.errors import RomeError
from rome.score import Scorer, read_to_score
from rome.score.what_if import Value
from rome.store import Entry
from rome.table import Table


def studies() -> list[Entry]:
    """Return the studies that one can choose from, the newest first."""
    return list(state.library().shelf().entries)


def chosen() -> str:
    """Return the study that scores: the one that was chosen here, else the open one; empty for none."""
    visit, opened = state.visit().scoring, state.study()
    if visit.study:
        return visit.study
    return "" if opened is None else opened.study_id


def choose(identity: str) -> None:
    """Let another study score."""
    state.visit().scoring.study = identity


def table() -> Table | None:
    """Return the table that is scored."""
    return state.visit().scoring.table


def take(table: Table) -> None:
    """Score another table."""
    visit = state.visit().scoring
    visit.table, visit.problem, visit.refused = table, "", ""
    visit.uploads += 1


def drop() -> None:
    """Score no table."""
    visit = state.visit().scoring
    visit.table, visit.problem = None, ""
    visit.uploads += 1


def read(upload: str, name: str, content: bytes, by: Scorer) -> bool:
    """Read an uploaded file and score it; a file that can't be read is told, and changes nothing else."""
    visit = state.visit().scoring
    try:
        take(read_to_score(content, by.study, name))
    except RomeError as error:
        visit.refused, visit.problem = upload, str(error)
        return False
    return True


def refused() -> str:
    """Return the upload that could not be read."""
    return state.visit().scoring.refused


def problem() -> str:
    """Return why the last file could not be read."""
    return state.visit().scoring.problem


def uploads() -> int:
    """Return how many tables were scored, so that each upload has a field of its own."""
    return state.visit().scoring.uploads


def offered(by: Scorer) -> Table | None:
    """Return the open table where it has the study's columns and isn't the one that is scored."""
    opened = state.table()
    if opened is None or (table() is not None and table().fingerprint == opened.table.fingerprint):
        return None
    needed = {coding.column for coding in by.model.design.codings if coding.reason is None}
    return opened.table if needed <= set(opened.table.frame.columns) else None


def sample_offered(by: Scorer) -> str:
    """Return the sample that the study was made of, if it was made of one; empty where it wasn't."""
    name = by.study.data.name.removesuffix(".csv")
    return name if name in SAMPLES else ""


def start_from(what: str, row: Mapping[str, Value]) -> None:
    """Begin a what-if from another row; the form is filled anew where that changes anything."""
    visit = state.visit().scoring
    if visit.start_of != what:
        visit.start_of, visit.start = what, dict(row)
        visit.drawn += 1


def start() -> tuple[Mapping[str, Value], int]:
    """Return the row that the what-if began from, and how often its form was filled."""
    visit = state.visit().scoring
    return visit.start, visit.drawn


def start_again() -> None:
    """Fill the form anew with the row that it began from."""
    state.visit().scoring.drawn += 1
