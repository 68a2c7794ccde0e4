"""Columns that give the outcome away, and columns that say the same twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rome.table.columns import is_numeric, levels, numbers
from rome.table.finding import Finding, counted, leave_out, some

#: A correlation, or a share of the outcome's variance, from which a column is as good as the outcome.
AS_GOOD_AS_EQUAL = 0.999
#: A correlation, of values or of ranks, from which a single column leaves the others little to say.
NEARLY_EQUAL = 0.95
_MOST_ROWS = 20_000
_COLLINEAR_ROWS = 5_000
_MOST_COLLINEAR_COLUMNS = 400
_FEWEST_PAIRS = 10
_EXACT = 1e-8
_MOST_TOLD = 10
_REMEDY = "Leave it out unless it is known before the outcome is: a model that sees it only copies it."


def leakage_findings(frame: pd.DataFrame, outcome: np.ndarray, columns: Sequence[str]) -> list[Finding]:
    """Warn of every column that nearly equals the outcome, whatever the form of the dependence.

    Parameters
    ----------
    frame : DataFrame
        n rows.
    outcome : array of shape (n,)
        NaN where missing.
    columns : sequence of str
        The features and sensitive columns to look at.
    """
    chosen = _spread_out(len(frame), _MOST_ROWS)
    sample, target = frame.iloc[chosen], outcome[chosen]
    findings = []
    for column in columns:
        how = _likeness(sample[column], target)
        if how:
            findings.append(Finding("warning", column, how, _REMEDY, leave_out(column)))
    return findings


def collinear_findings(frame: pd.DataFrame, columns: Sequence[str]) -> list[Finding]:
    """Warn of every numeric column that is an exact linear combination of the ones before it."""
    chosen = frame.iloc[_spread_out(len(frame), _COLLINEAR_ROWS)]
    names, matrix = _varying(chosen, columns)
    if len(names) < 2 or len(names) > _MOST_COLLINEAR_COLUMNS or len(matrix) <= len(names) + 1:
        return []
    findings = []
    for place, partners in _dependent(matrix):
        what = f"It is an exact combination of {some([names[partner] for partner in partners], 5)}."
        if len(partners) == 1:
            what = f"It is an exact linear function of {some([names[partners[0]]])}."
        remedy = "Keep one of these columns: their separate effects can't be told apart."
        findings.append(Finding("warning", names[place], what, remedy, leave_out(names[place])))
    return _at_most(findings)


def _likeness(series: pd.Series, target: np.ndarray) -> str | None:
    """Say how a column gives the outcome away; None when it does not."""
    absent = series.isna().to_numpy() | np.isnan(target)
    if is_numeric(series):
        values = numbers(series)
        absent |= np.isnan(values)
        correlation = _correlation_with(values[~absent], target[~absent])
        if correlation >= AS_GOOD_AS_EQUAL:
            return "It nearly equals the outcome, or is a rising or falling function of it."
        if _separates(values[~absent], target[~absent]):
            return "One cut of its values tells the two outcomes apart without error."
    codes = pd.factorize(levels(series)[~absent])[0]
    if _determines(codes, target[~absent]):
        return f"Its {counted(int(codes.max()) + 1, 'value')} determine the outcome almost exactly."
    if is_numeric(series) and correlation >= NEARLY_EQUAL:
        return f"It is nearly the outcome itself: their correlation is {_below_one(correlation)}."
    return None


def _below_one(correlation: float) -> str:
    """Write a correlation cut, not rounded: 0.9996 is no 1."""
    return f"{np.floor(1000 * correlation) / 1000:.3f}".rstrip("0")


def _correlation_with(values: np.ndarray, target: np.ndarray) -> float:
    """Return the size of the correlation with the outcome, of values or of ranks, whichever is larger."""
    if len(values) < _FEWEST_PAIRS or _is_constant(values) or _is_constant(target):
        return 0.0
    plain = abs(_correlation(_scaled(values), _scaled(target)))
    if plain >= AS_GOOD_AS_EQUAL:
        return plain
    ranks = (pd.Series(each).rank().to_numpy() for each in (values, target))
    return max(plain, abs(_correlation(*ranks)))


def _separates(values: np.ndarray, target: np.ndarray) -> bool:
    """Whether all the values of one class of a binary outcome lie beyond all those of the other."""
    classes = np.unique(target)
    if len(classes) != 2:
        return False
    low, high = values[target == classes[0]], values[target == classes[1]]
    if min(len(low), len(high)) < _FEWEST_PAIRS:
        return False
    return bool(low.max() < high.min() or high.max() < low.min())


def _determines(codes: np.ndarray, target: np.ndarray) -> bool:
    """Whether levels with at least five rows each on average leave no outcome variance inside them."""
    if len(codes) < _FEWEST_PAIRS or _is_constant(target):
        return False
    counts = np.bincount(codes)
    if len(counts) < 2 or len(counts) > len(codes) / 5:
        return False
    scaled = _scaled(target)
    means = np.bincount(codes, scaled) / counts
    inside, total = ((scaled - means[codes]) ** 2).sum(), ((scaled - scaled.mean()) ** 2).sum()
    return bool(1 - inside / total >= AS_GOOD_AS_EQUAL)


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    first, second = first - first.mean(), second - second.mean()
    size = np.sqrt((first**2).sum() * (second**2).sum())
    return float((first * second).sum() / size) if size > 0 else 0.0


def _scaled(values: np.ndarray) -> np.ndarray:
    """Values brought to [-1, 1], so that their squares can't overflow."""
    largest = np.abs(values).max()
    return values / largest if largest > 0 else values


