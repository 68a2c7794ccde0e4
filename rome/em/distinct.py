"""Equal rows counted once, in an order of their own: there a weight and a repetition are one thing."""

from __future__ import annotations

import numpy as np

from rome.em.sufficient_statistics import RowBlocks


def distinct_rows(blocks: RowBlocks) -> RowBlocks:
    """Return the distinct rows of ``blocks`` in ascending order, each with the weight of all its copies.

    Starts draw labels row by row. On these rows a table gives the same starts, and so the same fit, in
    whatever order its rows come, and whether a row has weight 2 or stands there twice.
    """
    order = np.argsort(blocks.y, kind="stable")
    tied = np.diff(blocks.y[order]) == 0
    if not tied.any():
        return _taken(blocks, order, blocks.weights[order])
    columns = np.vstack([blocks.gate.T[1:], blocks.experts.T[1:], blocks.y])
    order = np.lexsort(columns)
    columns = columns[:, order]
    first = np.concatenate([[True], (columns[:, 1:] != columns[:, :-1]).any(axis=0)])
    weights = np.add.reduceat(blocks.weights[order], np.flatnonzero(first))
    return _taken(blocks, order[first], weights)


def _taken(blocks: RowBlocks, rows: np.ndarray, weights: np.ndarray) -> RowBlocks:
    # Columns stay whole in memory, as the sums over rows want them.
    return RowBlocks(blocks.experts.T[:, rows].T, blocks.gate.T[:, rows].T, blocks.y[rows], weights)
