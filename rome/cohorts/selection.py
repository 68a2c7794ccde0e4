"""Some rows of a study, picked by hand or by group: who they are, and how pooled and ROME do on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from rome.cohorts import rows_errors
from rome.results import Comparison, GroupScore, StudyResult
from rome.store import rows_table

Kind = Literal["predicted", "posterior", "observed"]


@dataclass(frozen=True)
class Selection:
    """How pooled and ROME, at the study's strength, do on the held-out rows among some rows.

    ``share`` is of all used rows; ``outcome_mean`` and ``everybody_mean`` are weighted, over the selected
    and over all used rows; ``comparison`` and ``score`` (every model and metric) are None where no
    held-out row was selected, and ``too_few`` says that they are too small a group to be ranked.
    """

    rows: int
    share: float
    held_out: int
    outcome_mean: float
    everybody_mean: float
    comparison: Comparison | None
    too_few: bool
    score: GroupScore | None = None


def summarise(result: StudyResult, rows: Iterable[int]) -> Selection:
    """Return what can be said of the data rows numbered ``rows``; numbers that were not used are ignored."""
    numbers = tuple(rows)
    inside = np.isin(result.rows.row, np.array(numbers, dtype=int))
    errors = rows_errors(result, numbers)
    return Selection(
        rows=errors.rows,
        share=errors.share,
        held_out=errors.held_out,
        outcome_mean=_mean(result, inside),
        everybody_mean=_mean(result, np.ones(len(inside), dtype=bool)),
        comparison=errors.comparison,
        too_few=errors.too_few,
        score=errors.score,
    )


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


def _mean(result: StudyResult, inside: np.ndarray) -> float:
    if not inside.any():
        return float("nan")
    return float(np.average(result.rows.outcome[inside], weights=result.rows.weight[inside]))
