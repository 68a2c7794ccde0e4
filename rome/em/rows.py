"""Rows in the user's units, wherever they live: what a fit asks of them.

A fit needs four things of its rows: their weighted moments (to standardise), a sum of some function over all
of them (an iteration), a few of them at hand (the race of the starts, the robust proportions), and the names
of their columns. Whoever gives these four can be fitted: arrays here, files in :mod:`rome.em.parquet_rows`,
other machines in :mod:`rome.em.cluster_rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from operator import add
from typing import Any, Protocol, TypeVar

import numpy as np
from sklearn.utils.validation import _check_sample_weight, check_X_y

from rome.em.scaling import Moments, Scaling
from rome.em.sufficient_statistics import BLOCK_ROWS, Block, RowBlocks

#: X (m, p), y (m,) and weights (m,) of some rows; rows without weight are left out.
Chunk = tuple[np.ndarray, np.ndarray, np.ndarray]
#: What can be added up over rows.
Sum = TypeVar("Sum")


class Rows(Protocol):
    """Rows with weight, in a fixed order, that can be walked any number of times."""

    names: tuple[str, ...] | None
    n_features: int
    in_memory: bool

    def moments(self) -> Moments:
        """Return the weighted moments of all rows."""

    def add_up(self, function: Callable[[Chunk], Sum]) -> Sum:
        """Return the sum of ``function`` over chunks that hold every row once."""

    def chunks(self) -> Iterator[Chunk]:
        """Walk the rows in order."""

    def take(self, positions: np.ndarray | None) -> Chunk:
        """Return the rows at ascending positions, or all."""


class ArrayRows:
    """Rows in memory.

    Parameters
    ----------
    X : array-like or DataFrame of shape (n_samples, n_features)
        Expert and gate columns together, numeric and finite.
    y : array-like of shape (n_samples,)
        Outcome, in its own units.
    sample_weight : array-like of shape (n_samples,) or None
        A weight of 2 counts a row twice; rows of weight 0 are left out.
    """

    in_memory = True

    def __init__(self, X, y, sample_weight=None) -> None:
        labels = getattr(X, "columns", None)
        named = labels is not None and all(isinstance(label, str) for label in labels)
        self.names = tuple(labels) if named else None
        X, y = check_X_y(X, y, dtype=np.float64, y_numeric=True)
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        self._keep(X, np.asarray(y, dtype=np.float64), weights)

    @classmethod
    def checked(cls, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> ArrayRows:
        """Return rows that scikit-learn's validation has seen: float64 arrays (n, p), (n,) and (n,)."""
        rows = cls.__new__(cls)
        rows.names = None
        rows._keep(X, y, weights)
        return rows

    def _keep(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
        used = weights > 0
        self._rows = (X, y, weights) if used.all() else (X[used], y[used], weights[used])
        self.n_features = X.shape[1]

    def moments(self) -> Moments:
        """Return the weighted moments of all rows."""
        return Moments.of(self._rows)

    def add_up(self, function: Callable[[Chunk], Sum]) -> Sum:
        """Return ``function`` of all rows."""
        return function(self._rows)

    def chunks(self) -> Iterator[Chunk]:
        """Give all rows at once."""
        yield self._rows

    def take(self, positions: np.ndarray | None) -> Chunk:
        """Return the rows at ``positions``, or all."""
        if positions is None:
            return self._rows
        X, y, weights = self._rows
        return X[positions], y[positions], weights[positions]


@dataclass(frozen=True)
class StandardisedRows:
    """Any ``Rows`` as the loop wants them: in standardised units, block by block, nothing kept."""

    rows: Rows
    scaling: Scaling
    n_rows: int
    weight: float

    def add_up(self, function: Callable[[Block], Sum]) -> Sum:
        """Return the sum of ``function`` over all blocks."""
        return self.rows.add_up(partial(_add_up_blocks, scaling=self.scaling, function=function))

    def __iter__(self) -> Iterator[Block]:
        for chunk in self.rows.chunks():
            yield from _blocks(chunk, self.scaling)

    def sample(self, size: int, rng: np.random.Generator) -> RowBlocks:
        """Return ``size`` rows drawn without replacement, in memory and in order, or all."""
        return self.scaling.blocks(*self.rows.take(drawn(self.n_rows, size, rng)))


def standardised(rows: Rows, scaling: Scaling, moments: Moments) -> RowBlocks | StandardisedRows:
    """Return rows in standardised units; arrays are standardised once, all others on every walk."""
    if isinstance(rows, ArrayRows):
        return scaling.blocks(*rows.take(None))
    return StandardisedRows(rows, scaling, moments.n_rows, moments.weight)


def drawn(n_rows: int, size: int, rng: np.random.Generator) -> np.ndarray | None:
    """Return ``size`` of ``n_rows`` positions in ascending order, or None where that is all of them."""
    return None if n_rows <= size else np.sort(rng.choice(n_rows, size, replace=False))


def _blocks(chunk: Chunk, scaling: Scaling) -> Iterator[Block]:
    X, y, weights = chunk
    for start in range(0, len(y), BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        yield from scaling.blocks(X[rows], y[rows], weights[rows])


def _add_up_blocks(chunk: Chunk, scaling: Scaling, function: Callable[[Block], Any]) -> Any:
    return reduce(add, map(function, _blocks(chunk, scaling)))
