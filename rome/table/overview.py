"""What each column of a table holds, in a line: for people who check that a file was read rightly."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from rome.table.columns import Kind, column_kind, is_numeric, levels, numbers

_MOST_EXAMPLES = 3


@dataclass(frozen=True)
class ColumnOverview:
    """One column. ``low`` and ``high`` are the range of a numeric column, else None; ``examples`` are the
    most frequent levels of any other column; ``missing`` counts its missing values."""

    name: str
    kind: Kind
    missing: int
    missing_share: float
    distinct: int
    low: float | None
    high: float | None
    examples: tuple[str, ...]


def overview(frame: pd.DataFrame) -> tuple[ColumnOverview, ...]:
    """Return an overview of every column, in the table's order."""
    return tuple(_column(frame[name]) for name in frame.columns)


def _column(series: pd.Series) -> ColumnOverview:
    known = series.dropna()
    missing = len(series) - len(known)
    numeric = is_numeric(series) and len(known) > 0
    values = numbers(known) if numeric else None
    return ColumnOverview(
        name=str(series.name),
        kind=column_kind(series),
        missing=missing,
        missing_share=missing / max(len(series), 1),
        distinct=int(known.nunique()),
        low=float(values.min()) if numeric else None,
        high=float(values.max()) if numeric else None,
        examples=() if numeric else _examples(known),
    )


def _examples(known: pd.Series) -> tuple[str, ...]:
    counts = levels(known).value_counts()
    return tuple(str(level) for level in counts.index[:_MOST_EXAMPLES])
