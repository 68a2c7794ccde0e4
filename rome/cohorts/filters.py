"""Rows chosen by conditions on the table's columns: the way to a cohort without a mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

import numpy as np
import pandas as pd

from rome.errors import ColumnError, nearest
from rome.results import StudyResult
from rome.table.columns import is_numeric, levels, numbers

#: Steps between the ends of a column at most, and the widest reach of whole numbers that are all steps.
_STEPS, _MOST_WHOLE = 1000, 100_000


@dataclass(frozen=True)
class ColumnFilter:
    """One condition: ``low`` ≤ value ≤ ``high`` (None: no limit), or the value is one of ``levels``.

    A missing value fulfils no condition.
    """

    column: str
    low: float | None = None
    high: float | None = None
    levels: tuple[str, ...] = ()


def filtered_rows(
    result: StudyResult, frame: pd.DataFrame, filters: Sequence[ColumnFilter]
) -> tuple[int, ...]:
    """Return the numbers of the used data rows that fulfil every condition; none without a condition.

    Parameters
    ----------
    result : StudyResult
    frame : DataFrame
        The table that the study was made of.
    filters : sequence of ColumnFilter

    Raises
    ------
    ColumnError
        A column is not in the table.
    """
    numbers = np.asarray(result.rows.row)
    held = np.full(len(numbers), bool(filters))
    for each in filters:
        if each.column not in frame.columns:
            known = nearest(each.column, map(str, frame.columns))
            raise ColumnError(f'There is no column "{each.column}" in the table.{known}')
        held &= _fulfils(frame[each.column].iloc[numbers - 1], each)
    return tuple(int(row) for row in numbers[held])


def column_levels(frame: pd.DataFrame, column: str) -> tuple[str, ...]:
    """Return the levels by which ``ColumnFilter`` knows a column's values, the most frequent first."""
    return tuple(str(level) for level in levels(frame[column]).value_counts().index)


def column_reach(frame: pd.DataFrame, column: str) -> tuple[float, float, float] | None:
    """Return (low, high, step) for choosing among a column's numbers: ends on whole steps, nobody cut off.

    The step is 1 for whole numbers, else the power of ten that makes about a thousand steps at most; None
    where the column holds no two different finite numbers.
    """
    if not is_numeric(frame[column]):
        return None
    values = numbers(frame[column].dropna())
    values = values[np.isfinite(values)]
    if len(values) == 0:
        return None
    low, high = float(values.min()), float(values.max())
    if low == high or not isfinite(high - low):
        return None
    if (values == np.round(values)).all() and high - low <= _MOST_WHOLE:
        return low, high, 1.0
    step = 10.0 ** ceil(log10((high - low) / _STEPS))
    return floor(low / step) * step, ceil(high / step) * step, step


def filter_words(filters: Sequence[ColumnFilter]) -> str:
    """Return ``age from 30 to 50 and sex is female``."""
    return " and ".join(_words(each) for each in filters)


def _fulfils(series: pd.Series, each: ColumnFilter) -> np.ndarray:
    if is_numeric(series) and not each.levels:
        values = series.to_numpy(dtype=float, na_value=np.nan)
        held = np.isfinite(values)
        held &= values >= (-np.inf if each.low is None else each.low)
        return held & (values <= (np.inf if each.high is None else each.high))
    return levels(series).isin(each.levels).to_numpy() & series.notna().to_numpy()


def _words(each: ColumnFilter) -> str:
    if each.levels:
        return f"{each.column} is {' or '.join(each.levels)}"
    if each.low is None and each.high is None:
        return f"{each.column} is known"
    if each.low is None:
        return f"{each.column} up to {each.high:g}"
    if each.high is None:
        return f"{each.column} from {each.low:g}"
    return f"{each.column} from {each.low:g} to {each.high:g}"
