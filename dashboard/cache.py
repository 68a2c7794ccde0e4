"""What is computed once: keyed by content, never by a hash of a frame. The only file with ``st.cache_*``.

A user's own rows are cached for the session only; our samples are the same for everybody.
"""

from __future__ import annotations

from array import array
from hashlib import sha256

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard.roles import RolesChoice
from rome import cohorts as rome_cohorts
from rome import figures, jobs
from rome.cohorts import Cohort, CohortScores, RowsScores, column_levels, column_reach
from rome.cohorts.selection import selected_table
from rome.compare import ComparisonResult
from rome.contrast import Contrast
from rome.contrast import contrast as hold_against
from rome.datasets import load_sample
from rome.errors import ColumnError, RomeError
from rome.groups.overlap import Overlap, overlap_of_study
from rome.results import ProfileEntry, StudyResult
from rome.score import ScoredTable, Scorer, load_scorer
from rome.score import score as score_table
from rome.store import Library
from rome.table import Finding, Table, check_table, read_table
from rome.table.overview import ColumnOverview, OutcomeOverview, outcome_overview, overview


def desk() -> jobs.JobQueue:
    """Return where long work is asked for; its workers are started by the first visit and serve everybody."""
    return _desk(str(Library().root), jobs.default_count())


@st.cache_resource(show_spinner=False)
def _desk(root: str, workers: int) -> jobs.JobQueue:
    opened = jobs.JobQueue(Library(root), _runner(workers))
    opened.tidy()
    return opened


@st.cache_resource(show_spinner=False)
def _runner(workers: int) -> jobs.Runner:
    return jobs.Processes(workers, libraries=[Library().root]) if workers else jobs.InProcess()


def study(identity: str) -> StudyResult:
    """Return a study of the library; read only.

    Raises
    ------
    StoreError
        It isn't there, or can't be read.
    """
    library = Library()
    if not library.has(identity):
        # Says why.
        return library.load(identity)
    return _study(str(library.root), identity, _made(library, identity))


@st.cache_resource(show_spinner=False, scope="session", max_entries=4)
def _study(root: str, identity: str, made: int) -> StudyResult:
    return Library(root).load(identity)


def _made(library: Library, identity: str) -> int:
    """Return when a study was written: one that was removed and made again is another."""
    try:
        return (library.folder(identity) / "study.json").stat().st_mtime_ns
    except OSError:
        # Removed this very moment: whoever reads it says so.
        return 0


def umap(result: StudyResult) -> np.ndarray | None:
    """Return the UMAP (n, 2) that is kept beside a study; None where none was made."""
    library = Library()
    if not jobs.has_umap(library, result.study_id):
        return None
    return _umap(str(library.root), result.study_id)


@st.cache_data(show_spinner=False, scope="session", max_entries=2)
def _umap(root: str, study_id: str) -> np.ndarray | None:
    return jobs.read_umap(Library(root), study_id)


def comparison(fingerprint: str, identity: str) -> ComparisonResult:
    """Return a finished comparison of the table with this fingerprint."""
    return _comparison(str(Library().root), fingerprint, identity)


@st.cache_data(show_spinner=False, scope="session", max_entries=4)
def _comparison(root: str, fingerprint: str, identity: str) -> ComparisonResult:
    return jobs.load_comparison(Library(root), fingerprint, identity)


def overlap(result: StudyResult) -> Overlap:
    """Return how the latent and the observed groups of a study lie over each other."""
    return _overlap(result.study_id, result)


@st.cache_data(show_spinner=False, scope="session", max_entries=4)
def _overlap(study_id: str, _result: StudyResult) -> Overlap:
    return overlap_of_study(_result)


def overlap_figure(result: StudyResult) -> go.Figure:
    """Return the picture of that: no turn of the dial changes it, and its many labels take long to place."""
    return _overlap_figure(result.study_id, result)


@st.cache_data(show_spinner=False, scope="session", max_entries=4)
def _overlap_figure(study_id: str, _result: StudyResult) -> go.Figure:
    return figures.overlap(_result, overlap(_result))


@st.cache_resource(show_spinner=False, max_entries=8)
def sample_file(name: str) -> bytes:
    """Return one of our samples as a file."""
    return load_sample(name).to_csv(index=False).encode()


@st.cache_resource(show_spinner=False, max_entries=8)
def sample_table(name: str) -> Table:
    """Return one of our samples, read as a file would be."""
    return read_table(sample_file(name), f"{name}.csv")


@st.cache_data(show_spinner=False, scope="session", max_entries=16)
def before(fingerprint: str, choice: RolesChoice, _frame: pd.DataFrame) -> OutcomeOverview | None:
    """Return the outcome before any model; None where the roles allow no study, which the findings say."""
    try:
        return outcome_overview(_frame, choice.roles())
    except RomeError:
        return None


@st.cache_data(show_spinner=False, scope="session", max_entries=4)
def columns(fingerprint: str, _frame: pd.DataFrame) -> tuple[ColumnOverview, ...]:
    """Return what every column of the table with this fingerprint holds."""
    return overview(_frame)


