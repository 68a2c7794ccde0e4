"""Rows of a study picked by group, and picked rows as a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd

from rome.results import StudyResult
from rome.store import rows_table

Kind = Literal["predicted", "posterior", "observed"]


def rows_of_group(result: StudyResult, kind: Kind, name: str) -> tuple[int, ...]:
    """Return the numbers of the data rows in one group: of the gate, after the outcome, or observed."""
    arrays = result.rows
    if kind == "observed":
        inside = np.asarray(arrays.observed_group, dtype=str) == name
    else:
        names = np.array([group.name for group in result.groups])
        inside = names[getattr(arrays, f"{kind}_group")] == name
    return tuple(int(row) for row in arrays.row[inside])


def observed_names(result: StudyResult) -> tuple[str, ...]:
    """Return the names of the observed groups, the largest first."""
    names, counts = np.unique(np.asarray(result.rows.observed_group, dtype=str), return_counts=True)
    return tuple(str(name) for name in names[np.argsort(-counts, kind="stable")])


def selected_table(
    result: StudyResult, rows: Iterable[int], frame: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return one line a selected row: its groups and predictions, then the table's own columns.

    Parameters
    ----------
    result : StudyResult
    rows : iterable of int
        Data row numbers.
    frame : DataFrame or None
        The table that the study was made of, where it is at hand.
    """
    lines = rows_table(result)
    lines = lines[lines["row"].isin(set(rows))].reset_index(drop=True)
    if frame is None:
        return lines
    original = frame.iloc[lines["row"].to_numpy() - 1].reset_index(drop=True)
    # A column of the table may be called like one of the study's.
    original.columns = [f"{name} (table)" if name in lines.columns else name for name in original.columns]
    return pd.concat([lines, original], axis=1)
