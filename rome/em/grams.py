"""Weighted cross-products of columns, for several weightings at once: by numpy, or compiled for many rows.

The compiled ones take about half the time of the matrix product: rows are taken in tiles that stay in the
first-level cache, four weightings at a time, and each product x_a x_b is formed once for all four and once
for both triangles. They load numba and compile for about a second the first time on a machine, so only fits
of many rows use them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

#: Takes columns (p, m) and weights (q, m); returns Σ_i w_qi c_i c_i', (q, p, p).
Grams = Callable[[np.ndarray, np.ndarray], np.ndarray]
#: Rows of a fit from which the compiled products pay for loading them.
COMPILED_FROM = 2048
#: Rows of a tile: twenty columns of it fit the first-level cache.
_TILE_ROWS = 256
#: Weightings whose sums are held in registers together.
_TOGETHER = 4
#: Sums may be taken in any order (that is what wide registers do); nothing else is relaxed.
_OPTIONS = {"fastmath": {"reassoc", "contract", "nsz"}, "error_model": "numpy"}


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
    return weighted_grams if n_rows < COMPILED_FROM else compiled_grams


def compiled_grams(columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return what ``weighted_grams`` returns, up to rounding; same parameters."""
    write_four, sums = _compiled(), np.empty((len(weights), len(columns), len(columns)))
    for first in range(0, len(weights), _TOGETHER):
        write_four(columns, weights, first, sums)
    return sums


@cache
def _compiled() -> Callable[..., None]:
    import numba

    try:
        return numba.njit(cache=True, **_OPTIONS)(_write_four)
    except RuntimeError:
        # No folder for compiled code can be written to: then it is compiled anew in every process.
        return numba.njit(**_OPTIONS)(_write_four)


def _write_four(columns, weights, first, out):
    """Write Σ_i w_qi c_i c_i' of at most four weightings from ``first`` on to ``out`` (q, p, p)."""
    width, rows = columns.shape
    count = min(_TOGETHER, len(weights) - first)
    tile = np.empty((width, _TILE_ROWS))
    held = np.zeros((_TOGETHER, _TILE_ROWS))
    sums = np.zeros((_TOGETHER, width, width))
    for start in range(0, rows, _TILE_ROWS):
        length = min(_TILE_ROWS, rows - start)
        # A copy of the tile is contiguous, which the compiler needs to know to use wide registers.
        for a in range(width):
            for i in range(length):
                tile[a, i] = columns[a, start + i]
        for q in range(count):
            for i in range(length):
                held[q, i] = weights[first + q, start + i]
        w0, w1, w2, w3 = held[0], held[1], held[2], held[3]
        for a in range(width):
            left = tile[a]
            for b in range(a + 1):
                right = tile[b]
                s0 = s1 = s2 = s3 = 0.0
                for i in range(length):
                    product = left[i] * right[i]
                    s0 += product * w0[i]
                    s1 += product * w1[i]
                    s2 += product * w2[i]
                    s3 += product * w3[i]
                sums[0, a, b] += s0
                sums[1, a, b] += s1
                sums[2, a, b] += s2
                sums[3, a, b] += s3
    for q in range(count):
        for a in range(width):
            for b in range(a + 1):
                out[first + q, a, b] = sums[q, a, b]
                out[first + q, b, a] = sums[q, a, b]
