"""How large a latent group is among all people like those in the table: a share with its interval."""

from __future__ import annotations

import numpy as np

from rome.stats.estimate import Estimate
from rome.stats.shares import logit_interval, mean_error


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
