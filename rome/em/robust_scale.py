"""The middle and the spread of an outcome that a few far rows don't move."""

from __future__ import annotations

import numpy as np

#: Standard deviations of a normal distribution in one median absolute deviation of it.
_NORMAL = 1.4826022185056018
#: Share of the standard deviation below which a robust spread is rounding.
_NEGLIGIBLE = 1e-9


def weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the smallest of ``values`` (n,) that at least half of the weight (n,) doesn't exceed."""
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    place = int(np.searchsorted(below, below[-1] / 2))
    return float(values[order[min(place, len(order) - 1)]])


def robust_spread(values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
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
