"""One pass over the rows: the log-likelihood, and every sum that an M-step needs.

All that an iteration needs is a sum over rows, so rows come in blocks: small blocks stay in the cache,
and nothing here asks where a block lives. Inside a block arrays have groups first, (K, m): sums over a few
groups then run along whole rows of memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from operator import add
from typing import Protocol, TypeVar

import numpy as np

from rome.em import gate
from rome.em.grams import Grams, grams_for, weighted_grams

#: What can be added up over blocks.
Sum = TypeVar("Sum")
#: Rows per in-memory block: one or two megabytes, so that a block stays in the second-level cache.
BLOCK_ROWS = 8192


@dataclass(frozen=True)
class Parameters:
    """β (K, p) with intercept first, σ² (K,), γ (K, d) with intercept first and γ_K = 0.

    For positive amounts ``sigma2`` is the dispersion φ; families without a spread leave it at 1.
    ``df`` (K,) holds the degrees of freedom of t-distributed experts; the other families leave it ``None``.
    For them ``sigma2`` is the squared scale of the t distribution, not its variance.
    """

    beta: np.ndarray
    sigma2: np.ndarray
    gamma: np.ndarray
    df: np.ndarray | None = None


@dataclass(frozen=True)
class Block:
    """Rows in standardised units: expert columns (m, p), gate columns (m, d), outcome and weights (m,).

    ``offset`` (m,), where there is one, is added to every expert's linear predictor.
    """

    experts: np.ndarray
    gate: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    offset: np.ndarray | None = None

    def eta(self, beta: np.ndarray) -> np.ndarray:
        """Return the linear predictors (K, m) of experts ``beta`` (K, p)."""
        eta = beta @ self.experts.T
        return eta if self.offset is None else eta + self.offset


@dataclass(frozen=True)
class Sums:
    """Weighted sums over rows; adding two of them joins their rows."""

    log_likelihood: float
    counts: np.ndarray  # Σ w r, (K,)
    xtx: np.ndarray  # Σ w r x x' (or IRLS weights), (K, p, p)
    xtr: np.ndarray  # Σ w r x y (or IRLS), (K, p)
    yy: np.ndarray  # Σ w r y² (or IRLS weights), (K,)
    gate_gradient: np.ndarray  # (K − 1, d)
    gate_hessian: np.ndarray  # ((K − 1)d, (K − 1)d)
    tail: np.ndarray  # Σ w r (log u − u) of t experts, (K,); zero for the other families

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


class Experts(Protocol):
    """What the EM loop asks of an outcome model; ``eta`` and ``weights`` are (K, m), groups first.

    A density has the local parameters (η, log σ², log df), of which a family uses the first one, two or
    three: ``derivatives`` returns its score (a, K, m) and second derivatives (a, a, K, m) in them.
    """

    exact: bool
    has_spread: bool
    log_link: bool
    shared_slopes: bool

    def ridge_of(self, beta: np.ndarray) -> np.ndarray: ...

    def penalty(self, parameters: Parameters) -> float: ...

    def first_df(self, n_groups: int) -> np.ndarray | None: ...

    def first_level(self, y: np.ndarray, weights: np.ndarray) -> float: ...

    def first_eta(self, y: np.ndarray) -> np.ndarray: ...

    def log_density(self, y: np.ndarray, eta: np.ndarray, parameters: Parameters) -> np.ndarray: ...

    def working(
        self, y: np.ndarray, eta: np.ndarray, weights: np.ndarray, parameters: Parameters
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]: ...

    def spread(
        self, sums: Sums, beta: np.ndarray, parameters: Parameters
    ) -> tuple[np.ndarray, np.ndarray | None]: ...

    def derivatives(
        self, y: np.ndarray, eta: np.ndarray, parameters: Parameters
    ) -> tuple[np.ndarray, np.ndarray]: ...

    def mean(self, eta: np.ndarray) -> np.ndarray: ...

    def residual(self, y: np.ndarray, eta: np.ndarray) -> np.ndarray: ...


class RowSource(Protocol):
    """Rows in standardised units, wherever they live; can be walked any number of times."""

    n_rows: int
    weight: float

    def add_up(self, function: Callable[[Block], Sum]) -> Sum:
        """Return the sum over blocks that hold every row once; ``function`` may be sent to other machines."""

    def sample(self, size: int, rng: np.random.Generator) -> RowBlocks:
        """Return ``size`` rows drawn without replacement, in memory and in order, or all."""

    def __iter__(self) -> Iterator[Block]:
        """Walk the rows here, in order."""


class RowBlocks:
    """In-memory rows, served as blocks; can be walked any number of times."""

    def __init__(
        self,
        experts: np.ndarray,
        gate_columns: np.ndarray,
        y: np.ndarray,
        weights: np.ndarray,
        offset: np.ndarray | None = None,
    ) -> None:
        self.experts, self.gate, self.y, self.weights = experts, gate_columns, y, weights
        self.offset = offset

    def take(self, rows: np.ndarray, weights: np.ndarray | None = None) -> RowBlocks:
        """Return some rows (positions), with other ``weights`` (m,) if they are given."""
        own = self.weights[rows] if weights is None else weights
        return RowBlocks(self.experts[rows], self.gate[rows], self.y[rows], own, self._offset(rows))

    def _offset(self, rows: np.ndarray | slice) -> np.ndarray | None:
        return None if self.offset is None else self.offset[rows]

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.y)

    @property
    def weight(self) -> float:
        """Sum of the weights."""
        return float(self.weights.sum())

    def add_up(self, function: Callable[[Block], Sum]) -> Sum:
        """Return the sum of ``function`` over all blocks."""
        return reduce(add, map(function, self))

    def sample(self, size: int, rng: np.random.Generator) -> RowBlocks:
        """Return ``size`` rows drawn without replacement, in order, or all if there are fewer."""
        if self.n_rows <= size:
            return self
        return self.take(np.sort(rng.choice(self.n_rows, size, replace=False)))

    def distinct(self) -> RowBlocks:
        """Return the distinct rows in ascending order, each with the weight of all its copies.

        Starts draw labels row by row. On these rows a table gives the same starts, and so the same fit, in
        whatever order its rows come, and whether a row has weight 2 or stands there twice.
        """
        order = np.argsort(self.y, kind="stable")
        tied = np.diff(self.y[order]) == 0
        if not tied.any():
            return self._weighted(order, self.weights[order])
        offset = [] if self.offset is None else [self.offset]
        columns = np.vstack([self.gate.T[1:], self.experts.T[1:], *offset, self.y])
        order = np.lexsort(columns)
        columns = columns[:, order]
        first = np.concatenate([[True], (columns[:, 1:] != columns[:, :-1]).any(axis=0)])
        weights = np.add.reduceat(self.weights[order], np.flatnonzero(first))
        return self._weighted(order[first], weights)

    def _weighted(self, rows: np.ndarray, weights: np.ndarray) -> RowBlocks:
        # Columns stay whole in memory, as the sums over rows want them.
        experts, gate_columns = self.experts.T[:, rows].T, self.gate.T[:, rows].T
        return RowBlocks(experts, gate_columns, self.y[rows], weights, self._offset(rows))

    def __iter__(self) -> Iterator[Block]:
        for start in range(0, len(self.y), BLOCK_ROWS):
            rows = slice(start, start + BLOCK_ROWS)
            yield Block(
                self.experts[rows], self.gate[rows], self.y[rows], self.weights[rows], self._offset(rows)
            )


def _e_step(
    block: Block, parameters: Parameters, experts: Experts
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return responsibilities (K, m), log-likelihood of each row (m,), membership and η, both (K, m)."""
    eta = block.eta(parameters.beta)
    log_membership, membership = gate.both_memberships(block.gate, parameters.gamma)
    joint = experts.log_density(block.y, eta, parameters)
    joint += log_membership
    top = joint.max(axis=0)
    joint -= top
    np.exp(joint, out=joint)
    total = joint.sum(axis=0)
    joint *= 1 / total
    return joint, top + np.log(total), membership, eta


