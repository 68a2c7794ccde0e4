"""The outcome and the weights of a new table, read as the study read its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rome.score.scorer import Scorer
from rome.table.columns import LARGEST_SQUARABLE, as_boolean_levels, levels, numbers
from rome.table.finding import Finding, counted, some

_BOOLEANS = frozenset({"true", "false"})


@dataclass(frozen=True)
class KnownOutcome:
    """``values`` (n,) of the outcome, NaN where it is not known; case weights ``weight`` (n,), 0 where a row
    counts in no summary; ``reason`` says why no row has an outcome; ``findings``."""

    values: np.ndarray
    weight: np.ndarray
    reason: str
    findings: tuple[Finding, ...]


def known_outcome(frame: pd.DataFrame, scorer: Scorer) -> KnownOutcome:
    """Read outcome and weights; neither has to be there."""
    values, notes = _outcome(frame, scorer)
    weight, more = _weights(frame, scorer)
    reason = "" if np.isfinite(values).any() else _why_unknown(frame, scorer)
    return KnownOutcome(values, weight, reason, (*notes, *more))


def _why_unknown(frame: pd.DataFrame, scorer: Scorer) -> str:
    name = scorer.study.roles.outcome
    if name not in frame.columns:
        return f'The table has no outcome column "{name}", so errors can\'t be told.'
    return f'No row has a usable outcome in "{name}", so errors can\'t be told.'


def _outcome(frame: pd.DataFrame, scorer: Scorer) -> tuple[np.ndarray, tuple[Finding, ...]]:
    name = scorer.study.roles.outcome
    if name not in frame.columns:
        return np.full(len(frame), np.nan), ()
    values = _binary(frame[name], scorer) if scorer.reference.outcome_levels else _numeric(frame[name])
    given = frame[name].notna().to_numpy()
    odd = given & np.isnan(values)
    notes = []
    if odd.any():
        examples = some(levels(frame[name][odd]).unique())
        known = scorer.reference.outcome_levels
        expected = some(known) if known else "a number"
        which = f"{counted(int(odd.sum()), 'outcome')} ({examples})"
        what = f"{which} can't be read as the study's, which is {expected}."
        notes.append(Finding("warning", name, what, "These rows are scored, but count in no error."))
    empty = int((~given).sum())
    if empty and empty < len(frame):
        what = f"{counted(empty, 'row')} {'has' if empty == 1 else 'have'} no outcome."
        notes.append(Finding("note", name, what, "They are scored, but count in no error."))
    return values, tuple(notes)


def _numeric(series: pd.Series) -> np.ndarray:
    values = numbers(series)
    # What can't be squared has no squared error.
    values[np.abs(values) > LARGEST_SQUARABLE] = np.nan
    return values


def _binary(series: pd.Series, scorer: Scorer) -> np.ndarray:
    negative, positive = scorer.reference.outcome_levels
    text = as_boolean_levels(series) if {negative, positive} <= _BOOLEANS else levels(series)
    values = np.full(len(series), np.nan)
    values[(text == negative).fillna(False).to_numpy(dtype=bool)] = 0.0
    values[(text == positive).fillna(False).to_numpy(dtype=bool)] = 1.0
    return values


def _weights(frame: pd.DataFrame, scorer: Scorer) -> tuple[np.ndarray, tuple[Finding, ...]]:
    name = scorer.study.roles.weight
    ones = np.ones(len(frame))
    if name is None:
        return ones, ()
    if name not in frame.columns:
        what = f'The table has no column of weights "{name}"; every row counts the same.'
        return ones, (Finding("note", None, what, "Add the weights, if rows stand for different numbers."),)
    weight = numbers(frame[name])
    unusable = ~(weight > 0)
    if unusable.all():
        return ones, (
            Finding("warning", name, "No weight is a positive number; every row counts the same.", ""),
        )
    weight[unusable] = 0.0
    notes = ()
    if unusable.any():
        what = f"{counted(int(unusable.sum()), 'row')} without a positive weight."
        notes = (Finding("note", name, what, "They are scored, but count in no share and no error."),)
    # Only their proportions count.
    return weight / weight[~unusable].mean(), notes
