"""Noise of any shape that three normals can take: heavy tails, skewness, or both; and a shape that drifts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

_ITERATIONS, _TOLERANCE = 200, 1e-5
#: Iterations after which the best start alone goes on.
_RACE = 15
_SMALLEST_VARIANCE = 1e-4
#: Rows for each knot of a drifting shape, and knots at most.
ROWS_A_KNOT, MOST_KNOTS = 100, 6
#: Shares, centres and spreads of the starts, in standard deviations: tails apart, then sides apart.
_STARTS = (
    ((0.6, 0.3, 0.1), (0.0, 0.0, 0.0), (0.5, 1.0, 2.5)),
    ((0.4, 0.4, 0.2), (-0.6, 0.2, 1.3), (0.4, 0.6, 1.2)),
    ((0.2, 0.4, 0.4), (-1.3, -0.2, 0.6), (1.2, 0.6, 0.4)),
)


@dataclass(frozen=True)
class FreeNoise:
    """A mixture of three normals; shares, centres and variances are (3,)."""

    shares: np.ndarray
    centres: np.ndarray
    variances: np.ndarray

    def logpdf(self, values: np.ndarray) -> np.ndarray:
        """Return the log-density of ``values`` (n,)."""
        return logsumexp(_joint(values, self), axis=0)


@dataclass(frozen=True)
class DriftingNoise:
    """Noise whose shape moves with a number, such as the prediction: between its knots, at even ranks of that
    number, shapes are mixed by distance. ``sorted_at`` (n,) are the numbers of the fitted rows."""

    sorted_at: np.ndarray
    shapes: tuple[FreeNoise, ...]

    def logpdf(self, values: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Return the log-density of ``values`` (n,) where the number is ``at`` (n,)."""
        shares = _nearness(self.sorted_at, at, len(self.shapes))
        densities = np.array([shape.logpdf(values) for shape in self.shapes])
        return logsumexp(densities, b=shares, axis=0)


def _nearness(sorted_at: np.ndarray, at: np.ndarray, n_knots: int) -> np.ndarray:
    """Return how far a row counts for each knot, (n_knots, n): a row between two counts for both in part."""
    rank = np.searchsorted(sorted_at, at) / len(sorted_at)
    place = np.clip(rank * n_knots - 0.5, 0, n_knots - 1)
    return np.clip(1 - np.abs(place - np.arange(n_knots)[:, None]), 0, 1)


def fit_drifting_noise(values: np.ndarray, at: np.ndarray, weights: np.ndarray) -> DriftingNoise:
    """Fit noise whose shape moves with ``at`` (n,) to standardised ``values`` (n,) with case weights (n,)."""
    n_knots = int(np.clip(len(values) // ROWS_A_KNOT, 2, MOST_KNOTS))
    sorted_at = np.sort(at)
    shapes = []
    for share in _nearness(sorted_at, at, n_knots):
        near = share > 0
        shapes.append(fit_noise(values[near], (weights * share)[near]))
    return DriftingNoise(sorted_at, tuple(shapes))


def fit_noise(values: np.ndarray, weights: np.ndarray) -> FreeNoise:
    """Fit three normals to standardised ``values`` (n,) with case weights (n,), best of three starts."""
    share = weights / weights.sum()
    fits = [_run(values, share, FreeNoise(*map(np.array, start)), _RACE) for start in _STARTS]
    return _run(values, share, max(fits, key=lambda fit: fit[0])[1], _ITERATIONS)[1]


def _run(values: np.ndarray, share: np.ndarray, noise: FreeNoise, iterations: int) -> tuple[float, FreeNoise]:
    reached = -np.inf
    for _ in range(iterations):
        joint = _joint(values, noise)
        top = joint.max(axis=0)
        parts = np.exp(joint - top)
        total = parts.sum(axis=0)
        now = float(share @ (top + np.log(total)))
        if now - reached < _TOLERANCE:
            break
        reached = now
        noise = _maximised(values, parts * (share / total))
    return reached, noise


def _maximised(values: np.ndarray, mass: np.ndarray) -> FreeNoise:
    shares = mass.sum(axis=1) + 1e-12
    centres = (mass @ values) / shares
    variances = (mass @ values**2) / shares - centres**2
    return FreeNoise(shares / shares.sum(), centres, np.maximum(variances, _SMALLEST_VARIANCE))


def _joint(values: np.ndarray, noise: FreeNoise) -> np.ndarray:
    spread = np.sqrt(noise.variances)[:, None]
    standard = (values - noise.centres[:, None]) / spread
    return np.log(noise.shares / np.sqrt(2 * np.pi))[:, None] - np.log(spread) - 0.5 * standard**2
