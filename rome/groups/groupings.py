"""Three ways to say who belongs together: latent, predicted and observed.

A grouping is a matrix of row weights. ``latent`` spreads a row over the groups by its responsibilities,
which estimates E[loss | z = k]; the other two give each row to one group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rome.errors import SettingError
from rome.groups.cells import ColumnCells
from rome.stats.sizes import too_small

#: Share of the scored rows that must lie in cells of sufficient size for a column to be crossed in.
_COVERED = 0.8
#: More cells than this can neither be read nor be resampled.
MOST_CELLS = 200


@dataclass(frozen=True)
class Grouped:
    """Names of G groups and the weight of every row in each of them, (n, G)."""

    names: tuple[str, ...]
    weights: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        """Σ weights of each group, (G,)."""
        return self.weights.sum(axis=0)

    def too_small(self, row_weights: np.ndarray, fewest: float) -> np.ndarray:
        """Return which groups have too few rows to be ranked, (G,), given case weights (n,)."""
        return too_small(row_weights, fewest, self.weights)

    def take(self, rows: np.ndarray) -> Grouped:
        """Return the grouping of some rows (index or mask)."""
        return Grouped(self.names, self.weights[rows])


def latent(responsibilities: np.ndarray, names: Sequence[str]) -> Grouped:
    """Group by responsibilities (n, K); they use the outcome and are the same for every model compared."""
    return Grouped(tuple(names), np.asarray(responsibilities, dtype=float))


def predicted(membership: np.ndarray, names: Sequence[str]) -> Grouped:
    """Group by the likeliest group of the gate (n, K): what can be acted on before the outcome is known."""
    return Grouped(tuple(names), np.eye(len(names))[np.asarray(membership).argmax(axis=1)])


def from_labels(labels: np.ndarray) -> Grouped:
    """Group by labels (n,), in alphabetical order."""
    names, codes = np.unique(np.asarray(labels, dtype=str), return_inverse=True)
    return Grouped(tuple(str(name) for name in names), np.eye(len(names))[codes])


def observed(
    columns: Mapping[str, pd.Series],
    is_train: np.ndarray,
    min_group_size: int,
    fixed: bool,
    weights: np.ndarray | None = None,
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Label every row by its cell among crossed columns.

    Numeric columns are cut at the median of the training rows (below it, where nothing lies above).
    Columns are crossed in the order given; unless ``fixed``, one that would leave too many held-out rows in
    cells under ``min_group_size`` is not.

    Parameters
    ----------
    columns : mapping of str to Series of length n
    is_train : ndarray of bool, shape (n,)
    min_group_size : int
    fixed : bool
        Cross every column, whatever the cells' sizes (the user named them).
    weights : ndarray of shape (n,) or None
        Case weights; ``None`` counts every row once.

    Returns
    -------
    labels : ndarray of str, shape (n,)
    crossed : tuple of str
        The columns that were crossed.

    Raises
    ------
    SettingError
        ``fixed``, and the columns make more than 200 cells.
    """
    labels: np.ndarray | None = None
    crossed: list[str] = []
    each = np.ones(len(is_train)) if weights is None else weights
    for name, values in columns.items():
        values = values.reset_index(drop=True)
        level = ColumnCells.fit(name, values[is_train]).label(values)
        finer = level if labels is None else np.char.add(np.char.add(labels, " · "), level)
        if labels is None or fixed or _can_be_crossed(finer, is_train, min_group_size, each):
            labels = finer
            crossed.append(name)
        if fixed:
            _require_few_cells(labels, crossed)
    if labels is None:
        labels = np.full(len(is_train), "everybody")
    return labels, tuple(crossed)


def _can_be_crossed(
    labels: np.ndarray, is_train: np.ndarray, min_group_size: int, weights: np.ndarray
) -> bool:
    """Whether the cells are few, and most held-out rows lie in large enough ones."""
    if len(np.unique(labels)) > MOST_CELLS:
        return False
    codes = np.unique(labels[~is_train], return_inverse=True)[1]
    cells = np.split(weights[~is_train][np.argsort(codes)], np.cumsum(np.bincount(codes))[:-1])
    covered = sum(len(cell) for cell in cells if not too_small(cell, min_group_size))
    return covered / max(len(codes), 1) >= _COVERED


def _require_few_cells(labels: np.ndarray, crossed: Sequence[str]) -> None:
    cells = len(np.unique(labels))
    if cells > MOST_CELLS:
        names = ", ".join(f'"{name}"' for name in crossed)
        raise SettingError(
            f"The observed columns {names} make {cells:,} groups when crossed; at most {MOST_CELLS} can be "
            "scored and read. Name fewer columns."
        )
