"""How sure a share is: Wilson's interval for rows that are in or out, a logit one for mean memberships. And
how much of a group is one value."""

from __future__ import annotations

from math import exp, isfinite, log, nan, sqrt
from statistics import NormalDist

import numpy as np

from rome.stats.estimate import Estimate

#: Share of a group's mass on one value of the outcome from which the group is only that value.
ONE_VALUE = 0.8


def wilson(share: float, rows: float, confidence: float) -> tuple[float, float]:
    """Return the ends of Wilson's (1927) interval of a share of ``rows`` rows.

    Parameters
    ----------
    share : float in [0, 1]
    rows : float
        Above 0; the effective number where rows have case weights (Kish 1965).
    confidence : float
    """
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    centre = (share + z**2 / (2 * rows)) / (1 + z**2 / rows)
    reach = z * sqrt(share * (1 - share) / rows + z**2 / (4 * rows**2)) / (1 + z**2 / rows)
    # Rounding may leave a share of 0 or 1 a hair outside.
    return max(0.0, min(centre - reach, share)), min(1.0, max(centre + reach, share))


def mean_error(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the standard error of a weighted mean: √(Σ w²(v − v̄)²/(Σ w)² · n/(n − 1)).

    Parameters
    ----------
    values : ndarray of shape (n,) or (n, K)
    weights : ndarray of shape (n,)
        Case weights; n counts those above 0. NaN where that is fewer than two.

    Returns
    -------
    ndarray of shape () or (K,)
    """
    n, total = int((weights > 0).sum()), weights.sum()
    if n < 2:
        return np.full(values.shape[1:], nan)
    gap = values - weights @ values / total
    return np.sqrt(weights**2 @ gap**2 * n / (n - 1)) / total


def logit_interval(share: float, error: float, confidence: float) -> tuple[float, float]:
    """Return the ends of an interval that is normal on the logit scale, and so inside (0, 1).

    NaN for a share of 0 or 1, and where the standard error ``error`` is 0 or not known.
    """
    if not 0 < share < 1 or not isfinite(error) or error == 0:
        return nan, nan
    reach = NormalDist().inv_cdf(0.5 + confidence / 2) * error / (share * (1 - share))
    centre = log(share / (1 - share))
    low, high = (1 / (1 + exp(-min(max(centre + end, -700.0), 700.0))) for end in (-reach, reach))
    return low, high


def share_interval(share: float, belonging: np.ndarray, weights: np.ndarray, confidence: float) -> Estimate:
    """Return ``share``, the weighted mean of ``belonging`` (n,), with its interval.

    The variance is that of a weighted mean, Σ w²(r − r̄)²/(Σ w)² with n/(n − 1), and the interval is normal on
    the logit scale, so that it stays inside (0, 1). The fitted groups are taken as they are. There is no
    interval for a share of 0 or 1, or from fewer than two rows.

    Parameters
    ----------
    share : float
    belonging : ndarray of shape (n,)
        How likely each row belongs, in [0, 1].
    weights : ndarray of shape (n,)
        Case weights.
    confidence : float
    """
    low, high = logit_interval(share, float(mean_error(belonging, weights)), confidence)
    return Estimate(share, low, high)


def largest_value(values: np.ndarray, mass: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the value that holds most of each group, (K,), and its share of the group, (K,).

    Parameters
    ----------
    values : ndarray of shape (n,)
    mass : ndarray of shape (n, K)
        How far each row belongs to each group, times its case weight.

    Returns
    -------
    (ndarray, ndarray)
        An empty group has a share of 0.
    """
    distinct, where = np.unique(values, return_inverse=True)
    by_value = np.column_stack([np.bincount(where, weights=group) for group in mass.T])
    most, groups = by_value.argmax(axis=0), np.arange(mass.shape[1])
    total = mass.sum(axis=0)
    share = np.divide(by_value[most, groups], total, out=np.zeros_like(total), where=total > 0)
    return distinct[most], share


def one_value_only(values: np.ndarray, mass: np.ndarray) -> np.ndarray:
    """Return whether each group is hardly more than one value of the outcome, bool (K,): no group of people,
    whatever it gains, for a density on one value has no bound."""
    return largest_value(values, mass)[1] > ONE_VALUE
