"""What is computed once: keyed by content, never by a hash of a frame. The only file with ``st.cache_*``.

A user's own rows are cached for the session only; our samples are the same for everybody.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.roles_choice import RolesChoice
from rome.datasets import load_sample
from rome.errors import ColumnError
from rome.results import StudyResult
from rome.selection import Selection, selected_table, summarise
from rome.table import Finding, Table, check_table, read_table
from rome.table.overview import ColumnOverview, overview


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


@st.cache_data(show_spinner=False, scope="session", max_entries=32)
def selection(study_id: str, rows: tuple[int, ...], _result: StudyResult) -> Selection:
    """Return how pooled and ROME do on some rows of a study."""
    return summarise(_result, rows)


@st.cache_data(show_spinner=False, scope="session", max_entries=4)
def selection_rows(
    study_id: str, rows: tuple[int, ...], fingerprint: str | None, _result: StudyResult, _frame
) -> pd.DataFrame:
    """Return the selected rows as a table; ``fingerprint`` says whether the table's own columns are in it."""
    return selected_table(_result, rows, _frame)
