"""The experts' outcome models: density, working weights and the weighted least squares they need.

Both families reduce an M-step to ``K`` weighted least-squares problems, so one set of sums over rows
(:mod:`rome.em.sufficient_statistics`) serves both: a Gaussian expert is solved exactly, a logistic one
takes one Newton (IRLS) step, which the loop halves when the likelihood would fall.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.linalg.lapack import dposv
from scipy.special import expit, logit

if TYPE_CHECKING:
    from rome.em.sufficient_statistics import Parameters, Sums

#: Smallest residual variance of a group, as a share of the outcome's variance (for t residuals of its robust
#: spread, squared).
VARIANCE_FLOOR = 1e-6
#: Share of all weight below which a group is empty.
_EMPTY = 1e-12
#: Ridge on the slopes of a logistic expert (standardised columns), so that separation stays finite.
LOGISTIC_RIDGE = 1e-2
_RANK_TOLERANCE = 1e-10
#: Smallest squared pivot, as a share of the largest diagonal element, at which every direction surely counts.
_PLAIN_PIVOT = 1e-6


class Experts(Protocol):
    """What the EM loop asks of an outcome model; ``eta`` and ``weights`` are (K, m), groups first.

    A density has the local parameters (η, log σ², log df), of which a family uses the first one, two or
    three: ``derivatives`` returns its score (a, K, m) and second derivatives (a, a, K, m) in them.
    """

    ridge: float
    exact: bool

    def first_df(self, n_groups: int) -> np.ndarray | None: ...

    def first_level(self, y: np.ndarray, weights: np.ndarray) -> float: ...

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


class GaussianExperts:
    """y | z = k ~ N(β_k'x, σ_k²)."""

    ridge = 0.0
    exact = True

    def first_df(self, n_groups: int) -> None:
        """Return no degrees of freedom."""
        return None

    def first_level(self, y: np.ndarray, weights: np.ndarray) -> float:
        """Return the η at which every group of a start begins: the mean."""
        return float(np.average(y, weights=weights))

    def log_density(self, y: np.ndarray, eta: np.ndarray, parameters: Parameters) -> np.ndarray:
        """Return log N(y; eta, σ²), shape (K, m), with every constant."""
        variance = parameters.sigma2[:, None]
        density = y - eta
        density *= density
        density *= -0.5 / variance
        density -= 0.5 * np.log(2 * np.pi * variance)
        return density

    def working(
        self, y: np.ndarray, eta: np.ndarray, weights: np.ndarray, parameters: Parameters
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the weights of X'WX and the vector of X'(.), both (K, m), and no tail sums (K,)."""
        return weights, weights * y, np.zeros(len(weights))

    def spread(self, sums: Sums, beta: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, None]:
        """Return the σ² (K,) that maximises the expected log-likelihood given β."""
        return group_variance(sums.xtx, sums.xtr, sums.yy, sums.counts, beta), None

    def derivatives(
        self, y: np.ndarray, eta: np.ndarray, parameters: Parameters
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the score (2, K, m) and second derivatives (2, 2, K, m) in (η, log σ²)."""
        variance = parameters.sigma2[:, None]
        pull = (y - eta) / variance
        squared = (y - eta) * pull
        score = np.stack([pull, 0.5 * (squared - 1)])
        flat = np.broadcast_to(-1 / variance, eta.shape)
        return score, np.stack([np.stack([flat, -pull]), np.stack([-pull, -0.5 * squared])])

    def mean(self, eta: np.ndarray) -> np.ndarray:
        """Return E[y | x, k]."""
        return eta


class LogisticExperts:
    """y | z = k ~ Bernoulli(logit⁻¹ β_k'x)."""

    ridge = LOGISTIC_RIDGE
    exact = False

    def first_df(self, n_groups: int) -> None:
        """Return no degrees of freedom."""
        return None

    def first_level(self, y: np.ndarray, weights: np.ndarray) -> float:
        """Return the η at which every group of a start begins: the log-odds of everybody."""
        return float(logit(np.clip(np.average(y, weights=weights), 1e-3, 1 - 1e-3)))

    def log_density(self, y: np.ndarray, eta: np.ndarray, parameters: Parameters) -> np.ndarray:
        """Return the Bernoulli log-probability of y, shape (K, m); only ``eta`` is used."""
        margin = (2 * y - 1) * eta
        # scipy's log_expit is as exact and ten times slower.
        return np.minimum(margin, 0) - np.log1p(np.exp(-np.abs(margin)))

    def working(
        self, y: np.ndarray, eta: np.ndarray, weights: np.ndarray, parameters: Parameters
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return IRLS weights and working response times weights, both (K, m), and no tail sums (K,)."""
        probability = expit(eta)
        curvature = weights * np.maximum(probability * (1 - probability), 1e-10)
        return curvature, curvature * eta + weights * (y - probability), np.zeros(len(weights))

    def spread(self, sums: Sums, beta: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, None]:
        """Return σ² as it is: a Bernoulli outcome has none."""
        return parameters.sigma2, None

    def derivatives(
        self, y: np.ndarray, eta: np.ndarray, parameters: Parameters
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the score (1, K, m) and second derivative (1, 1, K, m) in η."""
        probability = expit(eta)
        return (y - probability)[None], -(probability * (1 - probability))[None, None]

    def mean(self, eta: np.ndarray) -> np.ndarray:
        """Return P(y = 1 | x, k)."""
        return expit(eta)


def filled(counts: np.ndarray) -> np.ndarray:
    """Return which groups (K,) of these weights are more than rounding."""
    return counts > _EMPTY * counts.sum()


def per_weight(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return means (K,) of ``sums`` over groups of weight ``counts``; an empty group's is finite."""
    return sums / np.maximum(counts, _EMPTY * counts.sum())


def solve_symmetric(matrix: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """Solve ``matrix @ b = vector`` for a positive semi-definite matrix.

    Directions that the rows don't determine (collinear or constant columns, fewer rows than columns) get
    the minimum-norm answer, which leaves the fitted values unchanged. Most matrices are far from that, and
    Cholesky's pivots show it at a tenth of the cost of an eigendecomposition.
    """
    factor, solution, failed = dposv(matrix, vector, lower=1)
    if not failed and factor.diagonal().min() ** 2 > _PLAIN_PIVOT * matrix.diagonal().max():
        return solution
    values, vectors = np.linalg.eigh(matrix)
    keep = values > _RANK_TOLERANCE * max(values[-1], np.finfo(float).tiny)
    return vectors[:, keep] @ ((vectors[:, keep].T @ vector) / values[keep])


def solve_experts(
    xtx: np.ndarray, xtr: np.ndarray, counts: np.ndarray, previous: np.ndarray, ridge: float
) -> np.ndarray:
    """Return β of shape (K, p) from X'WX (K, p, p) and X'r (K, p); an empty group keeps its β."""
    beta = previous.copy()
    penalty = ridge * np.eye(xtx.shape[1])
    penalty[0, 0] = 0.0
    for k in np.flatnonzero(filled(counts)):
        beta[k] = solve_symmetric(xtx[k] + penalty, xtr[k])
    return beta


def group_variance(
    xtx: np.ndarray, xty: np.ndarray, yy: np.ndarray, counts: np.ndarray, beta: np.ndarray
) -> np.ndarray:
    """Return σ² of shape (K,): mean weighted squared residual, at least ``VARIANCE_FLOOR``."""
    residual = yy - 2 * np.einsum("kp,kp->k", beta, xty) + np.einsum("kp,kpq,kq->k", beta, xtx, beta)
    return np.maximum(per_weight(residual, counts), VARIANCE_FLOOR)
