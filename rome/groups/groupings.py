"""Three ways to say who belongs together: latent, predicted and observed.

A grouping is a matrix of row weights. ``latent`` spreads a row over the groups by its responsibilities,
which estimates E[loss | z = k]; the other two give each row to one group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

#: A numeric column with at most this many values is grouped by value, not cut.
_FEW_VALUES = 4
#: A text column keeps this many levels; the rest are pooled.
_MOST_LEVELS = 8
#: Share of the scored rows that must lie in cells of sufficient size for a column to be crossed in.
_COVERED = 0.8


@dataclass(frozen=True)
class Grouped:
    """Names of G groups and the weight of every row in each of them, (n, G)."""

    names: tuple[str, ...]
    weights: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        """Σ weights of each group, (G,)."""
        return self.weights.sum(axis=0)

    @property
    def effective_sizes(self) -> np.ndarray:
        """Kish's effective number of rows of each group, (G,); the size itself for a hard grouping."""
        squares = (self.weights**2).sum(axis=0)
        return np.divide(self.sizes**2, squares, out=np.zeros_like(squares), where=squares > 0)

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

    Numeric columns are cut at the median of the training rows. Columns are crossed in the order given;
    unless ``fixed``, one that would leave too many held-out rows in cells under ``min_group_size`` is not.

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
    """
    labels: np.ndarray | None = None
    crossed: list[str] = []
    for name, values in columns.items():
        level = _levels(name, values, is_train)
        finer = level if labels is None else np.char.add(np.char.add(labels, " · "), level)
        if labels is None or fixed or _covered(finer[~is_train], min_group_size) >= _COVERED:
            labels = finer
            crossed.append(name)
    if labels is None:
        labels = np.full(len(is_train), "everybody")
    return labels, tuple(crossed)


def _covered(labels: np.ndarray, min_group_size: int) -> float:
    counts = np.unique(labels, return_counts=True)[1]
    return float(counts[counts >= min_group_size].sum() / max(len(labels), 1))


def _levels(name: str, values: pd.Series, is_train: np.ndarray) -> np.ndarray:
    """Return the readable level of one column for every row, (n,) of str."""
    values = values.reset_index(drop=True)
    missing = values.isna().to_numpy()
    train = values[is_train & ~missing]
    if pd.api.types.is_numeric_dtype(values) and train.nunique() > _FEW_VALUES:
        cut = float(train.median())
        above = (values.to_numpy(dtype=float, na_value=np.nan) > cut) & ~missing
        level = np.where(above, f"{name} > {cut:.4g}", f"{name} ≤ {cut:.4g}")
    else:
        text = values.map(_plain, na_action="ignore").astype(object)
        kept = set(text[is_train].value_counts().index[:_MOST_LEVELS])
        level = np.array([f"{name} = {value}" if value in kept else f"{name}: other" for value in text])
    return np.where(missing, f"{name} missing", level).astype(str)


def _plain(value: object) -> str:
    """Write 1.0 as 1; leave everything else as it reads."""
    return f"{value:g}" if isinstance(value, float) else str(value)
