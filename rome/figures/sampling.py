"""Which rows a map draws when it can't draw all of them: small groups whole, large ones thinned."""

from __future__ import annotations

import numpy as np


def quotas(counts: np.ndarray, limit: int) -> np.ndarray:
    """Return how many rows of each group to draw so that at most ``limit`` are drawn in all.

    Groups are served from the smallest: one that fits into its equal part of what is left is kept whole,
    and what it leaves over goes to the larger ones.

    Parameters
    ----------
    counts : ndarray of shape (G,)
        Rows in each group.
    limit : int
        Most rows in all; at least one row of each non-empty group is drawn while the limit allows.
    """
    counts = np.asarray(counts, dtype=int)
    drawn = np.zeros_like(counts)
    left, waiting = int(limit), int((counts > 0).sum())
    for group in np.argsort(counts, kind="stable"):
        if counts[group] == 0:
            continue
        drawn[group] = min(counts[group], left // waiting)
        left -= drawn[group]
        waiting -= 1
    return drawn


def sample(groups: np.ndarray, limit: int, generator: np.random.Generator, keep: np.ndarray) -> np.ndarray:
    """Return sorted positions of at most ``limit`` rows, thinned group by group.

    Parameters
    ----------
    groups : ndarray of shape (n,), int
        Group of every row.
    limit : int
        Most rows to draw.
    generator : numpy.random.Generator
        Decides which rows of a thinned group are drawn.
    keep : ndarray of shape (n,), bool
        Rows to draw first (a selection).
    """
    if len(groups) <= limit:
        return np.arange(len(groups))
    counts = np.bincount(groups)
    chosen = []
    for group, quota in enumerate(quotas(counts, limit)):
        members = np.flatnonzero(groups == group)
        shuffled = generator.permutation(members)
        first = np.concatenate([shuffled[keep[shuffled]], shuffled[~keep[shuffled]]])
        chosen.append(first[:quota])
    return np.sort(np.concatenate(chosen))
