"""The gate: a multinomial logit of membership on the sensitive attributes, last group as reference."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from rome.em.grams import Grams, weighted_grams

#: Ridge on the gate's slopes (standardised columns); keeps separated groups finite.
GATE_RIDGE = 1e-2
#: Ridge on its intercepts, only against an empty group.
INTERCEPT_RIDGE = 1e-6


def log_membership(gate_columns: np.ndarray, gamma: np.ndarray) -> np.ndarray:
    """Return log π of shape (K, m), groups first, for columns (m, d) with intercept and γ (K, d)."""
    return both_memberships(gate_columns, gamma)[0]


def both_memberships(gate_columns: np.ndarray, gamma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return log π and π, both (K, m), for columns (m, d) with intercept and γ (K, d)."""
    eta = gamma @ gate_columns.T
    eta -= eta.max(axis=0)
    plain = np.exp(eta)
    total = plain.sum(axis=0)
    plain *= 1 / total
    eta -= np.log(total)
    return eta, plain


def ridge_of(n_columns: int) -> np.ndarray:
    """Return the ridge of each gate column, intercept first, shape (d,)."""
    ridge = np.full(n_columns, GATE_RIDGE)
    ridge[0] = INTERCEPT_RIDGE
    return ridge


def penalty(gamma: np.ndarray) -> float:
    """Return the ridge penalty ½ Σ_k λ'(γ_k − γ̄)², the same whichever group is the reference."""
    centred = gamma - gamma.mean(axis=0)
    return 0.5 * float((ridge_of(gamma.shape[1]) * centred**2).sum())


def curvature(
    membership: np.ndarray, weights: np.ndarray, gate_columns: np.ndarray, grams: Grams = weighted_grams
) -> np.ndarray:
    """Return Σ w (diag π − ππ') ⊗ ss' over the free groups, shape ((K−1)d, (K−1)d), for π (K, m)."""
    n_free, width = len(membership) - 1, gate_columns.shape[1]
    pairs = [(k, other) for k in range(n_free) for other in range(k, n_free)]
    share = weights * membership[:-1]
    products = np.empty((len(pairs), len(weights)))
    for (k, other), product in zip(pairs, products, strict=True):
        np.multiply(share[k], membership[other], out=product)
        np.subtract(share[k] if k == other else 0.0, product, out=product)
    blocks = np.empty((n_free, width, n_free, width))
    for (k, other), gram in zip(pairs, grams(gate_columns.T, products), strict=True):
        blocks[k, :, other, :] = gram
        blocks[other, :, k, :] = gram.T
    return blocks.reshape(n_free * width, n_free * width)


def newton_step(gamma: np.ndarray, gradient: np.ndarray, hessian: np.ndarray) -> np.ndarray:
    """Return the joint Newton step of γ, shape (K, d), zero for the reference.

    Parameters
    ----------
    gamma : ndarray of shape (K, d)
    gradient : ndarray of shape (K − 1, d)
        Σ w (r − π) s over rows, without the ridge.
    hessian : ndarray of shape ((K − 1)d, (K − 1)d)
        Minus the Hessian, as ``curvature`` gives it.
    """
    n_groups, width = gamma.shape
    step = np.zeros_like(gamma)
    if n_groups == 1:
        return step
    gradient = gradient - ridge_of(width) * (gamma - gamma.mean(axis=0))[:-1]
    system = hessian + _penalty_curvature(n_groups, width)
    step[:-1] = np.linalg.solve(system, gradient.ravel()).reshape(n_groups - 1, width)
    return step


@lru_cache(maxsize=64)
def _penalty_curvature(n_groups: int, width: int) -> np.ndarray:
    """Return the Hessian of ``penalty`` in the free groups, kept since every step of a fit asks for it."""
    centring = np.eye(n_groups - 1) - 1.0 / n_groups
    curvature = np.kron(centring, np.diag(ridge_of(width)))
    curvature.setflags(write=False)
    return curvature
