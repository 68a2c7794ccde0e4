"""What an analyst should know about a table before a study is run on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rome.errors import OutcomeError, PredictionError
from rome.table.column_checks import column_findings, placeholder_findings
from rome.table.columns import is_numeric, levels, number_text, numbers
from rome.table.finding import Finding, by_severity, counted, leave_out
from rome.table.guess import is_called_prediction
from rome.table.leakage import collinear_findings, leakage_findings
from rome.table.outcome import OutcomeValues, outcome_values
from rome.table.prediction import prediction_findings, prediction_values, with_audit_offered
from rome.table.roles import Roles
from rome.table.split import FEWEST_ROWS

_FEW_ROWS = 100
_FEW_OUTCOME_VALUES = 5
_RARE_CLASS = 20
_ROWS_A_COLUMN = 10
#: A value of the outcome is a spike where it holds more than this share of the rows, at least so many of
#: them, and so many times as many as the values beside it; outcomes with fewer values than these have none.
_SPIKE, _SPIKE_ROWS, _STANDS_OUT, _FEWEST_VALUES = 0.05, 10, 5.0, 10
#: Values on either side that a spike is held against, and spikes that are told of.
_BESIDE, _MOST_SPIKES = 3, 3


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
        finding = Finding("error", roles.outcome, error.what, error.remedy)
        return by_severity([finding, *column_findings(frame, roles, min_level_rows)])
    weighted, weight_findings = _weights(frame, roles)
    audited, audit_findings = _prediction(frame, roles, outcome)
    usable = ~np.isnan(outcome.values) & weighted & ~np.isnan(audited)
    model_columns = (*roles.features, *roles.sensitive)
    # A copy of a large table takes as long as checking it.
    used = frame if usable.all() else frame[usable]
    target = outcome.values[usable]
    findings = _outcome_findings(roles.outcome, outcome, target) + weight_findings + audit_findings
    findings += _size_findings(used, model_columns)
    findings += _nothing_varies(used, roles)
    findings += column_findings(used, roles, min_level_rows)
    findings += placeholder_findings(used, (roles.outcome, *model_columns))
    if len(used):
        leaks = leakage_findings(used, target, model_columns)
        if roles.prediction is None:
            leaks = with_audit_offered(leaks, used, roles.outcome, roles.features, is_called_prediction)
        findings += leaks
        findings += collinear_findings(used, roles.expert_columns)
        findings += collinear_findings(used, roles.gate_columns)
    return by_severity(dict.fromkeys(findings))


def _outcome_findings(name: str, outcome: OutcomeValues, target: np.ndarray) -> list[Finding]:
    findings = []
    missing = int(np.isnan(outcome.values).sum())
    if missing:
        share = f"{counted(missing, 'row')} of {len(outcome.values):,}"
        what = f"The outcome is missing in {share}; {'it is' if missing == 1 else 'they are'} left out."
        remedy = "Ask why: rows without outcome are seldom like the others."
        findings.append(Finding("warning", name, what, remedy))
    distinct = len(np.unique(target))
    if distinct < 2:
        what = "Among the usable rows the outcome does not vary."
        findings.append(Finding("error", name, what, "Choose another outcome, or correct the weights."))
    elif outcome.kind == "binary":
        findings += _class_findings(name, target)
    elif distinct <= _FEW_OUTCOME_VALUES:
        what = f"The outcome takes only {distinct} values, and is modelled as a quantity."
        findings.append(Finding("warning", name, what, "If they are categories, choose one with two levels."))
    return findings + _spike_findings(name, target)


def spikes(values: np.ndarray) -> list[tuple[float, int]]:
    """Return the values of an outcome that hold far more rows than the values beside them, and how many rows
    each holds: zeros, a limit, a favourite number. The largest come first.

    A value stands out where it holds over 5% of the rows and five times as many as either neighbour, and as
    three on either side do in the median. Answers on a scale, small counts and rounded numbers don't, since
    all their values hold many rows.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Without missing ones.
    """
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) < _FEWEST_VALUES:
        return []
    large = np.flatnonzero((counts > _SPIKE * len(values)) & (counts >= _SPIKE_ROWS))
    found = [
        (float(distinct[place]), int(counts[place]))
        for place in large
        if counts[place] > _STANDS_OUT * _rows_beside(counts, place)
    ]
    return sorted(found, key=lambda spike: -spike[1])


def _rows_beside(counts: np.ndarray, place: int) -> float:
    """Return how many rows the values beside one hold: the median of some, the nearest if that is more."""
    below, above = counts[max(place - _BESIDE, 0) : place], counts[place + 1 : place + 1 + _BESIDE]
    nearest = np.concatenate([below[-1:], above[:1]])
    return max(float(np.median(np.concatenate([below, above]))), float(nearest.max()))


def _spike_findings(name: str, target: np.ndarray) -> list[Finding]:
    """Say which values are spikes, and what to do about the kind of spike that each is."""
    low, high = (float(target.min()), float(target.max())) if len(target) else (0.0, 0.0)
    findings = []
    for value, rows in spikes(target)[:_MOST_SPIKES]:
        share = f"{rows / len(target):.0%} of the rows ({rows:,}) have the outcome {number_text(value)}"
        what, remedy = _spike_words(value, low, high)
        findings.append(Finding("warning", name, f"{share}: {what}", remedy))
    return findings


def _spike_words(value: float, low: float, high: float) -> tuple[str, str]:
    """Return what a spike may be, and what to do, by where it lies."""
    if value == high:
        return (
            "perhaps a limit at which larger values were cut off.",
            "Ask what lies above it. Errors there are not known, so study the other rows apart too, and see "
            "whether the answer stands.",
        )
    if value in (low, 0.0):
        return (
            "far more than the values beside it.",
            f'Ask why. Where {number_text(value)} means "none", predict first whether there is any, as a '
            "yes/no outcome, and then how much, without these rows. A logarithm does not help.",
        )
    return (
        "far more than the values beside it, as when people round or gaps are filled in.",
        'Ask how it was recorded. If it stands for "not known", count it as missing; else study the other '
        "rows apart too, and see whether the answer stands.",
    )


def _class_findings(name: str, target: np.ndarray) -> list[Finding]:
    rarer = int(min((target == 1).sum(), (target == 0).sum()))
    if rarer < _RARE_CLASS:
        what = f"The rarer value of the outcome has {counted(rarer, 'row')}: too few to learn from."
        return [Finding("warning", name, what, "Add rows with this value, or choose another outcome.")]
    return []


def _weights(frame: pd.DataFrame, roles: Roles) -> tuple[np.ndarray, list[Finding]]:
    """Which rows have a usable weight, and what is wrong with the others."""
    if roles.weight is None:
        return np.ones(len(frame), dtype=bool), []
    weight = numbers(frame[roles.weight])
    correct = "Weights must be 0 or more: correct them, or choose another weight."
    told = (
        ("error", weight < 0, "is negative", correct),
        ("warning", np.isnan(weight), "is missing", "Fill in the weights, or these rows are left out."),
        ("warning", weight == 0, "is zero", "These rows are left out; give a weight if they count."),
    )
    findings = [
        Finding(
            severity,
            roles.weight,
            f"The weight {what} in {counted(int(rows.sum()), 'row')}.",
            remedy,
            leave_out(roles.weight) if severity == "error" else None,
        )
        for severity, rows, what, remedy in told
        if rows.any()
    ]
    usable = weight > 0
    if not usable.any():
        what = "No row has a positive weight."
        remedy = "Choose another weight column, or none."
        findings.append(Finding("error", roles.weight, what, remedy, leave_out(roles.weight)))
    return usable, findings


def _prediction(
    frame: pd.DataFrame, roles: Roles, outcome: OutcomeValues
) -> tuple[np.ndarray, list[Finding]]:
    """Return the audited predictions (n,), NaN where they are missing and 0 where there are none, and what
    is to be known of them."""
    name = roles.prediction
    if name is None:
        return np.zeros(len(frame)), []
    try:
        values = prediction_values(frame, name, outcome, roles.outcome).values
    except PredictionError as error:
        return np.zeros(len(frame)), [Finding("error", name, error.what, error.remedy, leave_out(name))]
    return values, prediction_findings(values, name, outcome)


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
        what = f"The roles make about {terms:,} model columns for only {rows:,} usable rows."
        findings.append(Finding("warning", None, what, "Ignore columns that matter little, or add rows."))
    return findings


def _count_terms(series: pd.Series) -> int:
    if is_numeric(series):
        return 1
    return min(max(int((levels(series).value_counts() >= _ROWS_A_COLUMN).sum()) - 1, 0), 20)


def _nothing_varies(used: pd.DataFrame, roles: Roles) -> list[Finding]:
    """A study needs one feature and one sensitive column that vary among the usable rows."""
    sides = ((roles.expert_columns, "feature"), (roles.gate_columns, "sensitive column"))
    return [
        Finding("error", None, f"No {what} varies among the usable rows.", f"Choose a {what} that varies.")
        for columns, what in sides
        if not any(_varies(used[column]) for column in columns)
    ]


def _varies(series: pd.Series) -> bool:
    """Whether there are two values; far faster than counting them."""
    known = series.dropna()
    return len(known) > 1 and bool((known != known.iloc[0]).any())
