"""Bootstrap over held-out rows: the fitted models stay, the rows are drawn again.

Resamples are shared by every model and grouping, so that differences are paired. The intervals answer
"how would these numbers vary with other rows", not "with another training sample".

The difference of two models' worst groups takes both maxima in every resample: most of what is too large in
either cancels. A worst group's own error has the interval of ``Resampling.largest``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rome.stats.estimate import Estimate

_CHUNK_CELLS = 4_000_000
_FEWEST_RESAMPLES = 200
_MOST_CELLS = 60_000_000
#: Beyond it, the exponential overflows.
_LARGEST_LOG = 700.0
#: Share of the resamples that must give a value before an interval or a p-value is given.
_FEWEST_USABLE = 0.9


@dataclass(frozen=True)
class Resampling:
    """How held-out rows are drawn again: ``n_resamples`` times with replacement, by one generator's seed."""

    n_rows: int
    n_resamples: int
    seed: int
    confidence: float = 0.95

    @classmethod
    def within_budget(cls, n_rows: int, n_resamples: int, seed: int, confidence: float) -> Resampling:
        """Return a resampling that draws at most 60 million rows, but at least 200 times (or as asked)."""
        affordable = max(_FEWEST_RESAMPLES, _MOST_CELLS // max(n_rows, 1))
        return cls(n_rows, min(n_resamples, affordable), seed, confidence)

    def counts(self) -> Iterator[np.ndarray]:
        """Yield how often each row was drawn, in chunks of shape (m, n_rows); the same at every call."""
        rng = np.random.default_rng(self.seed)
        size = max(1, _CHUNK_CELLS // self.n_rows)
        for start in range(0, self.n_resamples, size):
            m = min(size, self.n_resamples - start)
            drawn = rng.integers(0, self.n_rows, (m, self.n_rows))
            drawn += np.arange(m)[:, None] * self.n_rows
            yield np.bincount(drawn.ravel(), minlength=m * self.n_rows).reshape(m, -1).astype(float)

    def estimate(self, value: float, resampled: np.ndarray) -> Estimate:
        """Return ``value`` with the percentile interval of its resampled values (B,)."""
        low, high = self.limits(resampled)
        return Estimate(float(value), low, high)

    def limits(self, resampled: np.ndarray) -> tuple[float, float]:
        """Return the percentile limits of (B,) values; NaN where too few resamples give a value."""
        usable = _usable(resampled)
        if usable is None:
            return np.nan, np.nan
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(usable, [tail, 1 - tail])
        return float(low), float(high)

    def estimates_together(self, values: np.ndarray, resampled: np.ndarray) -> list[Estimate]:
        """Return G numbers above 0 with intervals that all hold together, whichever is picked from them.

        Parameters
        ----------
        values : ndarray of shape (G,)
        resampled : ndarray of shape (B, G)

        Notes
        -----
        On the log scale, v ± c s: s is the standard deviation of a number's resamples, and c the quantile of
        the largest |v* − v| / s among the numbers, their "max-t" (Hothorn, Bretz & Westfall 2008) by
        resampling.
        """
        logs, errors, standardised = _on_log_scale(values, resampled)
        reach = errors * np.quantile(np.abs(standardised).max(axis=1, initial=0.0), self.confidence)
        low, high = np.exp(logs - reach), np.exp(np.minimum(logs + reach, _LARGEST_LOG))
        return [Estimate(*map(float, each)) for each in zip(values, low, high, strict=True)]

    def largest(self, values: np.ndarray, resampled: np.ndarray) -> Estimate:
        """Return the largest of G numbers above 0 with an interval of the largest true one.

        Parameters
        ----------
        values : ndarray of shape (G,)
        resampled : ndarray of shape (B, G)

        Notes
        -----
        The largest of noisy numbers is too large, and taking it again in every resample repeats that. This
        interval covers by construction: its lower end is the largest lower end of ``estimates_together``, all
        of which hold at once; its upper end is the largest of the numbers' own upper limits, among which is
        that of the truly largest.
        """
        largest = float(values.max())
        if largest == 0:
            return Estimate(0.0, 0.0, 0.0)
        lows = np.array([each.low for each in self.estimates_together(values, resampled)])
        highs = np.array([self.limits(each)[1] for each in resampled.T])
        lows, highs = lows[np.isfinite(lows)], highs[np.isfinite(highs)]
        if not (len(lows) and len(highs)):
            return Estimate(largest, np.nan, np.nan)
        return Estimate(largest, min(float(lows.max()), largest), max(float(highs.max()), largest))


def _on_log_scale(values: np.ndarray, resampled: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the logs of numbers (G,), their resamples' standard deviations (G,), and the standardised
    differences (B, G) of resamples from numbers.

    NaN logs and deviations, and differences of 0, stand for a number that has no logarithm in too many
    resamples.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        logs, again = np.log(values), np.log(resampled)
    finite = np.isfinite(again)
    known = np.isfinite(logs) & (finite.mean(axis=0) >= _FEWEST_USABLE)
    finite &= known
    count = np.maximum(finite.sum(axis=0), 1)
    gaps = np.where(finite, again - np.where(known, logs, 0.0), 0.0)
    centred = np.where(finite, gaps - gaps.sum(axis=0) / count, 0.0)
    errors = np.sqrt((centred**2).sum(axis=0) / count)
    standardised = np.divide(gaps, errors, out=np.zeros_like(gaps), where=errors > 0)
    return np.where(known, logs, np.nan), np.where(known, errors, np.nan), standardised


def _usable(resampled: np.ndarray) -> np.ndarray | None:
    """Return the finite values, or None where they are too few to speak for the rest."""
    usable = resampled[np.isfinite(resampled)]
    return usable if len(usable) >= _FEWEST_USABLE * len(resampled) else None


def two_sided_p(resampled: np.ndarray) -> float:
    """Return the bootstrap p-value of "no difference" from resampled differences (B,); NaN if too few."""
    usable = _usable(resampled)
    if usable is None:
        return np.nan
    below = (np.sum(usable <= 0) + 1) / (len(usable) + 1)
    above = (np.sum(usable >= 0) + 1) / (len(usable) + 1)
    return float(min(1.0, 2 * min(below, above)))


def group_sums(weights: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return Σ_i weights_ig columns_ic, shape (G, C)."""
    return weights.T @ columns


def resampled_group_sums(counts: np.ndarray, weights: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return the group sums of every resample in ``counts`` (m, n), shape (m, G, C)."""
    parts = []
    for weight in weights.T:
        rows = np.flatnonzero(weight)
        if len(rows) == len(weight):
            parts.append((counts * weight) @ columns)
        else:
            parts.append((counts[:, rows] * weight[rows]) @ columns[rows])
    return np.stack(parts, axis=1)
