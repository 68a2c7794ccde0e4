"""How large a latent group is among all people like those in the table: a share with its interval."""

from __future__ import annotations

from math import exp, isfinite, log
from statistics import NormalDist

import numpy as np

from rome.results import Estimate


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
    n, total = int((weights > 0).sum()), float(weights.sum())
    none = Estimate(share, float("nan"), float("nan"))
    if n < 2 or not 0 < share < 1:
        return none
    mean = float(weights @ belonging) / total
    variance = float(weights**2 @ (belonging - mean) ** 2) / total**2 * n / (n - 1)
    reach = NormalDist().inv_cdf(0.5 + confidence / 2) * variance**0.5 / (share * (1 - share))
    if not isfinite(reach) or reach == 0:
        return none
    centre = log(share / (1 - share))
    low, high = (1 / (1 + exp(-min(max(centre + end, -700.0), 700.0))) for end in (-reach, reach))
    return Estimate(share, low, high)