def posterior(block: Block, parameters: Parameters, experts: Experts) -> tuple[np.ndarray, np.ndarray]:
    """Return responsibilities (m, K) and the log-likelihood of each row (m,), by log-sum-exp."""
    responsibilities, log_likelihood, _, _ = _e_step(block, parameters, experts)
    return responsibilities.T, log_likelihood


def sums_of_block(
    block: Block, parameters: Parameters, experts: Experts, grams: Grams = weighted_grams
) -> Sums:
    """E-step and sums of one block; ``grams`` forms the cross-products."""
    responsibilities, log_likelihood, membership, eta = _e_step(block, parameters, experts)
    ascent = float(block.weights @ log_likelihood)
    return _sums(block, experts, parameters, responsibilities, eta, membership, ascent, grams)


def sums_from_labels(
    block: Block,
    responsibilities: np.ndarray,
    parameters: Parameters,
    experts: Experts,
    eta: np.ndarray | None = None,
) -> Sums:
    """Return the sums of one block for given responsibilities (a start), shape (K, m).

    ``eta`` (m,) are the linear predictors at which they are taken; ``None``: those of ``parameters``.
    """
    membership = np.exp(gate.log_membership(block.gate, parameters.gamma))
    eta = block.eta(parameters.beta) if eta is None else np.tile(eta, (len(responsibilities), 1))
    return _sums(block, experts, parameters, responsibilities, eta, membership, 0.0)


def _sums(
    block: Block,
    experts: Experts,
    parameters: Parameters,
    responsibilities: np.ndarray,
    eta: np.ndarray,
    membership: np.ndarray,
    log_likelihood: float,
    grams: Grams = weighted_grams,
) -> Sums:
    weighted = responsibilities * block.weights
    curvature, target, tail = experts.working(block.y, eta, weighted, parameters)
    if block.offset is not None:
        target = target - curvature * block.offset
    return Sums(
        log_likelihood=log_likelihood,
        counts=weighted.sum(axis=1),
        xtx=grams(block.experts.T, curvature),
        xtr=target @ block.experts,
        yy=curvature @ block.y**2,
        gate_gradient=(weighted - membership * block.weights)[:-1] @ block.gate,
        gate_hessian=gate.curvature(membership, block.weights, block.gate, grams),
        tail=tail,
    )


def total(sums: Iterable[Sums]) -> Sums:
    """Add the sums of all blocks."""
    return reduce(add, sums)


def one_pass(rows: RowSource, parameters: Parameters, experts: Experts) -> Sums:
    """Return the sums of all rows at ``parameters``."""
    each = partial(sums_of_block, parameters=parameters, experts=experts, grams=grams_for(rows.n_rows))
    return rows.add_up(each)
