"""What is wrong with one feature or sensitive column, and which of its values may stand for "not known"."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from rome.table.columns import column_kind, is_numeric, levels, number_text, numbers
from rome.table.finding import Finding, Fix, counted, leave_out, short, some
from rome.table.guess import looks_like_id
from rome.table.roles import Roles

_MANY_LEVELS = 50
_MOSTLY_MISSING = 0.5
_SENSITIVE_MISSING = 0.2
_CODE_LIKE = 12
_FIRST_CODE = 2

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
_MOST_WORDS = 200


def column_findings(frame: pd.DataFrame, roles: Roles, min_level_rows: int) -> list[Finding]:
    """Return what each feature and sensitive column of ``frame`` should be looked at for."""
    findings: list[Finding] = []
    for column in (*roles.features, *roles.sensitive):
        findings += _fault(frame[column])
    for column in roles.sensitive:
        findings += _sensitive_findings(frame[column], min_level_rows)
    return findings


def _fault(series: pd.Series) -> list[Finding]:
    """The one worst thing about a feature or sensitive column."""
    name, known = str(series.name), series.dropna()
    distinct = int(known.nunique())
    text = not is_numeric(series)
    if not len(known):
        return [_warn(name, "Every value is missing.", "Ignore the column, or fill it in.", leave_out(name))]
    if distinct == 1:
        value = short(levels(known.head(1)).iloc[0])
        what = f'The column is constant ("{value}"), so it says nothing.'
        return [_warn(name, what, "Ignore it.", leave_out(name))]
    if column_kind(series) == "date":
        remedy = "Ignore it, and make a number of it first, such as a year or an age."
        what = f'The values are dates (like "{levels(known.head(1)).iloc[0]}").'
        return [_warn(name, what, remedy, leave_out(name))]
    if looks_like_id(series, distinct):
        own = f"{distinct:,} values in {len(known):,} rows"
        what = f"Nearly every row has its own value ({own}), like an identifier."
        return [_warn(name, what, "Ignore it.", leave_out(name))]
    if text and distinct > _MANY_LEVELS:
        what = (
            f"The column has {distinct:,} levels; rare ones are pooled, and only the 20 most frequent count."
        )
        return [_warn(name, what, "Merge levels in the file, or ignore the column.", leave_out(name))]
    return _missing_finding(series, len(known)) + (_case_finding(series) if text else [])


def _missing_finding(series: pd.Series, known: int) -> list[Finding]:
    share = 1 - known / len(series)
    if share < _MOSTLY_MISSING:
        return []
    what = f"{share:.0%} of the values are missing."
    name = str(series.name)
    return [_warn(name, what, "Ignore the column unless being missing means something.", leave_out(name))]


def _case_finding(series: pd.Series) -> list[Finding]:
    """Levels that differ in capitals only are seldom meant to be two."""
    seen: dict[str, list[str]] = {}
    for level in sorted(levels(series).dropna().unique()):
        seen.setdefault(level.casefold(), []).append(level)
    alike = [spelled for spelled in seen.values() if len(spelled) > 1]
    if not alike:
        return []
    what = f"Levels that differ in capital letters only count as different ({some(alike[0])})."
    return [_warn(str(series.name), what, "Spell them alike in the file if they mean the same.")]


def _sensitive_findings(series: pd.Series, min_level_rows: int) -> list[Finding]:
    name, missing = str(series.name), int(series.isna().sum())
    findings = []
    if len(series) and _SENSITIVE_MISSING <= missing / len(series) < 1:
        what = f"The sensitive attribute is missing in {missing / len(series):.0%} of the rows."
        remedy = 'Missing counts as a level of its own: read it as "not known", and ask who these people are.'
        findings.append(_warn(name, what, remedy))
    counts = _level_counts(series)
    rare = counts[counts < min_level_rows]
    if len(counts) > 1 and len(rare):
        findings.append(_rare_finding(name, len(counts), rare, min_level_rows))
    return findings + _code_finding(series)


def _rare_finding(name: str, n_levels: int, rare: pd.Series, min_level_rows: int) -> Finding:
    shown = ", ".join(f'"{short(level)}" {count}' for level, count in rare.sort_values().head(5).items())
    has, served = ("has", "it is") if len(rare) == 1 else ("have", "they are")
    few = f"{counted(len(rare), 'level')} of {n_levels} {has} fewer than {min_level_rows} rows ({shown})"
    what = f"{few}: too few to say how well {served} served."
    return _warn(name, what, "Merge levels where that is fair, or gather more rows of these people.")


def _code_finding(series: pd.Series) -> list[Finding]:
    """A few small whole numbers may be codes, which have no order and no distance."""
    counts = _level_counts(series) if is_numeric(series) else ()
    if len(counts) < 3 or np.nanmin(numbers(series)) > _FIRST_CODE:
        return []
    what = f"Its {len(counts)} whole numbers are taken as a quantity, with an order and equal steps."
    remedy = "If they are codes (of race, say), read them as categories."
    return [Finding("note", str(series.name), what, remedy, Fix("as_categories", str(series.name)))]


def _level_counts(series: pd.Series) -> pd.Series:
    """Rows by level; empty for quantities, identifiers and dates, whose values are no levels."""
    distinct = int(series.nunique())
    if is_numeric(series):
        values = numbers(series)
        whole = bool((np.mod(values[~np.isnan(values)], 1) == 0).all())
        if distinct > _CODE_LIKE or not whole:
            return pd.Series(dtype="int64")
        counts = pd.Series(values).value_counts()
        return counts.set_axis([number_text(value) for value in counts.index])
    if distinct > _MANY_LEVELS or column_kind(series) == "date":
        return pd.Series(dtype="int64")
    return levels(series).value_counts()


def _warn(column: str, what: str, remedy: str, mend: Fix | None = None) -> Finding:
    return Finding("warning", column, what, remedy, mend)


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
    if series.nunique() > _MOST_WORDS:
        return None
    counts = levels(series).value_counts()
    found = [level for level in counts.index if _WORDS.fullmatch(level.strip())]
    # With two levels left or fewer the word may be the point of the column.
    if not found or len(counts) < 3:
        return None
    return found[0], int(counts[found[0]]), "as a level like any other"


def _is_frequent(rows: int, total: int) -> bool:
    return rows >= max(_FEWEST_ROWS, _SMALLEST_SHARE * total) and rows <= _MOST_SHARE * total
