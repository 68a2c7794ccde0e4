"""A new table's columns as the study's model takes them, its outcome and weights as the study read its own.

What there is to say about each column is said in findings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rome.errors import ColumnError, nearest
from rome.reference import ColumnReference
from rome.score.scorer import Scorer
from rome.table.coding import Coding
from rome.table.columns import LARGEST_SQUARABLE, as_boolean_levels, is_numeric, levels, number_text, numbers
from rome.table.finding import Finding, counted, some
from rome.table.prediction import new_predictions

#: A column of text takes the part of a number when at least this share of its values are numbers.
_LEAST_NUMBERS = 0.5
_BOOLEANS = frozenset({"true", "false"})


@dataclass(frozen=True)
class Fitting:
    """The columns that the model reads, in the table's row order, and what is to be known of them."""

    frame: pd.DataFrame
    findings: tuple[Finding, ...]


def fitting_columns(frame: pd.DataFrame, scorer: Scorer) -> Fitting:
    """Check that a table has the study's columns, of the study's kinds.

    Raises
    ------
    ColumnError
        Columns are missing, there twice, or hold another kind of values; all that are missing are named.
    """
    codings = {coding.column: coding for coding in scorer.model.design.codings}
    _require_columns(frame, scorer, codings)
    data, findings = {}, list(_extra(frame, scorer))
    for column in scorer.reference.columns:
        name, coding = column.column, codings[column.column]
        if name not in frame.columns:
            data[name] = pd.Series(np.nan, index=frame.index, name=name)
            continue
        data[name] = frame[name]
        _require_kind(frame[name], column)
        findings += [*_missing(frame[name], column, coding), *_unseen(frame[name], column, coding)]
    return Fitting(pd.DataFrame(data), tuple(findings))


def _require_columns(frame: pd.DataFrame, scorer: Scorer, codings: dict[str, Coding]) -> None:
    needed = [name for name, coding in codings.items() if coding.reason is None]
    names = [str(name) for name in frame.columns]
    twice = [name for name in needed if names.count(name) > 1]
    if twice:
        raise ColumnError(f"The table has {some(twice)} more than once. Rename all but one.")
    absent = [name for name in needed if name not in names]
    if not absent:
        return
    hint = nearest(absent[0], [name for name in names if name not in needed])
    what = f"Column {some(absent)} is" if len(absent) == 1 else f"Columns {some(absent, 12)} are"
    raise ColumnError(
        f"{what} not in the table ({counted(len(names), 'column')}), and the study "
        f'of "{scorer.study.data.name}" needs {"it" if len(absent) == 1 else "them"}.'
        f"{hint} Name the columns as in the study's table, or add them."
    )


def _require_kind(series: pd.Series, column: ColumnReference) -> None:
    """Raise where a column clearly holds another kind of values than in the study."""
    known = series.dropna()
    if not len(known) or not column.known:
        return
    examples = some(levels(known.head(50)).unique(), 3)
    if column.kind == "numeric" and not is_numeric(series):
        readable = int(np.isfinite(numbers(known)).sum())
        if readable < _LEAST_NUMBERS * len(known):
            raise ColumnError(
                f'Column "{column.column}" holds text ({examples}) in {len(known) - readable:,} of '
                f"{counted(len(known), 'row')}; in the study it is a number from {number_text(column.low)} "
                f"to {number_text(column.high)}. Correct the column in the file."
            )
    if column.kind == "levels" and is_numeric(series) and column.unseen(known).all():
        raise ColumnError(
            f'Column "{column.column}" holds numbers ({examples}) of which the study has seen none; there it '
            f"holds {some(column.counts, 4)}. Write them as in the study's table."
        )


def _extra(frame: pd.DataFrame, scorer: Scorer) -> tuple[Finding, ...]:
    extra = [str(name) for name in frame.columns if str(name) not in scorer.study.data.columns]
    if not extra:
        return ()
    what = f"{counted(len(extra), 'column')} that the study's table did not have ({some(extra)})"
    return (Finding("note", None, f"{what} {'was' if len(extra) == 1 else 'were'} ignored.", ""),)


