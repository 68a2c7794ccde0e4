"""What a map is coloured by, other than groups: an error, or any column of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from rome.results import StudyResult
from rome.table.columns import is_numeric, levels
from rome.text.measures import MODEL_LABELS
from rome.text.names import shorten

#: A column with at most this many values is coloured value by value; levels beyond them share one entry.
MOST_LEVELS = 10
DOUBT = "Doubt"
_OTHER, _MISSING = "other levels", "missing"
#: Shares of the values below and above which a scale no longer changes, so that a few can't flatten it.
_ENDS = (2.0, 98.0)


@dataclass(frozen=True)
class Paint:
    """One value for every used row, (n,).

    Numbers, NaN where a row is left uncoloured; or, where there are ``names``, indices into them. ``low`` to
    ``high`` is the reach of the scale; ``note`` belongs under the map, and ``blank`` says what NaN means.
    """

    title: str
    values: np.ndarray
    names: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    note: str = ""
    blank: str = "not coloured"


def error_paint(result: StudyResult, model: Literal["pooled", "rome"] = "pooled") -> Paint:
    """Return how far a model's prediction is from the outcome on training rows; held-out ones stay blank.

    Whoever draws a loop around large errors then has not seen those of the held-out rows in it, which can
    so be scored without a selection by their own errors.
    """
    rows = result.rows
    size = np.abs(rows.outcome - getattr(rows, model))
    values = np.where(rows.is_test, np.nan, size)
    low, high = _reach(values)
    note = (
        "Colour shows errors of training rows only. Held-out rows are drawn pale, whatever their error, so "
        "that rows chosen here can still be scored on them."
    )
    title = f"Error, {MODEL_LABELS[model].partition(' (')[0]}"
    return Paint(title, values, (), min(low, 0.0), high, note, "Held out, not coloured")


def doubt_paint(result: StudyResult) -> Paint:
    """Return how far the likeliest group, before the outcome, is from certain."""
    doubt = np.round(1 - result.rows.membership.max(axis=1), 3)
    return Paint(DOUBT, doubt, (), 0.0, max(float(doubt.max(initial=0.0)), 0.01))


def column_paint(result: StudyResult, series: pd.Series) -> Paint:
    """Return one column of the table that the study was made of: numbers on a scale, levels by name."""
    used = series.iloc[np.asarray(result.rows.row) - 1]
    title = shorten(series.name, 40)
    if is_numeric(used) and used.nunique() > MOST_LEVELS:
        values = used.to_numpy(dtype=float, na_value=np.nan)
        low, high = _reach(values)
        return Paint(title, values, (), low, high, _clipped(values, low, high), "Missing")
    text = levels(used)
    counts = text.value_counts()
    kept = [str(level) for level in counts.index[:MOST_LEVELS]]
    if is_numeric(used):
        kept.sort(key=float)
    names = [
        *kept,
        *([_OTHER] if len(counts) > len(kept) else []),
        *([_MISSING] if text.isna().any() else []),
    ]
    place = {name: index for index, name in enumerate(kept)}
    other = names.index(_OTHER, len(kept)) if len(counts) > len(kept) else 0
    codes = np.array([place.get(level, other) for level in text.fillna("")])
    codes[text.isna().to_numpy()] = len(names) - 1
    return Paint(title, codes, tuple(names))


def _reach(values: np.ndarray) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return 0.0, 1.0
    low, high = (float(end) for end in np.percentile(known, _ENDS))
    if low == high:
        low, high = float(known.min()), float(known.max())
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _clipped(values: np.ndarray, low: float, high: float) -> str:
    known = values[np.isfinite(values)]
    if len(known) == 0 or (known.min() >= low and known.max() <= high):
        return ""
    return "The colours end at the 2nd and the 98th percentile; values beyond have the colours of the ends."
