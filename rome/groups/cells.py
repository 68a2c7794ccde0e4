"""The levels by which one column enters an observed grouping: learnt on training rows, given to any rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

#: A numeric column with at most this many values is grouped by value, not cut.
_FEW_VALUES = 4
#: A text column keeps this many levels; the rest are pooled.
_MOST_LEVELS = 8
#: A level is shortened to this many characters: every row carries its label.
_LONGEST_LEVEL = 60


@dataclass(frozen=True)
class ColumnCells:
    """How one column's values become readable levels.

    A column with a ``cut`` is parted there; any other keeps the levels of ``kept``, each with how it is
    written, and pools the rest.
    """

    column: str
    cut: float | None = None
    kept: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def fit(cls, name: str, train: pd.Series) -> ColumnCells:
        """Learn the levels of a column from its training rows."""
        known = train[~train.isna().to_numpy()]
        if pd.api.types.is_numeric_dtype(known) and known.nunique() > _FEW_VALUES:
            return cls(name, cut=_cut(known))
        return cls(name, kept=_most_frequent(known.map(_plain).astype(object)))

    def label(self, values: pd.Series) -> np.ndarray:
        """Return the readable level of every row, (n,) of str."""
        missing = values.isna().to_numpy()
        if self.cut is None:
            text = values.map(_plain, na_action="ignore").astype(object)
            kept = {level: f"{self.column} = {written}" for level, written in self.kept.items()}
            level = np.array([kept.get(value, f"{self.column}: other") for value in text], dtype=str)
        else:
            numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
            missing = missing | np.isnan(numbers)
            cut = _number(self.cut)
            level = np.where(numbers > self.cut, f"{self.column} > {cut}", f"{self.column} ≤ {cut}")
        return np.where(missing, f"{self.column} missing", level).astype(str)


def _cut(train: pd.Series) -> float:
    """Return the median, or where nothing lies above it the largest value below it."""
    median, largest = float(train.median()), float(train.max())
    return median if median < largest else float(train[train < largest].max())


def _most_frequent(train: pd.Series) -> dict[str, str]:
    """Return the most frequent training levels with how each is written; ties go to the first by name."""
    counts = train.value_counts()
    ranked = sorted(counts.index, key=lambda level: (-counts[level], level))[:_MOST_LEVELS]
    return dict(zip(ranked, _shortened(ranked), strict=True))


def _shortened(levels: Iterable[str]) -> list[str]:
    """Shorten long levels; those that would then look alike are numbered."""
    taken: list[str] = []
    for level in levels:
        short = level if len(level) <= _LONGEST_LEVEL else f"{level[: _LONGEST_LEVEL - 1]}…"
        name, number = short, 2
        while name in taken:
            name, number = f"{short} ({number})", number + 1
        taken.append(name)
    return taken


def _plain(value: object) -> str:
    """Write 1.0 as 1; leave everything else as it reads."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    return str(value)


def _number(value: float) -> str:
    """Write a cut to six digits, without an exponent where people would write none."""
    rounded = float(f"{value:.6g}")
    plain = 1e-4 <= abs(rounded) < 1e15 or rounded == 0
    return np.format_float_positional(rounded, trim="-") if plain else f"{value:.6g}"
