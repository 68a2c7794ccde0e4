"""How one column becomes numbers: what is learnt from the training rows, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from rome.table.columns import LARGEST_SQUARABLE, as_boolean_levels, is_numeric, levels, numbers

#: No training row can lie further from the mean than this, so the cap touches strange new rows only.
FURTHEST_SD = 1e6
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Coding:
    """The recipe of one column, fitted on the training rows.

    ``kept`` are the levels with a term of their own, the reference included; ``other`` says that a term
    for the pooled levels exists; ``missing`` that missing values have one. ``reference`` is the level
    without a term (None with levels means that the pooled levels are the reference). ``pooled`` are the
    training levels without a term. ``reason`` says why a column gives no term at all.
    """

    column: str
    kind: Literal["numeric", "levels"]
    mean: float = 0.0
    scale: float = 1.0
    kept: tuple[str, ...] = ()
    pooled: tuple[str, ...] = ()
    other: bool = False
    missing: bool = False
    reference: str | None = None
    reason: str | None = None

    @property
    def term_levels(self) -> tuple[str, ...]:
        """The levels that have a 0/1 term."""
        return tuple(level for level in self.kept if level != self.reference)

    @property
    def has_other_term(self) -> bool:
        """Whether the pooled levels have a 0/1 term (they may be the reference instead)."""
        return self.other and self.reference is not None

    def encode(self, series: pd.Series) -> np.ndarray:
        """Return the column's terms, shape (n, terms), all finite."""
        if self.reason is not None:
            return np.empty((len(series), 0))
        return self._encode_numbers(series) if self.kind == "numeric" else self._encode_levels(series)

    def unseen(self, series: pd.Series) -> dict[str, int]:
        """Count the levels, or for numbers the texts that are no number, that training never held."""
        if self.kind == "numeric":
            return {} if is_numeric(series) else _counts(levels(series)[np.isnan(numbers(series))])
        known = (*self.kept, *self.pooled)
        spelled = self._spell(series)
        return _counts(spelled[~spelled.isin(known)])

    def _spell(self, series: pd.Series) -> pd.Series:
        is_yes_no = bool(self.kept) and set(self.kept) <= {"true", "false"}
        return as_boolean_levels(series) if is_yes_no else levels(series)

    def _encode_numbers(self, series: pd.Series) -> np.ndarray:
        values = numbers(series)
        absent = np.isnan(values)
        values[absent] = self.mean
        scores = _standardise(values, self.mean, self.scale)
        return np.column_stack([scores, absent]) if self.missing else scores[:, None]

    def _encode_levels(self, series: pd.Series) -> np.ndarray:
        spelled = self._spell(series)
        position = {level: place for place, level in enumerate(self.kept)}
        places, distinct = pd.factorize(spelled)
        absent = places == -1
        codes = np.array([*(position.get(level, -1) for level in distinct), -1])[places]
        elsewhere = (codes == -1) & ~absent
        if not self.missing:
            elsewhere = elsewhere | absent
        terms = [codes == position[level] for level in self.term_levels]
        terms += [elsewhere] if self.has_other_term else []
        terms += [absent] if self.missing else []
        return np.column_stack(terms).astype(np.float64)


def code_numbers(series: pd.Series, rare_rows: int) -> Coding:
    """Return the recipe of a numeric column: its mean and SD, and whether missing values have a term."""
    column = str(series.name)
    values = numbers(series)
    known = values[~np.isnan(values)]
    missing = len(values) - len(known) >= rare_rows
    if not len(known):
        return Coding(column, "numeric", reason="every value is missing")
    mean, scale = _centre_and_spread(known)
    if not scale > _ROUNDING * abs(mean) or scale < np.finfo(float).tiny:
        return Coding(column, "numeric", mean=mean, reason=f"it is {known[0]:g} in every training row")
    return Coding(column, "numeric", mean=mean, scale=scale, missing=missing)


def code_levels(series: pd.Series, rare_rows: int, max_levels: int) -> Coding:
    """Return the recipe of a categorical column: which levels have a term, and what becomes of the rest."""
    column = str(series.name)
    counts = levels(series).value_counts()
    ranked = sorted(counts.index, key=lambda level: (-counts[level], level))
    frequent = [level for level in ranked if counts[level] >= rare_rows][:max_levels]
    pooled = tuple(sorted(set(ranked) - set(frequent)))
    other = int(counts[list(pooled)].sum()) >= rare_rows
    missing = len(series) - int(counts.sum()) >= rare_rows
    coding = Coding(
        column,
        "levels",
        kept=tuple(sorted(frequent)),
        pooled=pooled,
        other=other,
        missing=missing,
        reference=frequent[0] if frequent else None,
        reason=_why_no_term(ranked, frequent, other, missing, rare_rows),
    )
    return coding


def _why_no_term(
    ranked: Sequence[str], frequent: Sequence[str], other: bool, missing: bool, rare_rows: int
) -> str | None:
    if len(frequent) + other + missing > 1:
        return None
    if not ranked:
        return "every value is missing"
    if len(ranked) == 1:
        return f'it is "{ranked[0]}" in every training row'
    if frequent:
        return f'every level but "{frequent[0]}" has fewer than {rare_rows} training rows'
    return f"each of its {len(ranked):,} levels has fewer than {rare_rows} training rows"


def _centre_and_spread(known: np.ndarray) -> tuple[float, float]:
    """Mean and SD, computed on values brought to [-1, 1] so that no square can overflow."""
    largest = float(np.abs(known).max())
    if largest == 0:
        return 0.0, 0.0
    small = known / largest
    # Rows sorted first: the sum, and so every term, is the same in whatever order the rows come.
    small.sort()
    return float(small.mean() * largest), float(small.std() * largest)


def _standardise(values: np.ndarray, mean: float, scale: float) -> np.ndarray:
    with np.errstate(over="ignore"):
        if max(abs(mean), scale) > LARGEST_SQUARABLE:
            scores = values / scale - mean / scale
        else:
            scores = (values - mean) / scale
    return np.clip(scores, -FURTHEST_SD, FURTHEST_SD)


def _counts(texts: pd.Series) -> dict[str, int]:
    return {str(level): int(count) for level, count in texts.dropna().value_counts().items()}
