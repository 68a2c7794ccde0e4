"""What an analyst should know about a table before a study is run on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rome.errors import OutcomeError
from rome.table.columns import column_kind, is_numeric, levels, number_text, numbers
from rome.table.finding import SEVERITIES, Finding, Severity, by_severity, counted, some
from rome.table.guess import looks_like_id
from rome.table.leakage import collinear_findings, leakage_findings
from rome.table.outcome import OutcomeValues, outcome_values
from rome.table.roles import Roles
from rome.table.split import FEWEST_ROWS

__all__ = [
    "SEVERITIES", "Finding", "OutcomeValues", "Severity", "check_table", "outcome_values",
]  # fmt: skip

_FEW_ROWS = 100
_MANY_LEVELS = 50
_MOSTLY_MISSING = 0.5
_SENSITIVE_MISSING = 0.2
_CODE_LIKE = 12
_FEW_OUTCOME_VALUES = 5
_RARE_CLASS = 20
_ROWS_A_COLUMN = 10


def check_table(frame: pd.DataFrame, roles: Roles, min_level_rows: int = 30) -> tuple[Finding, ...]:
    """Return what could stop or mislead a study of ``frame`` with these roles, gravest first.

    Parameters
    ----------
    frame : DataFrame
        The table, also as the ``frame`` of a ``Table``.
    roles : Roles
        Roles of its columns.
    min_level_rows : int
        Sensitive levels with fewer rows than this are told.

    Raises
    ------
    ColumnError
        A column of the roles is not in the table, or a needed role is empty.
    """
    roles.validate(frame.columns)
    try:
        outcome = outcome_values(frame, roles)
    except OutcomeError as error:
        what, _, remedy = str(error).rpartition(". ")
        finding = Finding("error", roles.outcome, f"{what}.", remedy)
        return by_severity([finding, *_column_findings(frame, roles, min_level_rows)])
    weighted, weight_findings = _weights(frame, roles)
    usable = ~np.isnan(outcome.values) & weighted
    model_columns = (*roles.features, *roles.sensitive)
    used, target = frame[usable], outcome.values[usable]
    findings = _outcome_findings(roles.outcome, outcome, target) + weight_findings
    findings += _size_findings(used, model_columns)
    findings += _column_findings(used, roles, min_level_rows)
    if len(used):
        findings += leakage_findings(used, target, model_columns)
        findings += collinear_findings(used, roles.expert_columns)
        findings += collinear_findings(used, roles.gate_columns)
    return by_severity(dict.fromkeys(findings))


def _outcome_findings(name: str, outcome: OutcomeValues, target: np.ndarray) -> list[Finding]:
    findings = []
    missing = int(np.isnan(outcome.values).sum())
    if missing:
        what = f"The outcome is missing in {counted(missing, 'row')} of {len(outcome.values):,}; they are left out."
        findings.append(
            Finding("warning", name, what, "Ask why: rows without outcome are seldom like the others.")
        )
    if outcome.kind == "binary":
        return findings + _class_findings(name, target)
    distinct = len(np.unique(target))
    if distinct <= _FEW_OUTCOME_VALUES:
        what = f"The outcome takes only {distinct} values, and is modelled as a quantity."
        findings.append(Finding("warning", name, what, "If they are categories, choose one with two levels."))
    return findings


def _class_findings(name: str, target: np.ndarray) -> list[Finding]:
    rarer = int(min((target == 1).sum(), (target == 0).sum()))
    if rarer == 0:
        what = "Among the usable rows the outcome has one value only."
        return [Finding("error", name, what, "Choose an outcome that varies, or correct the weights.")]
    if rarer < _RARE_CLASS:
        what = f"The rarer value of the outcome has {counted(rarer, 'row')}: too few to learn from."
        return [Finding("warning", name, what, "Add rows with this value, or choose another outcome.")]
    return []


def _weights(frame: pd.DataFrame, roles: Roles) -> tuple[np.ndarray, list[Finding]]:
    """Which rows have a usable weight, and what is wrong with the others."""
    if roles.weight is None:
        return np.ones(len(frame), dtype=bool), []
    weight = numbers(frame[roles.weight])
    told = (
        (
            "error",
            weight < 0,
            "is negative",
            "Weights must be 0 or more: correct them, or choose another weight.",
        ),
        (
            "warning",
            np.isnan(weight),
            "is missing",
            "These rows are left out; fill in the weights if they count.",
        ),
        ("warning", weight == 0, "is zero", "These rows are left out."),
    )
    findings = [
        Finding(severity, roles.weight, f"The weight {what} in {counted(int(rows.sum()), 'row')}.", remedy)
        for severity, rows, what, remedy in told
        if rows.any()
    ]
    usable = weight > 0
    if not usable.any():
        what = "No row has a positive weight."
        findings.append(Finding("error", roles.weight, what, "Choose another weight column, or none."))
    return usable, findings


def _size_findings(used: pd.DataFrame, columns: Sequence[str]) -> list[Finding]:
    rows, terms = len(used), sum(_count_terms(used[column]) for column in columns)
    if rows < 2 * FEWEST_ROWS:
        what = f"Only {counted(rows, 'row')} can be used; fitting and testing need {FEWEST_ROWS} each."
        return [Finding("error", None, what, "Add rows.")]
    findings = []
    if rows < _FEW_ROWS:
        what = f"Only {rows:,} rows can be used: intervals will be wide, and groups can hardly be told apart."
        findings.append(Finding("warning", None, what, f"Add rows; {_FEW_ROWS} is little, 1,000 is better."))
    if terms >= rows:
        what = f"The roles make about {terms:,} model columns for {rows:,} usable rows."
        findings.append(Finding("error", None, what, "Ignore columns until there are far fewer than rows."))
    elif terms * _ROWS_A_COLUMN > rows:
        what = f"The roles make about {terms:,} model columns for {rows:,} usable rows: fewer than ten rows each."
        findings.append(Finding("warning", None, what, "Ignore columns that matter little, or add rows."))
    return findings


def _count_terms(series: pd.Series) -> int:
    if is_numeric(series):
        return 1
    return min(max(int((levels(series).value_counts() >= _ROWS_A_COLUMN).sum()) - 1, 0), 20)


def _column_findings(frame: pd.DataFrame, roles: Roles, min_level_rows: int) -> list[Finding]:
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
        return [_warn(name, "Every value is missing.", "Ignore the column, or fill it in.")]
    if distinct == 1:
        value = levels(known.head(1)).iloc[0]
        return [_warn(name, f'The column is constant ("{value}"), so it says nothing.', "Ignore it.")]
    if column_kind(series) == "date":
        remedy = "Ignore it, and make a number of it first, such as a year or an age."
        return [_warn(name, f'The values are dates (like "{levels(known.head(1)).iloc[0]}").', remedy)]
    if looks_like_id(series):
        what = f"Nearly every row has its own value ({distinct:,} values in {len(known):,} rows), like an identifier."
        return [_warn(name, what, 'Give it the role "id", or ignore it.')]
    if text and distinct > _MANY_LEVELS:
        what = (
            f"The column has {distinct:,} levels; rare ones are pooled, and only the 20 most frequent count."
        )
        return [_warn(name, what, "Merge levels in the file, or ignore the column.")]
    return _missing_finding(series, len(known)) + (_case_finding(series) if text else [])


def _missing_finding(series: pd.Series, known: int) -> list[Finding]:
    share = 1 - known / len(series)
    if share < _MOSTLY_MISSING:
        return []
    what = f"{share:.0%} of the values are missing."
    return [_warn(str(series.name), what, "Ignore the column unless being missing means something.")]


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
        shown = ", ".join(f'"{level}" {count}' for level, count in rare.sort_values().head(5).items())
        what = (
            f"{counted(len(rare), 'level')} of {len(counts)} {'has' if len(rare) == 1 else 'have'} fewer than "
            f"{min_level_rows} rows ({shown}): too few to say how well {'it is' if len(rare) == 1 else 'they are'} "
            "served."
        )
        findings.append(
            _warn(name, what, "Merge levels where that is fair, or gather more rows of these people.")
        )
    return findings


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


def _warn(column: str, what: str, remedy: str) -> Finding:
    return Finding("warning", column, what, remedy)
