"""One pass over the rows: the log-likelihood, and every sum that an M-step needs.

All that an iteration needs is a sum over rows, so rows come in blocks: small blocks stay in the cache,
and nothing here asks where a block lives. Inside a block arrays have groups first, (K, m): sums over a few
groups then run along whole rows of memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from rome.em import gate
from rome.em.experts import Experts

#: Rows per in-memory block; a few hundred kilobytes, so that a block stays in the second-level cache.
BLOCK_ROWS = 4096


@dataclass(frozen=True)
class Parameters:
    """β (K, p) with intercept first, σ² (K,), γ (K, d) with intercept first and γ_K = 0."""

    beta: np.ndarray
    sigma2: np.ndarray
    gamma: np.ndarray


@dataclass(frozen=True)
class Block:
    """Rows in standardised units: expert columns (m, p), gate columns (m, d), outcome and weights (m,)."""

    experts: np.ndarray
    gate: np.ndarray
    y: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class Sums:
    """Weighted sums over rows; adding two of them joins their rows."""

    log_likelihood: float
    counts: np.ndarray  # Σ w r, (K,)
    xtx: np.ndarray  # Σ w r x x' (or IRLS weights), (K, p, p)
    xtr: np.ndarray  # Σ w r x y (or IRLS), (K, p)
    yy: np.ndarray  # Σ w r y², (K,)
    gate_gradient: np.ndarray  # (K − 1, d)
    gate_hessian: np.ndarray  # ((K − 1)d, (K − 1)d)

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


class RowBlocks:
    """In-memory rows, served as blocks; can be walked any number of times."""

    def __init__(
        self, experts: np.ndarray, gate_columns: np.ndarray, y: np.ndarray, weights: np.ndarray
    ) -> None:
        self.experts, self.gate, self.y, self.weights = experts, gate_columns, y, weights

    def take(self, rows: np.ndarray) -> RowBlocks:
        """Return some rows (positions)."""
        return RowBlocks(self.experts[rows], self.gate[rows], self.y[rows], self.weights[rows])

    def __iter__(self) -> Iterator[Block]:
        for start in range(0, len(self.y), BLOCK_ROWS):
            rows = slice(start, start + BLOCK_ROWS)
            yield Block(self.experts[rows], self.gate[rows], self.y[rows], self.weights[rows])


def _e_step(
    block: Block, parameters: Parameters, experts: Experts
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return responsibilities (K, m), log-likelihood of each row (m,), log membership and η, both (K, m)."""
    eta = parameters.beta @ block.experts.T
    log_membership = gate.log_membership(block.gate, parameters.gamma)
    joint = experts.log_density(block.y, eta, parameters.sigma2)
    joint += log_membership
    top = joint.max(axis=0)
    joint -= top
    np.exp(joint, out=joint)
    total = joint.sum(axis=0)
    joint /= total
    return joint, top + np.log(total), log_membership, eta


def posterior(block: Block, parameters: Parameters, experts: Experts) -> tuple[np.ndarray, np.ndarray]:
    """Return responsibilities (m, K) and the log-likelihood of each row (m,), by log-sum-exp."""
    responsibilities, log_likelihood, _, _ = _e_step(block, parameters, experts)
    return responsibilities.T, log_likelihood


def sums_of_block(block: Block, parameters: Parameters, experts: Experts) -> Sums:
    """E-step and sums of one block."""
    responsibilities, log_likelihood, log_membership, eta = _e_step(block, parameters, experts)
    ascent = float(block.weights @ log_likelihood)
    return _sums(block, experts, responsibilities, eta, np.exp(log_membership), ascent)


def sums_from_labels(
    block: Block, responsibilities: np.ndarray, parameters: Parameters, experts: Experts
) -> Sums:
    """Return the sums of one block for given responsibilities (a start), shape (K, m)."""
    membership = np.exp(gate.log_membership(block.gate, parameters.gamma))
    return _sums(block, experts, responsibilities, parameters.beta @ block.experts.T, membership, 0.0)


def _sums(
    block: Block,
    experts: Experts,
    responsibilities: np.ndarray,
    eta: np.ndarray,
    membership: np.ndarray,
    log_likelihood: float,
) -> Sums:
    weighted = responsibilities * block.weights
    curvature, target = experts.working(block.y, eta, weighted)
    transposed = block.experts.T
    return Sums(
        log_likelihood=log_likelihood,
        counts=weighted.sum(axis=1),
        xtx=np.stack([(transposed * row) @ block.experts for row in curvature]),
        xtr=target @ block.experts,
        yy=weighted @ block.y**2,
        gate_gradient=(weighted - membership * block.weights)[:-1] @ block.gate,
        gate_hessian=gate.curvature(membership, block.weights, block.gate),
    )


def total(sums: Iterable[Sums]) -> Sums:
    """Add the sums of all blocks."""
    iterator = iter(sums)
    result = next(iterator)
    for part in iterator:
        result = result + part
    return result


def one_pass(blocks: Iterable[Block], parameters: Parameters, experts: Experts) -> Sums:
    """Return the sums of all rows at ``parameters``."""
    return total(sums_of_block(block, parameters, experts) for block in blocks)
