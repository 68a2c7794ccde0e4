"""What is computed once: keyed by content, never by a hash of a frame. The only file with ``st.cache_*``.

A user's own rows are cached for the session only; our samples are the same for everybody.
"""

from __future__ import annotations

from array import array
from hashlib import sha256

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.roles_choice import RolesChoice
from rome import jobs
from rome.datasets import load_sample
from rome.errors import ColumnError
from rome.results import StudyResult
from rome.selection import Selection, selected_table, summarise
from rome.store import Library
from rome.table import Finding, Table, check_table, read_table
from rome.table.overview import ColumnOverview, overview


def desk() -> jobs.Desk:
    """Return where long work is asked for; its workers are started by the first visit and serve everybody."""
    return _desk(str(Library().root), jobs.default_count())


@st.cache_resource(show_spinner=False)
def _desk(root: str, workers: int) -> jobs.Desk:
    opened = jobs.Desk(Library(root), _runner(workers))
    opened.tidy()
    return opened


@st.cache_resource(show_spinner=False)
def _runner(workers: int) -> jobs.Runner:
    return jobs.Processes(workers, libraries=[Library().root]) if workers else jobs.InProcess()


def umap(result: StudyResult) -> np.ndarray | None:
    """Return the UMAP (n, 2) that is kept beside a study; None where none was made."""
    library = Library()
    if not jobs.has_umap(library, result.study_id):
        return None
    return _umap(str(library.root), result.study_id)


@st.cache_data(show_spinner=False, scope="session", max_entries=2)
def _umap(root: str, study_id: str) -> np.ndarray | None:
    return jobs.read_umap(Library(root), study_id)


@st.cache_resource(show_spinner=False, max_entries=8)
def sample_table(name: str) -> Table:
    """Return one of our samples, read as a file would be."""
    return read_table(load_sample(name).to_csv(index=False).encode(), f"{name}.csv")


@st.cache_data(show_spinner=False, scope="session", max_entries=4)
def columns(fingerprint: str, _frame: pd.DataFrame) -> tuple[ColumnOverview, ...]:
    """Return what every column of the table with this fingerprint holds."""
    return overview(_frame)


@st.cache_data(show_spinner=False, scope="session", max_entries=32)
def findings(fingerprint: str, choice: RolesChoice, _frame: pd.DataFrame) -> tuple[Finding, ...]:
    """Return what an analyst should know of the table with this fingerprint in these roles.

    A part that nobody plays is a finding too, so that it is shown where the others are.
    """
    try:
        return check_table(_frame, choice.roles())
    except ColumnError as error:
        return (Finding("error", None, str(error), ""),)


def selection(result: StudyResult, rows: tuple[int, ...]) -> Selection:
    """Return how pooled and ROME do on some rows of a study."""
    return _selection(result.study_id, _digest(rows), rows, result)


def selection_rows(result: StudyResult, rows: tuple[int, ...], table: Table | None) -> pd.DataFrame:
    """Return some rows of a study as a table, with the open table's own columns where there is one."""
    fingerprint, frame = (None, None) if table is None else (table.fingerprint, table.frame)
    return _selection_rows(result.study_id, _digest(rows), fingerprint, rows, result, frame)


def _digest(rows: tuple[int, ...]) -> str:
    # Streamlit hashes a tuple number by number, which takes a second for many rows.
    return sha256(array("q", rows).tobytes()).hexdigest()


@st.cache_data(show_spinner=False, scope="session", max_entries=32)
def _selection(study_id: str, digest: str, _rows: tuple[int, ...], _result: StudyResult) -> Selection:
    return summarise(_result, _rows)


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
