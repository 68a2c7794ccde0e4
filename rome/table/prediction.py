"""The predictions of a model to be audited, as numbers: values, probabilities, or decisions of 0 and 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from rome.errors import PredictionError, RomeError
from rome.table.columns import (
    LARGEST_SQUARABLE,
    as_boolean_levels,
    is_numeric,
    levels,
    numbers,
    require_column,
)
from rome.table.finding import Finding, Fix, counted, short
from rome.table.leakage import AS_GOOD_AS_EQUAL
from rome.table.outcome import OutcomeValues, outcome_values
from rome.table.roles import Roles

#: What a prediction is: a quantity in the outcome's units, a probability, or a decision of 0 or 1.
PredictionKind = Literal["values", "probabilities", "decisions"]


#: The correlation with an outcome, and the share of a quantity's variance left, of what may be a prediction.
_NEAR, _LEAST_GAIN = 0.2, 0.9
_CALLED = "It is called like a prediction, and is near the outcome."
_AUDIT_IT = (
    "If it is a model's prediction, give it that role, and the study says whom that model fails. If not, "
    "leave it out unless it is known before the outcome is."
)


@dataclass(frozen=True)
class PredictionValues:
    """A prediction that can be audited: ``values`` (n,) are float64, NaN where it is missing."""

    values: np.ndarray
    kind: PredictionKind


def prediction_values(
    frame: pd.DataFrame, column: str, outcome: OutcomeValues, name: str
) -> PredictionValues:
    """Return the column of predictions as numbers on the outcome's scale.

    Of a quantity it holds numbers. Of a yes/no it holds probabilities of ``outcome.positive`` from 0 to 1, or
    decisions: 0 and 1, or the two levels of the outcome column ``name``.

    Raises
    ------
    ColumnError
        The column is not in the table.
    PredictionError
        It holds no prediction, or none of this outcome.
    """
    series = require_column(frame, column)
    if not series.notna().any():
        raise PredictionError(f'Prediction column "{column}" holds no value.', "Choose another column.")
    if outcome.kind != "binary":
        return PredictionValues(_quantities(series, column), "values")
    told = as_boolean_levels(frame[name])
    positive, negative = (told[outcome.values == each].iloc[0] for each in (1, 0))
    return _of_yes_or_no(series, column, positive, negative, outcome.positive or positive)


def new_predictions(series: pd.Series, outcome_levels: tuple[str, str] | None) -> np.ndarray:
    """Return predictions (n,) of new rows as numbers, NaN where they are missing.

    Parameters
    ----------
    series : Series of n values
    outcome_levels : tuple of str, or None
        The levels of a yes/no that count as 0 and as 1; None for a quantity.

    Raises
    ------
    PredictionError
        They are no predictions of this outcome.
    """
    column = str(series.name)
    if not series.notna().any():
        raise PredictionError(f'Prediction column "{column}" holds no value.', "Fill it in.")
    if outcome_levels is None:
        return _quantities(series, column)
    negative, positive = as_boolean_levels(pd.Series(outcome_levels, dtype="str"))
    return _of_yes_or_no(series, column, positive, negative, outcome_levels[1]).values


def _of_yes_or_no(
    series: pd.Series, column: str, positive: str, negative: str, meant: str
) -> PredictionValues:
    decided = _decisions(series, positive, negative)
    if decided is not None:
        return PredictionValues(decided, "decisions")
    return PredictionValues(_probabilities(series, column, meant), "probabilities")


def _quantities(series: pd.Series, column: str) -> np.ndarray:
    if not is_numeric(series):
        raise PredictionError(
            f'Prediction column "{column}" is text ("{short(levels(series.dropna()).iloc[0], 30)}", …), and '
            "the outcome is a quantity.",
            "Choose a numeric column.",
        )
    values = numbers(series)
    if np.nanmax(np.abs(values), initial=0.0) > LARGEST_SQUARABLE:
        raise PredictionError(
            f'Prediction column "{column}" holds numbers too large to be squared.', "Rescale it in the file."
        )
    return values


def _decisions(series: pd.Series, positive: str, negative: str) -> np.ndarray | None:
    """Return decisions as 0 and 1, NaN where they are missing; None where the column holds no decisions."""
    if is_numeric(series) and series.nunique() > 2:
        return None
    told = as_boolean_levels(series)
    for yes, no in ((positive, negative), ("true", "false")):
        if told.dropna().isin([yes, no]).all():
            values = (told == yes).to_numpy(dtype=np.float64, na_value=np.nan).copy()
            values[series.isna().to_numpy()] = np.nan
            return values
    return None


def _probabilities(series: pd.Series, column: str, positive: str) -> np.ndarray:
    meant = f'"{short(positive, 30)}"'
    if not is_numeric(series):
        raise PredictionError(
            f'Prediction column "{column}" holds other words than the outcome '
            f'("{short(levels(series.dropna()).iloc[0], 30)}", …).',
            f"Give the probability of {meant}, from 0 to 1, or decisions in the outcome's own words.",
        )
    values = numbers(series)
    low, high = np.nanmin(values), np.nanmax(values)
    if low < 0 or high > 1:
        raise PredictionError(
            f'Prediction column "{column}" goes from {low:g} to {high:g}, and the outcome is a yes/no.',
            f"Give the probability of {meant}, from 0 to 1, or decisions of 0 and 1.",
        )
    return values


#: What is said of every audited prediction, since no table can show the contrary.
CANNOT_KNOW = (
    "Whether the audited model was trained on these very rows can't be seen in the table. If it was, it "
    "looks better here than it is."
)
OUT_OF_SAMPLE = "Use predictions for rows that it was not trained on, or those of its cross-validation."


def prediction_findings(values: np.ndarray, column: str, outcome: OutcomeValues) -> list[Finding]:
    """Return what is to be known of a column of predictions (n,) before anything is said about its model."""
    findings = [Finding("warning", column, CANNOT_KNOW, OUT_OF_SAMPLE)]
    known = ~np.isnan(values) & ~np.isnan(outcome.values)
    missing = int(np.isnan(values).sum())
    if missing:
        left = "it is" if missing == 1 else "they are"
        what = f"The prediction is missing in {counted(missing, 'row')}; {left} left out."
        remedy = "Ask why: a model may decline just those whom it would fail."
        findings.append(Finding("warning", column, what, remedy))
    alike = correlation(values[known], outcome.values[known])
    if alike >= AS_GOOD_AS_EQUAL:
        what = "It nearly equals the outcome in every row, as hardly a prediction does."
        findings.append(Finding("warning", column, what, "Make sure that it is no copy of the outcome."))
    elif alike < 0:
        positive = "the outcome" if outcome.positive is None else f'"{short(outcome.positive, 30)}"'
        what = f"It is lower where {positive} is {'higher' if outcome.positive is None else 'true'}."
        remedy = "Make sure that it predicts this outcome, and not its opposite."
        findings.append(Finding("warning", column, what, remedy))
    return findings


def reads_as_prediction(frame: pd.DataFrame, column: str, name: str) -> bool:
    """Whether a column is near the outcome column ``name`` as a prediction is: it rises with the outcome and,
    of a quantity, errs less in its units than the mean does."""
    try:
        outcome = outcome_values(frame, Roles(name, (), ()))
        values = prediction_values(frame, column, outcome, name).values
    except RomeError:
        return False
    known = ~np.isnan(values) & ~np.isnan(outcome.values)
    predicted, truth = values[known], outcome.values[known]
    if correlation(predicted, truth) < _NEAR:
        return False
    return outcome.kind == "binary" or bool(np.mean((truth - predicted) ** 2) < _LEAST_GAIN * np.var(truth))


def with_audit_offered(
    leaks: list[Finding],
    frame: pd.DataFrame,
    name: str,
    columns: Sequence[str],
    called: Callable[[str], bool],
) -> list[Finding]:
    """Return findings about leaks in which columns that read as predictions may be audited instead.

    Parameters
    ----------
    leaks : list of Finding
        As ``leakage_findings`` gave them.
    frame : DataFrame
    name : str
        The outcome column.
    columns : sequence of str
        The features.
    called : callable
        Whether a column's name is that of a prediction; one that is no leak is offered, too, if it is.
    """
    told = {finding.column: finding for finding in leaks}
    found = []
    for column in columns:
        if (column in told or called(column)) and reads_as_prediction(frame, column, name):
            what = (
                told[column].what
                if column in told
                else "It is called like a prediction, and is near the outcome."
            )
            found.append(Finding("warning", column, what, _AUDIT_IT, Fix("as_prediction", column)))
    offered = {finding.column for finding in found}
    return [finding for finding in leaks if finding.column not in offered] + found


def correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Return Pearson's correlation of two columns (n,); 0 where one of them does not vary."""
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    one, other = ((each - each.mean()) / np.abs(each - each.mean()).max() for each in (first, second))
    return float(one @ other / np.sqrt((one @ one) * (other @ other)))
