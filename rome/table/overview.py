"""What each column of a table holds, in a line: for people who check that a file was read rightly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rome.table.columns import Kind, column_kind, is_numeric, levels, numbers

_MOST_EXAMPLES = 3
#: Bars of a small histogram: of a quantity, and of the most frequent levels.
_MOST_BINS, _MOST_LEVELS = 16, 12


@dataclass(frozen=True)
class ColumnOverview:
    """One column. ``low`` and ``high`` are the range of a numeric column, else None; ``examples`` are the
    most frequent levels of any other column; ``missing`` counts its missing values. ``bars`` are counts for a
    small histogram: of bins of equal width from ``low`` to ``high``, or of the most frequent levels."""

    name: str
    kind: Kind
    missing: int
    missing_share: float
    distinct: int
    low: float | None
    high: float | None
    examples: tuple[str, ...]
    bars: tuple[int, ...] = ()


def overview(frame: pd.DataFrame) -> tuple[ColumnOverview, ...]:
    """Return an overview of every column, in the table's order."""
    return tuple(_column(frame[name]) for name in frame.columns)


def _column(series: pd.Series) -> ColumnOverview:
    known = series.dropna()
    missing = len(series) - len(known)
    numeric = is_numeric(series) and len(known) > 0
    values = numbers(known) if numeric else None
    distinct = int(known.nunique())
    counts = None if numeric else levels(known).value_counts()
    return ColumnOverview(
        name=str(series.name),
        kind=column_kind(series),
        missing=missing,
        missing_share=missing / max(len(series), 1),
        distinct=distinct,
        low=float(values.min()) if numeric else None,
        high=float(values.max()) if numeric else None,
        examples=() if numeric else tuple(str(level) for level in counts.index[:_MOST_EXAMPLES]),
        bars=_bins(values, distinct) if numeric else tuple(int(count) for count in counts[:_MOST_LEVELS]),
    )


def _bins(values: np.ndarray, distinct: int) -> tuple[int, ...]:
    """Count values by bins of equal width, no more bins than there are different values."""
    low, high = float(values.min()), float(values.max())
    bins = min(_MOST_BINS, distinct)
    if bins < 2:
        return (len(values),)
    # Halved first: the range of two huge numbers may be no float.
    places = (values / 2 - low / 2) / (high / 2 - low / 2) * bins
    return tuple(np.bincount(np.clip(places.astype(np.intp), 0, bins - 1), minlength=bins).tolist())
