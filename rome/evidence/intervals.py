"""Intervals of a mean over rows."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from rome.verdict import Estimate


def standard_error(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the standard error of the weighted mean of independent row values (n,)."""
    share = weights / weights.sum()
    correction = 1 / max(1 - float((share**2).sum()), np.finfo(float).tiny)
    return float(np.sqrt(correction * (share**2 @ (values - share @ values) ** 2)))


def mean_interval(values: np.ndarray, weights: np.ndarray, confidence: float = 0.95) -> Estimate:
    """Return the weighted mean of independent row values (n,) with its normal interval."""
    mean = float(np.average(values, weights=weights))
    reach = float(norm.ppf((1 + confidence) / 2)) * standard_error(values, weights)
    return Estimate(mean, mean - reach, mean + reach)
