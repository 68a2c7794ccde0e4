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

    def rows(self, row_weights: np.ndarray) -> np.ndarray:
        """Return how many rows speak for each group, (G,).

        The size; less where a few rows have most of the case weight (n,), by Kish's effective number.
        """
        weighted = self.weights * row_weights[:, None]
        total, squares = weighted.sum(axis=0), (weighted**2).sum(axis=0)
        effective = np.divide(total**2, squares, out=np.zeros_like(squares), where=squares > 0)
        return np.minimum(self.sizes, effective)

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
    columns: Mapping[str, pd.Series], is_train: np.ndarray, min_group_size: int, fixed: bool
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
    for name, values in columns.items():
        values = values.reset_index(drop=True)
        level = ColumnCells.fit(name, values[is_train]).label(values)
        finer = level if labels is None else np.char.add(np.char.add(labels, " · "), level)
        if labels is None or fixed or _can_be_crossed(finer, is_train, min_group_size):
            labels = finer
            crossed.append(name)
        if fixed:
            _require_few_cells(labels, crossed)
    if labels is None:
        labels = np.full(len(is_train), "everybody")
    return labels, tuple(crossed)


def _can_be_crossed(labels: np.ndarray, is_train: np.ndarray, min_group_size: int) -> bool:
    """Whether the cells are few, and most held-out rows lie in large enough ones."""
    held_out = labels[~is_train]
    counts = np.unique(held_out, return_counts=True)[1]
    covered = counts[counts >= min_group_size].sum() / max(len(held_out), 1)
    return covered >= _COVERED and len(np.unique(labels)) <= MOST_CELLS


def _require_few_cells(labels: np.ndarray, crossed: Sequence[str]) -> None:
    cells = len(np.unique(labels))
    if cells > MOST_CELLS:
        names = ", ".join(f'"{name}"' for name in crossed)
        raise SettingError(
            f"The observed columns {names} make {cells:,} groups when crossed; at most {MOST_CELLS} can be "
            "scored and read. Name fewer columns."
        )
