"""Values that stand for "not known" but were read as values: 999 among ages, "unknown" among regions."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from rome.table.columns import is_numeric, levels, number_text, numbers
from rome.table.finding import Finding, counted
from rome.table.fix import Fix

_WORDS = re.compile(
    r"unknown|not known|unkn?|missing|not available|not stated|not given|not specified|unspecified|"
    r"undisclosed|no answer|no response|refused|declined|prefer not to (?:say|answer)|don'?t know|dk|"
    r"n\.a\.|tbd",
    re.IGNORECASE,
)
#: Numbers of one repeated digit, with or without a minus, are what people type for "nothing".
_CODES = frozenset({-1, -7, -8, -9, -99, -999, -9999, 88, 99, 888, 999, 8888, 9999, 99999, 999999})
_FEWEST_ROWS, _SMALLEST_SHARE, _MOST_SHARE = 5, 0.002, 0.6
#: How far a code lies beyond the other values, as a share of their range.
_FAR = 0.5
_MOST_LEVELS = 200


def placeholder_findings(frame: pd.DataFrame, columns: Sequence[str]) -> list[Finding]:
    """Return the values of ``columns`` that may stand for a missing one, each with the step that says so.

    Of numbers only the lowest and the highest are looked at: a usual code that many rows share and that lies
    far from all the other values.
    """
    findings = []
    for column in columns:
        series = frame[column]
        found = _number_code(series) if is_numeric(series) else _word(series)
        if found:
            value, rows, why = found
            what = f'"{value}" stands in {counted(rows, "row")} {why}: it may mean "not known".'
            remedy = "If it does, count it as missing."
            # A word is a level of its own either way; a number shifts every mean.
            severity = "warning" if is_numeric(series) else "note"
            findings.append(Finding(severity, column, what, remedy, Fix("value_missing", column, value)))
    return findings


def _number_code(series: pd.Series) -> tuple[str, int, str] | None:
    values = numbers(series)
    known = values[~np.isnan(values)]
    if len(known) < 2 * _FEWEST_ROWS:
        return None
    for code in (float(known.max()), float(known.min())):
        rows = int((known == code).sum()) if code in _CODES else 0
        others = known[known != code] if rows else known
        if not _is_frequent(rows, len(known)) or not len(others):
            continue
        low, high = float(others.min()), float(others.max())
        gap = low - code if code < low else code - high
        if high > low and gap > _FAR * (high - low):
            return number_text(code), rows, f"and lies far from the others ({low:g} to {high:g})"
    return None


def _word(series: pd.Series) -> tuple[str, int, str] | None:
    if series.nunique() > _MOST_LEVELS:
        return None
    counts = levels(series).value_counts()
    found = [level for level in counts.index if _WORDS.fullmatch(level.strip())]
    # With two levels left or fewer the word may be the point of the column.
    if not found or len(counts) < 3:
        return None
    return found[0], int(counts[found[0]]), "as a level like any other"


def _is_frequent(rows: int, total: int) -> bool:
    return rows >= max(_FEWEST_ROWS, _SMALLEST_SHARE * total) and rows <= _MOST_SHARE * total
