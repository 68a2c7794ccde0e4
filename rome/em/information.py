"""The observed information of a mixture, exactly, as sums over blocks of rows (Louis 1982).

For a row with complete-data score h_k and complete-data second derivative H_k in group k, the Hessian of
its log-likelihood is Σ_k r_k H_k + Cov_r(h): what the row would say if its group were known, less what is
lost by not knowing it. Parameters are stacked group by group as [β_k, log σ_k², log df_k], as far as the
family has them, then γ of the free groups. Everything is in standardised units.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from rome.em import gate
from rome.em.sufficient_statistics import Block, Experts, Parameters, RowSource, posterior


@dataclass(frozen=True)
class Information:
    """``observed`` = minus the Hessian of the penalised log-likelihood, ``scores`` = Σ w² score score' of the
    rows, both (P, P); ``per_expert`` parameters belong to each expert and ``per_gate`` to each free group."""

    observed: np.ndarray
    scores: np.ndarray
    n_groups: int
    per_expert: int
    per_gate: int

    def expert(self, k: int) -> slice:
        """Return where expert ``k``'s parameters stand: β first, then log σ² and log df."""
        return slice(k * self.per_expert, (k + 1) * self.per_expert)

    def gate(self, k: int) -> slice:
        """Return where γ_k stands, for a group that is not the reference."""
        start = self.n_groups * self.per_expert + k * self.per_gate
        return slice(start, start + self.per_gate)


def information(rows: RowSource, parameters: Parameters, experts: Experts) -> Information:
    """Return the information at ``parameters``; the rows are walked once.

    The ridges count as a prior that the rows are read with. In ``observed`` a row's weight counts it so many
    times; ``scores`` takes it for a sampling weight, one row with its whole contribution (Binder 1983,
    International Statistical Review 51, 279-292).
    """
    parts = rows.add_up(partial(_of_block, parameters=parameters, experts=experts))
    observed = _penalty_curvature(parameters, experts) + parts.complete - parts.lost
    n_groups, width = parameters.gamma.shape
    per_expert = (len(observed) - (n_groups - 1) * width) // n_groups
    return Information(observed, parts.scores, n_groups, per_expert, width)


@dataclass(frozen=True)
class _Parts:
    """Lost and complete information of some rows and the outer products of their scores, (P, P)."""

    lost: np.ndarray
    complete: np.ndarray
    scores: np.ndarray

    def __add__(self, other: _Parts) -> _Parts:
        return _Parts(self.lost + other.lost, self.complete + other.complete, self.scores + other.scores)


def _of_block(block: Block, parameters: Parameters, experts: Experts) -> _Parts:
    responsibilities = posterior(block, parameters, experts)[0].T
    membership = np.exp(gate.log_membership(block.gate, parameters.gamma))
    slopes, curves = experts.derivatives(block.y, block.eta(parameters.beta), parameters)
    n_groups, per_expert = len(responsibilities), block.experts.shape[1] + len(slopes) - 1
    width = block.gate.shape[1]
    size = n_groups * per_expert + (n_groups - 1) * width
    mean, lost, complete = np.zeros((size, len(block.y))), np.zeros((size, size)), np.zeros((size, size))
    for k, share in enumerate(responsibilities):
        own = slice(k * per_expert, (k + 1) * per_expert)
        start = n_groups * per_expert + k * width
        part = np.concatenate([block.experts.T * slopes[0, k], slopes[1:, k]])
        where = np.arange(own.start, own.stop)
        if k < n_groups - 1:
            part = np.concatenate([part, block.gate.T])
            where = np.concatenate([where, np.arange(start, start + width)])
        mean[where] = share * part
        lost[np.ix_(where, where)] += (part * (block.weights * share)) @ part.T
        complete[own, own] = _complete(block.experts, curves[:, :, k], block.weights * share)
    lost -= (mean * block.weights) @ mean.T
    free = slice(n_groups * per_expert, size)
    complete[free, free] = gate.curvature(membership, block.weights, block.gate)
    # The expected score of γ lacks only the gate's own expectation, the same in every group.
    mean[free] -= (membership[:-1, None, :] * block.gate.T).reshape(-1, len(block.y))
    own = mean * block.weights
    return _Parts(lost, complete, own @ own.T)


def _complete(columns: np.ndarray, curve: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return −Σ w H of one expert in [β, log σ², log df] from H (a, a, m) in the local parameters."""
    width, extra = columns.shape[1], len(curve) - 1
    block = np.empty((width + extra, width + extra))
    block[:width, :width] = -(columns.T * (weights * curve[0, 0])) @ columns
    for first in range(extra):
        cross = -(weights * curve[0, 1 + first]) @ columns
        block[width + first, :width] = block[:width, width + first] = cross
        for second in range(extra):
            block[width + first, width + second] = -(weights @ curve[1 + first, 1 + second])
    return block


def _penalty_curvature(parameters: Parameters, experts: Experts) -> np.ndarray:
    """Return the second derivative of the ridges on the experts' slopes and on γ, (P, P)."""
    n_groups, width = parameters.gamma.shape
    spread = 0 if not experts.has_spread else 1 if parameters.df is None else 2
    per_expert = parameters.beta.shape[1] + spread
    size = n_groups * per_expert + (n_groups - 1) * width
    curvature = np.zeros((size, size))
    for k in range(n_groups):
        own = slice(k * per_expert, (k + 1) * per_expert)
        curvature[own, own] = _ridge_curvature(parameters, experts, k, per_expert)
    free = slice(n_groups * per_expert, size)
    centring = np.eye(n_groups - 1) - 1.0 / n_groups
    curvature[free, free] = np.kron(centring, np.diag(gate.ridge_of(width)))
    return curvature


def _ridge_curvature(parameters: Parameters, experts: Experts, k: int, per_expert: int) -> np.ndarray:
    """Return the second derivative of ½ Σ λ β² / σ² of one expert in [β, log σ², log df]."""
    width = parameters.beta.shape[1]
    ridge = experts.ridge_of(parameters.beta)
    if experts.has_spread:
        ridge = ridge / parameters.sigma2[k]
    block = np.zeros((per_expert, per_expert))
    block[:width, :width] = np.diag(ridge)
    if experts.has_spread:
        pull = ridge * parameters.beta[k]
        block[width, :width] = block[:width, width] = -pull
        block[width, width] = 0.5 * float(pull @ parameters.beta[k])
    return block
