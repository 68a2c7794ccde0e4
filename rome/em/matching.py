"""In which order the groups come: by size, or as in another fit, for they have no names of their own."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from rome.em.sufficient_statistics import Parameters


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


def sorted_by_share(parameters: Parameters, counts: np.ndarray) -> Parameters:
    """Return the groups in decreasing order of size, ties by intercept, with the last as reference."""
    shares = np.round(counts / counts.sum(), 9)
    return in_order(parameters, np.lexsort((parameters.beta[:, 0], -shares)))


def in_order(parameters: Parameters, order: np.ndarray) -> Parameters:
    """Return the groups in ``order`` (K,), with the last as the gate's reference."""
    gamma = parameters.gamma[order]
    df = None if parameters.df is None else parameters.df[order]
    return Parameters(parameters.beta[order], parameters.sigma2[order], gamma - gamma[-1], df)
