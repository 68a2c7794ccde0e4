"""Groups have no names of their own: match those of one fit to those of another."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment


def match_groups(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the order in which ``other``'s groups fit ``reference``'s best.

    Parameters
    ----------
    reference, other : ndarray of shape (n, K)
        Responsibilities of the same rows under two fits.

    Returns
    -------
    order : ndarray of shape (K,)
        ``other[:, order]`` shares the most responsibility with ``reference``, column by column.
    """
    return linear_sum_assignment(-(reference.T @ other))[1]
