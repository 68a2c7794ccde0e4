"""Standardised units for the fit, and the way back to the user's units."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rome.em.sufficient_statistics import BLOCK_ROWS, RowBlocks

#: Standard deviations of a normal distribution in one median absolute deviation of it.
_NORMAL = 1.4826022185056018
#: Share of the standard deviation below which a robust spread is rounding.
_NEGLIGIBLE = 1e-9


@dataclass(frozen=True)
class Moments:
    """Weighted moments of rows, columns of X first and the outcome last; adding two of them joins their rows.

    ``mean`` and ``squares``, Σ w (v − mean)², are (p + 1,). Of the outcome ``odd`` is a value that is neither
    0 nor 1 and ``broken`` one that is not whole, if there are any, and ``lowest`` the lowest.
    Joined as in Chan, Golub & LeVeque (1983), The American Statistician 37, 242-247, so that
    a large mean costs no digits.
    """

    n_rows: int
    weight: float
    mean: np.ndarray
    squares: np.ndarray
    odd: float | None
    broken: float | None
    lowest: float

    @classmethod
    def of(cls, rows: tuple[np.ndarray, np.ndarray, np.ndarray]) -> Moments:
        """Measure X (n, p), y (n,) and weights (n,) in two walks."""
        X, y, weights = rows
        weight = float(weights.sum())
        mean = _weighted_sums(X, y, weights, np.zeros(X.shape[1] + 1), 1) / weight
        squares = _weighted_sums(X, y, weights, mean, 2)
        odd, broken = y[(y != 0) & (y != 1)], y[y != np.floor(y)]
        firsts = [float(values[0]) if len(values) else None for values in (odd, broken)]
        return cls(len(y), weight, mean, squares, *firsts, float(y.min()))

    def telling(self) -> np.ndarray:
        """Return the outcomes that tell whether all of them suit a kind of outcome."""
        return np.array([value for value in (self.odd, self.broken, self.lowest) if value is not None])

    def __add__(self, other: Moments) -> Moments:
        weight = self.weight + other.weight
        share, apart = other.weight / weight, other.mean - self.mean
        return Moments(
            self.n_rows + other.n_rows,
            weight,
            self.mean + share * apart,
            self.squares + other.squares + self.weight * share * apart**2,
            other.odd if self.odd is None else self.odd,
            other.broken if self.broken is None else self.broken,
            min(self.lowest, other.lowest),
        )


def _weighted_sums(
    X: np.ndarray, y: np.ndarray, weights: np.ndarray, centre: np.ndarray, power: int
) -> np.ndarray:
    """Return Σ w (v − centre)^power of every column and the outcome, (p + 1,), with no copy of X.

    Columns are laid out in one way whatever the layout of X, so that the same rows give the same digits.
    """
    sums = np.zeros(len(centre))
    for start in range(0, len(X), BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        columns = np.empty((len(centre), len(y[rows])))
        columns[:-1], columns[-1] = X[rows].T, y[rows]
        columns -= centre[:, None]
        sums += (weights[rows] * columns**power).sum(axis=1)
    return sums


@dataclass(frozen=True)
class Columns:
    """Which columns of X a part of the model sees, and their centre and scale, all (p,)."""

    index: np.ndarray
    mean: np.ndarray
    scale: np.ndarray

    @classmethod
    def fit(cls, X: np.ndarray, index: np.ndarray, weights: np.ndarray) -> Columns:
        """Measure the columns ``index`` of X (n, p) with row weights (n,)."""
        return cls.measured(Moments.of((X, np.zeros(len(X)), weights)), index)

    @classmethod
    def measured(cls, moments: Moments, index: np.ndarray) -> Columns:
        """Return the columns ``index`` as measured; constant columns get scale 1."""
        mean, scale = moments.mean[index], np.sqrt(moments.squares[index] / moments.weight)
        negligible = scale <= 1e-12 * np.maximum(np.abs(mean), np.finfo(float).tiny)
        return cls(index, mean, np.where(negligible, 1.0, scale))

    @classmethod
    def unscaled(cls, index: np.ndarray) -> Columns:
        """Return the columns ``index`` in units of X."""
        return cls(index, np.zeros(len(index)), np.ones(len(index)))

    def design(self, X: np.ndarray) -> np.ndarray:
        """Return [1, standardised columns] of X, shape (n, 1 + p)."""
        # Columns are kept whole in memory (Fortran order): every sum over rows runs along them.
        design = np.empty((1 + len(self.index), len(X)))
        design[0] = 1.0
        for start in range(0, len(X), BLOCK_ROWS):
            rows = slice(start, start + BLOCK_ROWS)
            columns = design[1:, rows]
            np.subtract(X[rows, self.index].T, self.mean[:, None], out=columns)
            columns /= self.scale[:, None]
        return design.T

    def to_units(self, coefficients: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return slopes (K, p) and intercepts (K,) per unit of X from standardised (K, 1 + p)."""
        slopes = coefficients[:, 1:] / self.scale
        return slopes, coefficients[:, 0] - slopes @ self.mean


