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
from rome import contrast as rome_contrast
from rome import figures, jobs, score
from rome.cohorts import Cohort, CohortScores, RowsScores, column_levels, column_reach
from rome.cohorts.selection import selected_table
from rome.compare import ComparisonResult
from rome.contrast import Contrast
from rome.datasets import load_sample
from rome.errors import ColumnError, RomeError
from rome.groups.overlap import Overlap, overlap_of_study
from rome.results import ProfileEntry, StudyResult
from rome.score import ScoredTable, Scorer
from rome.settings.study import Grouping
from rome.store import Library
from rome.table import Finding, Table, check_table, read_table
from rome.table.overview import ColumnOverview, OutcomeOverview, outcome_overview, overview


def _digest(rows: tuple[int, ...]) -> str:
    # Streamlit hashes a tuple number by number, which takes a second for many rows.
    return sha256(array("q", rows).tobytes()).hexdigest()


#: What stands for an object in a key: the name of its content.
_NAMES = {
    Cohort: lambda cohort: (cohort.cohort_id, cohort.name),
    Library: lambda library: str(library.root),
    Scorer: lambda scorer: scorer.study.study_id,
    StudyResult: lambda result: result.study_id,
    Table: lambda table: f"{table.fingerprint} {table.name}",
}
_NAMES_AND_ROWS = {**_NAMES, tuple: _digest}


def job_queue() -> jobs.JobQueue:
    """Return where long work is asked for; its workers are started by the first visit and serve everybody."""
    return _job_queue(Library(), jobs.default_count())


@st.cache_resource(show_spinner=False, hash_funcs=_NAMES)
def _job_queue(library: Library, workers: int) -> jobs.JobQueue:
    opened = jobs.JobQueue(library, _runner(workers))
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
    return _study(library, identity, _made(library, identity))


@st.cache_resource(show_spinner=False, scope="session", max_entries=4, hash_funcs=_NAMES)
def _study(library: Library, identity: str, made: int) -> StudyResult:
    return library.load(identity)


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
    return _umap(library, result.study_id) if jobs.has_umap(library, result.study_id) else None


@st.cache_data(show_spinner=False, scope="session", max_entries=2, hash_funcs=_NAMES)
def _umap(library: Library, study_id: str) -> np.ndarray | None:
    return jobs.read_umap(library, study_id)


@st.cache_data(show_spinner=False, scope="session", max_entries=4, hash_funcs=_NAMES)
def comparison(library: Library, fingerprint: str, identity: str) -> ComparisonResult:
    """Return a finished comparison of the table with this fingerprint."""
    return jobs.load_comparison(library, fingerprint, identity)


@st.cache_data(show_spinner=False, scope="session", max_entries=4, hash_funcs=_NAMES)
def overlap(result: StudyResult) -> Overlap:
    """Return how the latent and the observed groups of a study lie over each other."""
    return overlap_of_study(result)


@st.cache_data(show_spinner=False, scope="session", max_entries=4, hash_funcs=_NAMES)
def overlap_figure(result: StudyResult) -> go.Figure:
    """Return the picture of that: no DRO strength changes it, and its many labels take long to place."""
    return figures.overlap(result, overlap(result))


@st.cache_data(show_spinner=False, scope="session", max_entries=8, hash_funcs=_NAMES)
def decided(result: StudyResult, grouping: Grouping, threshold: float) -> figures.Decided:
    """Return rates and gaps at a threshold: every resample of the held-out rows goes into them."""
    return figures.decided(result, grouping, threshold)


@st.cache_resource(show_spinner=False, max_entries=8)
def sample_file(name: str) -> bytes:
    """Return one of our samples as a file."""
    return load_sample(name).to_csv(index=False).encode()


@st.cache_resource(show_spinner=False, max_entries=8)
def sample_table(name: str) -> Table:
    """Return one of our samples, read as a file would be."""
    return read_table(sample_file(name), f"{name}.csv")


@st.cache_data(show_spinner=False, scope="session", max_entries=16, hash_funcs=_NAMES)
def outcome(table: Table, choice: RolesChoice) -> OutcomeOverview | None:
    """Return the outcome before any model; None where the roles allow no study, which the findings say."""
    try:
        return outcome_overview(table.frame, choice.roles())
    except RomeError:
        return None


