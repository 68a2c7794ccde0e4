"""Slices: who is failed, found by a shallow tree on half of the held-out errors, scored on the other.

A tree that looks for large errors finds some in any table. Its leaves are therefore only candidates: the rows
that they were found on say nothing about them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from rome.groups.groupings import Grouped
from rome.groups.rules import MAX_DEPTH, Attribute, Box, Leaves, conditions, grow, inside
from rome.results.description import Condition
from rome.stats.means import standard_error
from rome.stats.sizes import effective_rows

#: Standard errors by which the mean losses of two leaves of one split differ where they are kept apart: one
#: above everybody's loss from one below it, and two that are both above. The split was chosen among many, so
#: that neither is a proof: the other half has to confirm a slice.
_APART, _BOTH_ABOVE = 2.0, 3.0


@dataclass(frozen=True)
class Slices:
    """The leaves of a tree on losses: disjoint boxes of a description's matrix.

    ``losses`` are the mean losses of the rows that they were found on, and ``everybody`` that of all of them.
    """

    boxes: tuple[Box, ...]
    attributes: tuple[Attribute, ...]
    losses: tuple[float, ...]
    everybody: float

    def leaf(self, values: np.ndarray) -> np.ndarray:
        """Return the number of the leaf that each row of a description's matrix (n, p) lies in, (n,).

        A row that lacks a value that the rules ask for lies in none, −1.
        """
        found = np.full(len(values), -1)
        for number, box in enumerate(self.boxes):
            found[inside(box, values, self.attributes)] = number
        return found

    @property
    def candidates(self) -> list[int]:
        """The leaves whose loss was above everybody's where they were found."""
        return [number for number, loss in enumerate(self.losses) if loss > self.everybody]

    def candidate_groups(self, values: np.ndarray) -> Grouped:
        """Return which rows (n, p) lie in each candidate."""
        leaf = self.leaf(values)
        names = tuple(f"slice {number + 1}" for number in range(len(self.candidates)))
        return Grouped(names, (leaf[:, None] == np.array(self.candidates, dtype=int)).astype(float))

    def candidate_conditions(self) -> list[tuple[Condition, ...]]:
        """Return what makes each candidate, in the table's own columns, units and levels."""
        return [conditions(self.boxes[number], self.attributes) for number in self.candidates]


def find_slices(
    values: np.ndarray,
    attributes: Sequence[Attribute],
    losses: np.ndarray,
    weights: np.ndarray,
    min_group_size: int,
) -> Slices:
    """Part rows by their losses.

    Parameters
    ----------
    values : ndarray of shape (n, p)
        The description's matrix, as ``attributes`` explain it.
    attributes : sequence of p Attribute
    losses, weights : ndarray of shape (n,)
    min_group_size : int
        Fewest rows of a leaf, as ``rome.stats.sizes`` counts them.
    """
    everybody = float(np.average(losses, weights=weights))
    # With uneven weights more rows are needed to speak as loudly.
    fewest = ceil(min_group_size * len(weights) / float(effective_rows(weights)))
    if len(values) < 2 * fewest or not values.shape[1] or not losses.max() > 0:
        return Slices(({},), tuple(attributes), (everybody,), everybody)
    tree, chosen = grow(values, losses / losses.max(), weights, min_samples_leaf=fewest)
    leaves = Leaves(tree.tree_, chosen, attributes, range(len(attributes)))

    def parts(node: int, depth: int, box: Box) -> list[Box]:
        """Return the boxes below a node; two alike that make up their parent are the parent."""
        if leaves.is_leaf(node, depth):
            return [box]
        below = [parts(child, depth - 1, part) for child, part in leaves.children(node, box)]
        if all(len(side) == 1 for side in below):
            one, other = (inside(side[0], values, attributes) for side in below)
            if not _are_apart(losses, weights, one, other, everybody):
                return [box]
        return [found for side in below for found in side]

    boxes = leaves.tidied(parts(0, MAX_DEPTH, {}))
    means = [_mean(losses, weights, inside(box, values, attributes)) for box in boxes]
    return Slices(boxes, tuple(attributes), tuple(means), everybody)


def _mean(losses: np.ndarray, weights: np.ndarray, rows: np.ndarray) -> float:
    return float(np.average(losses[rows], weights=weights[rows])) if rows.any() else float("nan")


def _are_apart(
    losses: np.ndarray, weights: np.ndarray, one: np.ndarray, other: np.ndarray, everybody: float
) -> bool:
    """Whether two leaves tell more than the both of them as one."""
    if min(one.sum(), other.sum()) < 2:
        return False
    means = [_mean(losses, weights, rows) for rows in (one, other)]
    if max(means) <= everybody:
        return False
    error = np.hypot(*(standard_error(losses[rows], weights[rows]) for rows in (one, other)))
    asked = _BOTH_ABOVE if min(means) > everybody else _APART
    return bool(abs(means[0] - means[1]) > asked * error)