@dataclass(frozen=True)
class Scaling:
    """Centre and scale of everything: expert columns, gate columns and the outcome.

    ``log_link``: experts predict e^η, so that the outcome's scale is a level of η. ``exposure`` is the column
    of X by whose values predictions are multiplied, if there is one.
    """

    experts: Columns
    gate: Columns
    y_mean: float
    y_scale: float
    log_link: bool = False
    exposure: int | None = None

    @classmethod
    def measured(
        cls,
        moments: Moments,
        expert_index: np.ndarray,
        gate_index: np.ndarray,
        outcome: str,
        exposure: int | None = None,
    ) -> Scaling:
        """Return the scaling of training rows with these moments.

        A binary outcome keeps its 0 and 1, and a count its numbers; an amount is measured in its mean.
        """
        mean, scale, log_link = 0.0, 1.0, outcome in ("count", "positive")
        if outcome == "positive":
            scale = float(moments.mean[-1])
        if outcome == "numeric":
            mean = float(moments.mean[-1])
            scale = float(np.sqrt(moments.squares[-1] / moments.weight))
            scale = scale if scale > 0 else 1.0
        experts, gate = (Columns.measured(moments, index) for index in (expert_index, gate_index))
        return cls(experts, gate, mean, scale, log_link, exposure)

    @classmethod
    def fit(
        cls,
        X: np.ndarray,
        y: np.ndarray,
        weights: np.ndarray,
        expert_index: np.ndarray,
        gate_index: np.ndarray,
        outcome: str,
    ) -> Scaling:
        """Measure training rows in memory."""
        return cls.measured(Moments.of((X, y, weights)), expert_index, gate_index, outcome)

    @property
    def slope_unit(self) -> float:
        """The unit of the experts' slopes: that of the outcome, or 1 where they are slopes of log y."""
        return 1.0 if self.log_link else self.y_scale

    @property
    def level(self) -> float:
        """What an expert's intercept in the user's units has beside its own."""
        return float(np.log(self.y_scale)) if self.log_link else self.y_mean

    def offset(self, X: np.ndarray) -> np.ndarray | None:
        """Return the log-exposures (n,) of rows of X, if there are exposures."""
        return None if self.exposure is None else np.log(X[:, self.exposure])

    def with_robust_outcome(self, y: np.ndarray, weights: np.ndarray) -> Scaling:
        """Return the same scaling with the outcome's unit from its median and robust spread.

        Heavy tails need it: one far row would stretch the standard deviation, and with it the smallest
        residual variance that a group may have, past the spread of all other rows.
        """
        middle, spread = robust_scale(y, weights)
        return replace(self, y_mean=middle, y_scale=spread if spread > 0 else 1.0)

    def blocks(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> RowBlocks:
        """Return the rows in standardised units."""
        outcome = (y - self.y_mean) / self.y_scale
        return RowBlocks(self.experts.design(X), self.gate.design(X), outcome, weights, self.offset(X))


def weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the smallest of ``values`` (n,) that at least half of the weight (n,) doesn't exceed."""
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    place = int(np.searchsorted(below, below[-1] / 2))
    return float(values[order[min(place, len(order) - 1)]])


def robust_scale(values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Return the weighted median of ``values`` (n,) and their spread about it.

    The spread is the median absolute deviation, in units of a normal distribution's standard deviation
    (Hampel 1974, JASA 69, 383-393); the standard deviation, where more than half of the weight lies on one
    value; and 0 where all values are the same.
    """
    middle = weighted_median(values, weights)
    spread = _NORMAL * weighted_median(np.abs(values - middle), weights)
    mean = np.average(values, weights=weights)
    plain = float(np.sqrt(np.average((values - mean) ** 2, weights=weights)))
    return middle, spread if spread > _NEGLIGIBLE * plain else plain
