"""One row by hand: what the study says of it, and whether its values leave the training range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, log10
from typing import Literal

import numpy as np
import pandas as pd

from rome.reference import ColumnReference
from rome.score.columns import absent, fitting_columns
from rome.score.rows import doubt_of, reasons_of
from rome.score.scorer import Scorer
from rome.table.columns import numbers

#: A value of one column: a number, a level, or None where it is missing.
Value = float | str | None
#: Levels that a form offers; rarer ones are too many to choose from.
_MOST_LEVELS = 200


@dataclass(frozen=True)
class Field:
    """A column as a form asks for it: its kind and, from the training rows, its range or its levels (the most
    frequent first). ``whole`` says that only whole numbers came; ``used`` that the model reads it."""

    column: str
    sensitive: bool
    kind: Literal["numeric", "levels"]
    low: float
    high: float
    whole: bool
    levels: tuple[str, ...]
    typical: Value

    @property
    def digits(self) -> int:
        """Decimals by which a number is shown: four digits across the training range."""
        span = self.high - self.low
        return 0 if self.whole or not span > 0 else max(0, min(8, 2 - floor(log10(span))))

    @property
    def step(self) -> float:
        """By how much a press changes a number: a round hundredth of the training range, about."""
        return 1.0 if self.whole else 10.0 ** -(self.digits - 1 if self.digits else 0)


@dataclass(frozen=True)
class Answer:
    """What a study says of one row.

    ``membership``, ``predictions`` of each expert and ``spread`` (their residual SDs; None for a binary
    outcome) by group; ``outside`` names the columns outside the training range, or with a level it never
    held; ``strange`` says why the row as a whole is unlike anything seen, empty where it isn't.
    """

    membership: tuple[float, ...]
    predictions: tuple[float, ...]
    spread: tuple[float, ...] | None
    rome: float
    pooled: float
    doubt: float
    outside: tuple[str, ...]
    strange: str


def fields_of(scorer: Scorer) -> tuple[Field, ...]:
    """Return the columns that the model reads, features first."""
    used = {coding.column for coding in scorer.model.design.codings if coding.reason is None}
    sensitive = set(scorer.study.roles.sensitive)
    return tuple(
        Field(
            column=column.column,
            sensitive=column.column in sensitive,
            kind=column.kind,
            low=column.low if column.knots else np.nan,
            high=column.high if column.knots else np.nan,
            whole=column.whole,
            levels=_by_frequency(column),
            typical=column.typical,
        )
        for column in scorer.reference.columns
        if column.column in used
    )


def _by_frequency(column: ColumnReference) -> tuple[str, ...]:
    ranked = sorted(column.counts, key=lambda level: (-column.counts[level], level))
    return tuple(ranked[:_MOST_LEVELS])


def typical_row(scorer: Scorer) -> dict[str, Value]:
    """Return the median, or the most frequent level, of every column among the training rows."""
    return {field.column: field.typical for field in fields_of(scorer)}


def row_at(frame: pd.DataFrame, scorer: Scorer, place: int) -> dict[str, Value]:
    """Return the row of a table at a position, as a form takes it.

    Raises
    ------
    ColumnError
        The table lacks columns of the study.
    """
    row = fitting_columns(frame, scorer).frame.iloc[[place]]
    return {
        field.column: _value(row[field.column], scorer.reference.column(field.column))
        for field in fields_of(scorer)
    }


def _value(series: pd.Series, column: ColumnReference) -> Value:
    if absent(series, column)[0]:
        return None
    return float(numbers(series)[0]) if column.kind == "numeric" else str(column.spell(series).iloc[0])


def edited(before: Mapping[str, Value], now: Mapping[str, Value]) -> list[tuple[str, Value, Value]]:
    """Return the columns whose values differ, with the value before and the one now."""
    return [(name, before.get(name), value) for name, value in now.items() if value != before.get(name)]


def answer_of(row: Mapping[str, Value], scorer: Scorer) -> Answer:
    """Return what the study says of one row; a column that is not given is missing."""
    columns, frame = scorer.reference.columns, frame_of(row, scorer)
    X = scorer.model.design.transform(frame)
    predictions = scorer.model.predictions(X)
    novelty = scorer.reference.novelty
    strange = novelty.strangeness(columns, scorer.model.design, frame, X)
    flags = novelty.flags(strange)
    sigmas = [group.sigma for group in scorer.study.groups]
    return Answer(
        membership=tuple(predictions.membership[0].tolist()),
        predictions=tuple(predictions.group_predictions[0].tolist()),
        spread=None if None in sigmas else tuple(float(sigma) for sigma in sigmas),
        rome=float(scorer.robust(predictions)[0]),
        pooled=float(predictions.pooled[0]),
        doubt=float(doubt_of(predictions.membership)[0]),
        outside=tuple(column.column for column in columns if _is_outside(frame, column)),
        strange=str(reasons_of(frame, scorer, strange, flags)[0]),
    )


def frame_of(row: Mapping[str, Value], scorer: Scorer) -> pd.DataFrame:
    """Return a row as a table of one; a column that is not given is missing."""
    return pd.DataFrame(
        {column.column: _series(row.get(column.column), column) for column in scorer.reference.columns}
    )


def _series(value: Value, column: ColumnReference) -> pd.Series:
    if column.kind == "numeric":
        return pd.Series([np.nan if value is None else float(value)], dtype=float)
    return pd.Series([value], dtype="str")


def _is_outside(frame: pd.DataFrame, column: ColumnReference) -> bool:
    series = frame[column.column]
    if not column.known or absent(series, column)[0]:
        return False
    if column.kind == "levels":
        return bool(column.unseen(series)[0])
    return bool(column.overshoot(numbers(series))[0] > 0)
