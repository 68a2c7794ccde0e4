"""One pass over the rows: the log-likelihood, and every sum that an M-step needs.

All that an iteration needs is a sum over rows, so rows come in blocks: small blocks stay in the cache,
and nothing here asks where a block lives.
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

    def __iter__(self) -> Iterator[Block]:
        for start in range(0, len(self.y), BLOCK_ROWS):
            rows = slice(start, start + BLOCK_ROWS)
            yield Block(self.experts[rows], self.gate[rows], self.y[rows], self.weights[rows])


def posterior(block: Block, parameters: Parameters, experts: Experts) -> tuple[np.ndarray, np.ndarray]:
    """Return responsibilities (m, K) and the log-likelihood of each row (m,), by log-sum-exp."""
    eta = block.experts @ parameters.beta.T
    joint = gate.log_membership(block.gate, parameters.gamma)
    joint += experts.log_density(block.y, eta, parameters.sigma2)
    top = joint.max(axis=1)
    shifted = np.exp(joint - top[:, None])
    total = shifted.sum(axis=1)
    return shifted / total[:, None], top + np.log(total)


def sums_of_block(block: Block, parameters: Parameters, experts: Experts) -> Sums:
    """E-step and sums of one block."""
    responsibilities, log_likelihood = posterior(block, parameters, experts)
    membership = np.exp(gate.log_membership(block.gate, parameters.gamma))
    return _sums(block, parameters, experts, responsibilities, log_likelihood, membership)


def _sums(
    block: Block,
    parameters: Parameters,
    experts: Experts,
    responsibilities: np.ndarray,
    log_likelihood: np.ndarray,
    membership: np.ndarray,
) -> Sums:
    weighted = responsibilities * block.weights[:, None]
    eta = block.experts @ parameters.beta.T
    curvature, target = experts.working(block.y, eta, weighted)
    xtx = np.stack([(block.experts * column[:, None]).T @ block.experts for column in curvature.T])
    error = (weighted - membership * block.weights[:, None])[:, :-1]
    return Sums(
        log_likelihood=float(block.weights @ log_likelihood),
        counts=weighted.sum(axis=0),
        xtx=xtx,
        xtr=target.T @ block.experts,
        yy=weighted.T @ block.y**2,
        gate_gradient=error.T @ block.gate,
        gate_hessian=gate.curvature(membership, block.weights, block.gate),
    )


def sums_from_labels(
    block: Block, responsibilities: np.ndarray, parameters: Parameters, experts: Experts
) -> Sums:
    """Return the sums of one block for given responsibilities (a start), shape (m, K)."""
    membership = np.exp(gate.log_membership(block.gate, parameters.gamma))
    return _sums(block, parameters, experts, responsibilities, np.zeros(len(block.y)), membership)


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
