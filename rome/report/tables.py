"""Data frames as tables for reading: intervals beside their values, shares in percent, bounded in length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from rome.text.numbers import format_count, format_number, format_percent, half_width

#: Most rows of one table in a report, so that its size is bounded.
MAX_ROWS = 200
_PERCENT = ("share", "relative", "change")
#: Columns that are shares in the rows whose ``measure`` says so.
_MEASURED = ("group", "everybody")
_COUNTS = ("n", "number", "rows")


@dataclass(frozen=True)
class TextTable:
    """A table of ready text: ``numeric[j]`` says that column j is aligned as numbers."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    note: str = ""


def text_table(frame: pd.DataFrame, names: Mapping[str, str] | None = None) -> TextTable:
    """Return ``frame`` as text; columns ``x``, ``x_low`` and ``x_high`` become one cell with its interval.

    A column ``x_resolution`` is not shown: it says how finely ``x`` is known, which sets its digits.

    Parameters
    ----------
    frame : DataFrame
        What a figure's table function returns.
    names : mapping or None
        Headings by column name; others are shown by their name, underscores as spaces.
    """
    columns = [column for column in frame.columns if not _is_end(column, frame)]
    shown = frame.head(MAX_ROWS)
    cells = [[_cell(row, column) for column in columns] for row in shown.to_dict("records")]
    numeric = tuple(pd.api.types.is_numeric_dtype(frame[column]) for column in columns)
    header = tuple((names or {}).get(column, column.replace("_", " ")) for column in columns)
    note = f"The first {MAX_ROWS} of {len(frame)} rows." if len(frame) > MAX_ROWS else ""
    return TextTable(header, tuple(tuple(row) for row in cells), numeric, note)


def _ends(column: str) -> tuple[str, str]:
    """Return the names of the interval's ends; those of ``difference`` are plain ``low`` and ``high``."""
    return ("low", "high") if column in ("difference", "share") else (f"{column}_low", f"{column}_high")


def _is_end(column: str, frame: pd.DataFrame) -> bool:
    return any(
        column in (*_ends(other), f"{other}_resolution") and column != other for other in frame.columns
    )


def _cell(row: Mapping[str, object], column: str) -> str:
    value = row[column]
    if isinstance(value, str) or value is None:
        return value or ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if pd.isna(value):
        return "–"
    low, high = (row.get(end) for end in _ends(column))
    has_ends = low is not None and high is not None and not (pd.isna(low) or pd.isna(high))
    if column in _COUNTS:
        return format_count(value)
    if column == "strength":
        # A DRO strength is exact; its zeros would say nothing.
        return f"{value:g}"
    if row.get("measure") == "share" and column in _MEASURED:
        return _percent("share", value, low, high) if has_ends else format_percent(value)
    if any(word in column for word in _PERCENT):
        return _percent(column, value, low, high) if has_ends else _percent(column, value, None, None)
    if not has_ends:
        return format_number(value, row.get(f"{column}_resolution"))
    resolution = half_width(low, high)
    return _with_unit(*(format_number(number, resolution) for number in (value, low, high)))


def _with_unit(value: str, low: str, high: str) -> str:
    """Return ``60.5 (46.8 to 75.7) million``: a unit that all three share is written once."""
    for unit in (" million", " billion"):
        if all(text.endswith(unit) for text in (value, low, high)):
            value, low, high = (text.removesuffix(unit) for text in (value, low, high))
            return f"{value} ({low} to {high}){unit}"
    return f"{value} ({low} to {high})"


def _percent(column: str, value: float, low: object, high: object) -> str:
    signed = not column.startswith("share")
    if low is None or high is None:
        return format_percent(value, signed=signed)
    resolution = half_width(low, high)
    ends = " to ".join(format_percent(end, resolution, signed) for end in (low, high))
    return f"{format_percent(value, resolution, signed)} ({ends})"
