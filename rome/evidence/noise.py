"""Noise of any shape that three normals can take: heavy tails, skewness, or both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

_ITERATIONS, _TOLERANCE = 200, 1e-5
_SMALLEST_VARIANCE = 1e-4
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


def fit_noise(values: np.ndarray, weights: np.ndarray) -> FreeNoise:
    """Fit three normals to standardised ``values`` (n,) with case weights (n,), best of three starts."""
    share = weights / weights.sum()
    fits = [_run(values, share, FreeNoise(*map(np.array, start))) for start in _STARTS]
    return max(fits, key=lambda fit: fit[0])[1]


def _run(values: np.ndarray, share: np.ndarray, noise: FreeNoise) -> tuple[float, FreeNoise]:
    reached = -np.inf
    for _ in range(_ITERATIONS):
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
