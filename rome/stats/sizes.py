"""How many rows speak for a number, and the one rule, for every room, of when a group is too small."""

from __future__ import annotations

import numpy as np

#: Sums of responsibilities and weights carry rounding errors: a size this share below the least still counts.
_ROUNDING = 1e-9


def effective_rows(weights: np.ndarray) -> np.ndarray:
    """Return how many equally weighted rows a weighted mean is as sure with: Kish's (Σw)²/Σw².

    Parameters
    ----------
    weights : ndarray of shape (n,) or (n, G)
        Weights of the rows, or of the rows in each of G groups; only their proportions count.

    Returns
    -------
    ndarray of shape () or (G,)
        At most the number of rows with weight; 0 where none has any.

    References
    ----------
    Kish (1965), Survey Sampling, section 11.2.
    """
    total, squares = weights.sum(axis=0), (weights**2).sum(axis=0)
    return np.divide(total**2, squares, out=np.zeros_like(squares), where=squares > 0)


def rows_that_speak(weights: np.ndarray, membership: np.ndarray | None = None) -> np.ndarray:
    """Return how many rows speak for each group: (Σ m w)² / Σ m w², for rows that belong with probability m.

    Parameters
    ----------
    weights : ndarray of shape (n,)
        Case weights.
    membership : ndarray of shape (n, G) or None
        How far each row belongs to each group, in [0, 1]; ``None``: all rows are one group.

    Returns
    -------
    ndarray of shape () or (G,)
        With equal weights the sum of memberships, so that many rows that belong a little add up to few:
        responsibilities of .1 in 100 rows are 10 rows. With rows wholly in or out, Kish's number of those
        in. Never more than either, since Σ m w² is at least Σ (m w)² and (Σ m w)² at most Σ m · Σ m w².
    """
    if membership is None:
        return effective_rows(weights)
    total, squares = weights @ membership, weights**2 @ membership
    return np.divide(total**2, squares, out=np.zeros_like(squares), where=squares > 0)


def too_small(weights: np.ndarray, fewest: float, membership: np.ndarray | None = None) -> np.ndarray:
    """Return whether fewer than ``fewest`` rows speak for each group, bool (G,) or (), as ``rows_that_speak``
    counts them.

    One heavy row doesn't make a group large: where it holds nearly all the case weight, the group's numbers
    are that row's.
    """
    return rows_that_speak(weights, membership) < fewest * (1 - _ROUNDING)
