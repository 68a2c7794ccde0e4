"""One column of the training rows: where its values lay, how often each level came, what was missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri

from rome.table.columns import as_boolean_levels, levels, numbers

#: A numeric column with more distinct values is kept as this many quantiles, its ends included.
MOST_KNOTS = 201
#: Share of the training values beyond which a column's tail begins; its length is the unit of an overshoot.
_TAIL = 0.1
_BOOLEANS = frozenset({"true", "false"})


@dataclass(frozen=True)
class ColumnReference:
    """A column of the training rows.

    A numeric column keeps rising ``knots`` (values of the training rows) with the share of known values
    ``below`` each and ``upto`` and with it, and ``mean`` and ``sd``; ``whole`` says that all are whole
    numbers. A column of levels keeps the rows of every level in ``counts``. ``rows`` counts the training
    rows, ``missing`` those without a value.
    """

    column: str
    kind: Literal["numeric", "levels"]
    rows: int
    missing: int
    knots: tuple[float, ...] = ()
    below: tuple[float, ...] = ()
    upto: tuple[float, ...] = ()
    mean: float = 0.0
    sd: float = 0.0
    whole: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def known(self) -> int:
        """Training rows with a value."""
        return self.rows - self.missing

    @property
    def low(self) -> float:
        """Smallest training value of a numeric column."""
        return self.knots[0]

    @property
    def high(self) -> float:
        """Largest training value of a numeric column."""
        return self.knots[-1]

    @property
    def typical(self) -> float | str:
        """The training median, a value that came, or the most frequent level (of equals, the first)."""
        if self.kind == "levels":
            return min(self.counts, key=lambda level: (-self.counts[level], level))
        return self.knots[int(np.searchsorted(self.upto, 0.5 - 1e-9))]

    @property
    def unseen_mass(self) -> float:
        """Chance that a training-like row has a level that no training row had: levels that came once, over
        rows (Good 1953, Biometrika 40, 237-264)."""
        return sum(count == 1 for count in self.counts.values()) / max(self.known, 1)

    def spell(self, series: pd.Series) -> pd.Series:
        """Return any rows' levels, spelled as the training rows were."""
        return as_boolean_levels(series) if set(self.counts) <= _BOOLEANS else levels(series)

    def unseen(self, series: pd.Series) -> np.ndarray:
        """Return which rows (n,) have a level that no training row had; missing is no level."""
        spelled = self.spell(series)
        return (~spelled.isin(list(self.counts)) & spelled.notna()).to_numpy()

    def overshoot(self, values: np.ndarray) -> np.ndarray:
        """Return how far values (n,) lie outside the training range, in lengths of the training rows' tail
        on that side; 0 inside and for NaN."""
        down, up = self._tails()
        beyond = np.maximum((values - self.high) / up, (self.low - values) / down)
        return np.where(np.isnan(values), 0.0, np.maximum(beyond, 0.0))

    def normal_scores(self, values: np.ndarray) -> np.ndarray:
        """Return values (n,) on the scale on which the training values are standard normal.

        Inside the training range Φ⁻¹ of the share below, ties in their middle; outside, the range's end plus
        the overshoot. A missing value is in the middle, 0.
        """
        if not self.knots:
            return np.zeros(len(values))
        middle = ndtri((np.array(self.below) + np.array(self.upto)) / 2)
        inside = np.interp(values, self.knots, middle)
        scores = inside + np.where(values > self.high, 1.0, -1.0) * self.overshoot(values)
        return np.where(np.isnan(values), 0.0, scores)

    def _tails(self) -> tuple[float, float]:
        """Return the lengths of the lower and the upper tail; the range, where a tail has none."""
        first = self.knots[int(np.searchsorted(self.upto, _TAIL - 1e-9))]
        last = self.knots[int(np.searchsorted(self.upto, 1 - _TAIL - 1e-9))]
        whole = (self.high - self.low) or max(abs(self.high), 1.0)
        return (first - self.low) or whole, (self.high - last) or whole


def reference_column(series: pd.Series, kind: Literal["numeric", "levels"]) -> ColumnReference:
    """Return what the training rows ``series`` hold, read as ``kind``."""
    column, rows = str(series.name), len(series)
    if kind == "levels":
        counts = levels(series).value_counts()
        plain = {str(level): int(count) for level, count in counts.items()}
        return ColumnReference(column, kind, rows, rows - sum(plain.values()), counts=plain)
    values = numbers(series)
    known = np.sort(values[~np.isnan(values)])
    if not len(known):
        return ColumnReference(column, kind, rows, rows)
    knots = np.unique(known)
    if len(knots) > MOST_KNOTS:
        places = np.linspace(0, len(known) - 1, MOST_KNOTS).round().astype(int)
        knots = np.unique(known[places])
    # Brought to [-1, 1], so that no square can overflow.
    largest = float(np.abs(known).max()) or 1.0
    return ColumnReference(
        column,
        kind,
        rows,
        rows - len(known),
        knots=tuple(knots.tolist()),
        below=tuple((np.searchsorted(known, knots, "left") / len(known)).tolist()),
        upto=tuple((np.searchsorted(known, knots, "right") / len(known)).tolist()),
        mean=float((known / largest).mean() * largest),
        sd=float((known / largest).std() * largest),
        whole=bool((known == np.floor(known)).all()),
    )
