"""The outcome as numbers: a quantity, or a yes/no with one level counted as 1."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rome.errors import OutcomeError
from rome.settings.study import Outcome
from rome.table.columns import (
    FALSE_WORDS,
    LARGEST_SQUARABLE,
    TRUE_WORDS,
    is_numeric,
    levels,
    number_text,
    numbers,
    require_column,
)
from rome.table.finding import short
from rome.table.roles import Roles

_MORE_THAN = (">", "≥", "more than", "over ", "above ")
_LESS_THAN = ("<", "≤", "less than", "under ", "below ", "up to ", "not ", "non-", "non ")
_POSITIVE_WORDS = TRUE_WORDS | {"positive", "pos", "high", "case"}
_NEGATIVE_WORDS = FALSE_WORDS | {"negative", "neg", "low", "none", "control"}


@dataclass(frozen=True)
class OutcomeValues:
    """An outcome that can be modelled.

    ``values`` (n,) is float64 with NaN where the outcome is missing, 0/1 when ``kind`` is "binary";
    ``positive`` is the level that counts as 1 (None for a quantity); ``note`` says so in a sentence.
    """

    values: np.ndarray
    kind: Outcome
    positive: str | None
    note: str


def outcome_values(frame: pd.DataFrame, roles: Roles) -> OutcomeValues:
    """Return the outcome column as numbers.

    Two distinct values make it binary: the level that says yes (yes, true, 1, ">50K") counts as 1, else
    the rarer one; of two numbers the larger counts as 1.

    Raises
    ------
    ColumnError
        The outcome column is not in the table.
    OutcomeError
        It holds one value only, nothing usable, or text with more than two levels.
    """
    column = require_column(frame, roles.outcome)
    return _from_numbers(column) if is_numeric(column) else _from_levels(column)


def _from_numbers(column: pd.Series) -> OutcomeValues:
    values = numbers(column)
    distinct = np.unique(values[~np.isnan(values)])
    _require_moderate(column.name, distinct)
    _require_variation(column.name, [number_text(value) for value in distinct[:2]])
    if len(distinct) > 2:
        return OutcomeValues(values, "numeric", None, f'"{column.name}" is a quantity.')
    low, high = distinct
    binary = np.where(np.isnan(values), np.nan, (values == high).astype(np.float64))
    return _binary(column.name, binary, number_text(high), number_text(low))


def _from_levels(column: pd.Series) -> OutcomeValues:
    text = levels(column)
    counts = text.value_counts()
    if len(counts) > 2:
        shown = ", ".join(f'"{short(name)}"' for name in counts.index[:3])
        raise OutcomeError(
            f'Outcome column "{column.name}" is text with {len(counts)} levels ({shown}, …); ROME predicts a '
            "number, or a yes/no.",
            "Choose a numeric column, or one with two levels.",
        )
    _require_variation(column.name, list(counts.index))
    positive = _positive_level(counts)
    negative = next(name for name in counts.index if name != positive)
    values = (text == positive).to_numpy(dtype=np.float64, na_value=np.nan).copy()
    values[text.isna().to_numpy()] = np.nan
    return _binary(column.name, values, positive, negative)


def _binary(name: str, values: np.ndarray, positive: str, negative: str) -> OutcomeValues:
    note = f'"{name}" has two values: "{positive}" counts as 1 and "{negative}" as 0.'
    return OutcomeValues(values, "binary", positive, note)


def _require_moderate(name: str, distinct: np.ndarray) -> None:
    largest = float(np.abs(distinct).max(initial=0.0))
    if largest > LARGEST_SQUARABLE:
        raise OutcomeError(
            f'Outcome column "{name}" reaches {largest:.3g}, which is too large to be squared.',
            "Rescale it in the file.",
        )


def _require_variation(name: str, distinct: list[str]) -> None:
    if not distinct:
        raise OutcomeError(
            f'Outcome column "{name}" holds no usable value: all are missing.', "Choose another outcome."
        )
    if len(distinct) == 1:
        raise OutcomeError(
            f'Outcome column "{name}" is {short(distinct[0])} in every row, so there is nothing to predict.',
            "Choose an outcome that varies.",
        )


def _positive_level(counts: pd.Series) -> str:
    """The level that says yes, else the one that is not a no, else the rarer, else the later by name."""
    first, second = sorted(counts.index)
    for level, other in ((first, second), (second, first)):
        if _says(level, _POSITIVE_WORDS, _MORE_THAN) and not _says(other, _POSITIVE_WORDS, _MORE_THAN):
            return level
    for level, other in ((first, second), (second, first)):
        if _says(other, _NEGATIVE_WORDS, _LESS_THAN) and not _says(level, _NEGATIVE_WORDS, _LESS_THAN):
            return level
    return first if counts[first] < counts[second] else second


def _says(level: str, words: frozenset[str] | set[str], beginnings: tuple[str, ...]) -> bool:
    plain = re.sub(r"^\d+[.)]\s*", "", level).strip().lower()
    return plain in words or plain.startswith(beginnings)