@st.cache_data(show_spinner=False, scope="session", max_entries=4, hash_funcs=_NAMES)
def columns(table: Table) -> tuple[ColumnOverview, ...]:
    """Return what every column of a table holds."""
    return overview(table.frame)


@st.cache_data(show_spinner=False, scope="session", max_entries=16, hash_funcs=_NAMES)
def levels(table: Table, column: str) -> tuple[str, ...]:
    """Return the levels of a column, the most frequent first."""
    return column_levels(table.frame, column)


@st.cache_data(show_spinner=False, scope="session", max_entries=32, hash_funcs=_NAMES)
def reach(table: Table, column: str) -> tuple[float, float, float] | None:
    """Return low, high and step of a column's numbers."""
    return column_reach(table.frame, column)


@st.cache_data(show_spinner=False, scope="session", max_entries=32, hash_funcs=_NAMES)
def findings(table: Table, choice: RolesChoice) -> tuple[Finding, ...]:
    """Return what an analyst should know of a table in these roles.

    The page says which role nobody has, and nothing is checked before somebody has it.
    """
    if choice.lacks:
        return ()
    try:
        return check_table(table.frame, choice.roles())
    except ColumnError as error:
        return (Finding("error", None, str(error), ""),)


@st.cache_data(show_spinner=False, scope="session", max_entries=32, hash_funcs=_NAMES_AND_ROWS)
def selection(result: StudyResult, rows: tuple[int, ...]) -> RowsScores:
    """Return how pooled and ROME do on some rows of a study."""
    return rome_cohorts.rows_scores(result, rows)


@st.cache_data(show_spinner=False, scope="session", max_entries=2, hash_funcs=_NAMES_AND_ROWS)
def selection_rows(result: StudyResult, rows: tuple[int, ...], table: Table | None) -> pd.DataFrame:
    """Return some rows of a study as a table, with the open table's own columns where there is one."""
    return selected_table(result, rows, None if table is None else table.frame)


@st.cache_data(show_spinner=False, scope="session", max_entries=16, hash_funcs=_NAMES_AND_ROWS)
def profile(result: StudyResult, rows: tuple[int, ...], table: Table) -> tuple[ProfileEntry, ...]:
    """Return who some rows of a study are, by the columns of its table."""
    return rome_cohorts.rows_profile(result, rows, table.frame)


@st.cache_data(show_spinner=False, scope="session", max_entries=8, hash_funcs=_NAMES)
def cohort_scores(result: StudyResult, cohorts: tuple[Cohort, ...]) -> tuple[CohortScores, ...]:
    """Return the scores of a study's cohorts."""
    return rome_cohorts.cohort_scores(result, cohorts)


def contrast(first: str, second: str) -> Contrast:
    """Return two studies of the library held against each other; read only.

    Raises
    ------
    StoreError
        One of them isn't there, or can't be read.
    """
    library = Library()
    return _contrast(library, first, second, _made(library, first), _made(library, second))


@st.cache_resource(show_spinner=False, scope="session", max_entries=2, hash_funcs=_NAMES)
def _contrast(library: Library, first: str, second: str, first_made: int, second_made: int) -> Contrast:
    return rome_contrast.contrast(library.load(first), library.load(second))


def scorer(identity: str) -> Scorer:
    """Return a study of the library that can score rows; read only.

    Raises
    ------
    StoreError
        It isn't there, can't be read, or was made before studies could score.
    """
    library = Library()
    library.entry(identity)
    return _scorer(library, identity, _made(library, identity))


@st.cache_resource(show_spinner=False, scope="session", max_entries=3, hash_funcs=_NAMES)
def _scorer(library: Library, identity: str, made: int) -> Scorer:
    return score.load_scorer(library.folder(identity))


@st.cache_resource(show_spinner=False, scope="session", max_entries=2, hash_funcs=_NAMES)
def scored(by: Scorer, table: Table) -> ScoredTable:
    """Return a table held against a study.

    Raises
    ------
    RomeError
        The table lacks columns of the study, or holds other kinds of values.
    """
    return score.score(table, by)