def _missing(series: pd.Series, column: ColumnReference, coding: Coding) -> tuple[Finding, ...]:
    """Say what becomes of rows without a value: the same as in training."""
    if coding.reason is not None or not column.known:
        return ()
    count = int(absent(series, column).sum())
    if not count:
        return ()
    if coding.missing:
        done = "as in training, being missing counts as something of its own"
    elif column.kind == "numeric":
        done = f"as in training, the mean ({coding.mean:.4g}) stands in"
    else:
        stands = "the pooled rare levels stand" if coding.other else f'"{coding.reference}" stands'
        done = f"as in training, {stands} in"
    severity = "note" if count < len(series) else "warning"
    what = f"{counted(count, 'row')} of {len(series):,} {'has' if count == 1 else 'have'} no value; {done}."
    return (Finding(severity, column.column, what, "Fill the values in, where they are known."),)


def _unseen(series: pd.Series, column: ColumnReference, coding: Coding) -> tuple[Finding, ...]:
    if column.kind == "numeric":
        texts = coding.unseen(series)
        if not texts:
            return ()
        count = sum(texts.values())
        verb = "is" if count == 1 else "are"
        what = f"{counted(count, 'value')} ({some(texts)}) {verb} no number, and taken as missing."
        return (Finding("warning", column.column, what, "Correct them in the file."),)
    strange = levels(series)[column.unseen(series)]
    if not len(strange):
        return ()
    named = some(strange.value_counts().index)
    have = f"{counted(len(strange), 'row')} {'has' if len(strange) == 1 else 'have'}"
    what = f"{have} a category that no training row had ({named})."
    if coding.reason is not None:
        remedy = "The model doesn't use this column: it was the same in every training row."
    else:
        remedy = "It is predicted for like " + (
            "the study's rare levels." if coding.other else f'"{coding.reference}".'
        )
    return (Finding("warning", column.column, what, remedy),)


def absent(series: pd.Series, column: ColumnReference) -> np.ndarray:
    """Return which rows (n,) have no value that can be read as the column's kind."""
    if column.kind == "numeric":
        return np.isnan(numbers(series))
    return series.isna().to_numpy()


@dataclass(frozen=True)
class KnownOutcome:
    """``values`` (n,) of the outcome, NaN where it is not known; case weights ``weight`` (n,), 0 where a row
    counts in no summary; ``reason`` says why no row has an outcome; ``findings``; ``prediction`` (n,) of the
    audited model, where the advised one needs it."""

    values: np.ndarray
    weight: np.ndarray
    reason: str
    findings: tuple[Finding, ...]
    prediction: np.ndarray | None = None


def known_outcome(frame: pd.DataFrame, scorer: Scorer) -> KnownOutcome:
    """Read outcome and weights, neither of which has to be there, and the prediction that is needed.

    Raises
    ------
    ColumnError, PredictionError
        The advised model needs the audited one's prediction, and the table has none.
    """
    values, notes = _outcome(frame, scorer)
    weight, more = _weights(frame, scorer)
    reason = "" if np.isfinite(values).any() else _why_unknown(frame, scorer)
    prediction, on_prediction = _prediction(frame, scorer)
    return KnownOutcome(values, weight, reason, (*notes, *more, *on_prediction), prediction)


def _prediction(frame: pd.DataFrame, scorer: Scorer) -> tuple[np.ndarray | None, tuple[Finding, ...]]:
    study = scorer.study
    if study.advice is None or not study.advice.needs_prediction:
        return None, ()
    name = study.roles.prediction
    if name not in frame.columns:
        raise ColumnError(
            f'The table has no column "{name}". The study advises the model that it audited, so new rows '
            f"need that model's prediction, in a column of that name.{nearest(name, frame.columns)}"
        )
    values = new_predictions(frame[name], scorer.reference.outcome_levels or None)
    missing = int(np.isnan(values).sum())
    if not missing:
        return values, ()
    what = f"{counted(missing, 'row')} {'has' if missing == 1 else 'have'} no prediction, so no advised one."
    return values, (Finding("warning", name, what, "Fill the predictions in."),)


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