def _is_constant(values: np.ndarray) -> bool:
    return bool((values == values[0]).all())


def _spread_out(n_rows: int, at_most: int) -> np.ndarray:
    """Row positions evenly over the table: files are often sorted."""
    return np.unique(np.linspace(0, max(n_rows - 1, 0), min(n_rows, at_most)).astype(np.intp))


def _varying(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """Names and standardised values (missing at the mean) of the numeric columns that vary."""
    names, standardised = [], []
    for column in columns:
        if not is_numeric(frame[column]):
            continue
        values = numbers(frame[column])
        known = ~np.isnan(values)
        if not known.any() or _is_constant(values[known]):
            continue
        scaled = np.where(known, _scaled(np.where(known, values, 0.0)), np.nan)
        spread = np.nanstd(scaled)
        if spread > np.finfo(float).tiny:
            names.append(column)
            standardised.append(np.where(known, (scaled - np.nanmean(scaled)) / spread, 0.0))
    return names, np.column_stack(standardised) if standardised else np.empty((len(frame), 0))


def _dependent(matrix: np.ndarray) -> list[tuple[int, list[int]]]:
    """Positions of the columns that add nothing to those before them, each with those it is made of."""
    triangle = np.linalg.qr(matrix, mode="r")
    alone = np.abs(np.diag(triangle)) > _EXACT * np.sqrt(len(matrix))
    found = []
    for place in np.flatnonzero(~alone):
        earlier = np.flatnonzero(alone[:place])
        parts = np.linalg.lstsq(triangle[:, earlier], triangle[:, place], rcond=None)[0]
        found.append((int(place), [int(earlier[part]) for part in np.flatnonzero(np.abs(parts) > 1e-6)]))
    return found


def _at_most(findings: list[Finding]) -> list[Finding]:
    if len(findings) <= _MOST_TOLD:
        return findings
    rest = [str(finding.column) for finding in findings[_MOST_TOLD:]]
    what = f"{counted(len(rest), 'more column')} are exact combinations of others ({some(rest, 5)})."
    return [*findings[:_MOST_TOLD], Finding("warning", None, what, findings[0].remedy)]
