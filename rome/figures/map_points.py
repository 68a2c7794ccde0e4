"""Which rows a map draws, where they lie, and which group each is shown in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rome.figures.paint import Paint
from rome.results import StudyResult
from rome.runtime.random import stream

Colour = Literal["predicted", "posterior", "doubt", "observed"]


@dataclass(frozen=True)
class Points:
    """What a map draws: row positions, their coordinates, and the group that each is shown in."""

    position: np.ndarray  # (m,) into the rows of the result
    xy: np.ndarray  # (m, 2)
    group: np.ndarray  # (m,) index into names
    names: tuple[str, ...]
    totals: np.ndarray  # rows of each group before sampling
    unplaced: int
    shade: np.ndarray | None = None  # (m,) what a scale colours; NaN stays grey


def _assigned(result: StudyResult, colour: Colour) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return each row's group index and the groups' names."""
    if colour == "observed":
        names, codes = np.unique(np.asarray(result.rows.observed_group, dtype=str), return_inverse=True)
        order = np.argsort(-np.bincount(codes), kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        return place[codes], tuple(str(name) for name in names[order])
    rows = result.rows
    group = rows.posterior_group if colour == "posterior" else rows.predicted_group
    return group, tuple(summary.name for summary in result.groups)


def place_points(
    result: StudyResult,
    xy: np.ndarray,
    colour: Colour,
    chosen: frozenset[int] | None,
    limit: int,
    paint: Paint | None = None,
) -> Points:
    """Return at most ``limit`` rows with a place in ``xy`` (n, 2): small groups whole, ``chosen`` first."""
    levelled = paint is not None and bool(paint.names)
    group, names = (paint.values, paint.names) if levelled else _assigned(result, colour)
    totals = np.bincount(group, minlength=len(names))
    placed = np.flatnonzero(np.isfinite(xy).all(axis=1))
    keep = np.isin(np.asarray(result.rows.row)[placed], list(chosen or ()))
    drawn = sample(group[placed], limit, stream(result.settings.random_state, "map"), keep)
    position = placed[drawn]
    shade = None if paint is None or levelled else paint.values[position]
    return Points(position, xy[position], group[position], names, totals, len(xy) - len(placed), shade)


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
