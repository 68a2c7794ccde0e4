"""Intervals of a mean over rows."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from rome.stats.estimate import Estimate


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


def repeated_mean_interval(values: np.ndarray, weights: np.ndarray, confidence: float) -> Estimate:
    """Return the weighted mean of row values that were scored in several splits, with its normal interval.

    Parameters
    ----------
    values : ndarray of shape (R, n)
        Values of the rows in each split; a row counts with its mean.
    weights : ndarray of shape (n,)
    confidence : float

    Notes
    -----
    The error of the mean over rows takes the fits as given; the variance of the split means over R is added
    to its square for what another way to split, and so other fits, would have moved.
    """
    by_split = values @ weights / weights.sum()
    between = float(by_split.var(ddof=1)) / len(values) if len(values) > 1 else 0.0
    error = float(np.hypot(standard_error(values.mean(axis=0), weights), np.sqrt(between)))
    mean, reach = float(by_split.mean()), float(norm.ppf((1 + confidence) / 2)) * error
    return Estimate(mean, mean - reach, mean + reach)
