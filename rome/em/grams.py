"""Weighted cross-products of columns, for several weightings at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

#: Takes columns (p, m) and weights (q, m); returns Σ_i w_qi c_i c_i', (q, p, p).
Grams = Callable[[np.ndarray, np.ndarray], np.ndarray]
#: Rows of a fit from which the compiled products pay for loading them.
COMPILED_FROM = 4096


def weighted_grams(columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return Σ_i w_qi c_i c_i' for every row of weights, shape (q, p, p).

    Parameters
    ----------
    columns : ndarray of shape (p, m)
        Columns first: products then run along whole rows of memory.
    weights : ndarray of shape (q, m)
    """
    width, rows = columns.shape
    # One tall product for all weightings keeps the matrix routine busy where q small ones would not.
    tall = (weights[:, None, :] * columns).reshape(len(weights) * width, rows)
    return (tall @ columns.T).reshape(len(weights), width, width)


def grams_for(n_rows: int) -> Grams:
    """Return how a fit of ``n_rows`` forms its products. The number of rows alone decides, so that the same
    rows always give the same digits."""
    if n_rows < COMPILED_FROM:
        return weighted_grams
    from rome.em import compiled

    return compiled.weighted_grams