@st.cache_data(show_spinner=False, scope="session", max_entries=16)
def levels(fingerprint: str, column: str, _frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the levels of a column of the table with this fingerprint, the most frequent first."""
    return column_levels(_frame, column)


@st.cache_data(show_spinner=False, scope="session", max_entries=32)
def reach(fingerprint: str, column: str, _frame: pd.DataFrame) -> tuple[float, float, float] | None:
    """Return low, high and step of a column's numbers in the table with this fingerprint."""
    return column_reach(_frame, column)


@st.cache_data(show_spinner=False, scope="session", max_entries=32)
def findings(fingerprint: str, choice: RolesChoice, _frame: pd.DataFrame) -> tuple[Finding, ...]:
    """Return what an analyst should know of the table with this fingerprint in these roles.

    A part that nobody plays is told by the page, and nothing is checked before somebody plays it.
    """
    if choice.lacks:
        return ()
    try:
        return check_table(_frame, choice.roles())
    except ColumnError as error:
        return (Finding("error", None, str(error), ""),)


def selection(result: StudyResult, rows: tuple[int, ...]) -> RowsScores:
    """Return how pooled and ROME do on some rows of a study."""
    return _selection(result.study_id, _digest(rows), rows, result)


def selection_rows(result: StudyResult, rows: tuple[int, ...], table: Table | None) -> pd.DataFrame:
    """Return some rows of a study as a table, with the open table's own columns where there is one."""
    fingerprint, frame = (None, None) if table is None else (table.fingerprint, table.frame)
    return _selection_rows(result.study_id, _digest(rows), fingerprint, rows, result, frame)


def cohort_errors(result: StudyResult, cohorts: tuple[Cohort, ...]) -> tuple[CohortScores, ...]:
    """Return the errors of a study's cohorts."""
    return _cohort_errors(
        result.study_id, tuple((each.cohort_id, each.name) for each in cohorts), result, cohorts
    )


@st.cache_data(show_spinner=False, scope="session", max_entries=8)
def _cohort_errors(
    study_id: str, names: tuple[tuple[str, str], ...], _result: StudyResult, _cohorts: tuple[Cohort, ...]
) -> tuple[CohortScores, ...]:
    return rome_cohorts.cohort_scores(_result, _cohorts)


def profile(result: StudyResult, rows: tuple[int, ...], table: Table) -> tuple[ProfileEntry, ...]:
    """Return who some rows of a study are, by the columns of its table."""
    return _profile(result.study_id, _digest(rows), rows, result, table.frame)


@st.cache_data(show_spinner=False, scope="session", max_entries=16)
def _profile(
    study_id: str, digest: str, _rows: tuple[int, ...], _result: StudyResult, _frame: pd.DataFrame
) -> tuple[ProfileEntry, ...]:
    return rome_cohorts.rows_profile(_result, _rows, _frame)


def _digest(rows: tuple[int, ...]) -> str:
    # Streamlit hashes a tuple number by number, which takes a second for many rows.
    return sha256(array("q", rows).tobytes()).hexdigest()


@st.cache_data(show_spinner=False, scope="session", max_entries=32)
def _selection(study_id: str, digest: str, _rows: tuple[int, ...], _result: StudyResult) -> RowsScores:
    return rome_cohorts.rows_scores(_result, _rows)


@st.cache_data(show_spinner=False, scope="session", max_entries=2)
def _selection_rows(
    study_id: str,
    digest: str,
    fingerprint: str | None,
    _rows: tuple[int, ...],
    _result: StudyResult,
    _frame: pd.DataFrame | None,
) -> pd.DataFrame:
    return selected_table(_result, _rows, _frame)


def contrast(first: str, second: str) -> Contrast:
    """Return two studies of the library held against each other; read only.

    Raises
    ------
    StoreError
        One of them isn't there, or can't be read.
    """
    library = Library()
    return _contrast(str(library.root), first, second, _made(library, first), _made(library, second))


@st.cache_resource(show_spinner=False, scope="session", max_entries=2)
def _contrast(root: str, first: str, second: str, first_made: int, second_made: int) -> Contrast:
    library = Library(root)
    return hold_against(library.load(first), library.load(second))


def scorer(identity: str) -> Scorer:
    """Return a study of the library that can score rows; read only.

    Raises
    ------
    StoreError
        It isn't there, can't be read, or was made before studies could score.
    """
    library = Library()
    library.entry(identity)
    return _scorer(str(library.root), identity, _made(library, identity))


@st.cache_resource(show_spinner=False, scope="session", max_entries=3)
def _scorer(root: str, identity: str, made: int) -> Scorer:
    return load_scorer(Library(root).folder(identity))


def scored(by: Scorer, table: Table) -> ScoredTable:
    """Return a table held against a study.

    Raises
    ------
    RomeError
        The table lacks columns of the study, or holds other kinds of values.
    """
    return _scored(by.study.study_id, table.fingerprint, table.name, by, table)


@st.cache_resource(show_spinner=False, scope="session", max_entries=2)
def _scored(study_id: str, fingerprint: str, name: str, _by: Scorer, _table: Table) -> ScoredTable:
    return score_table(_table, _by)
