"""The uncertainty set H(ρ): group proportions within a ball around the estimated shares.

H(ρ) = {q in the simplex : ‖q − π̄‖₂ ≤ ρ · max_k ‖e_k − π̄‖₂}. At ρ = 0 it holds π̄ alone, at ρ = 1 the
whole simplex. The paper's radius is δ = ‖q − π̄‖₂ / √K (Li et al. 2025, arXiv:2509.17411).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from rome.settings.spec import check_number

#: A ball this small holds its centre alone; beyond it rounding would decide.
NEGLIGIBLE_RADIUS = 1e-9


def largest_radius(shares: np.ndarray) -> float:
    """Return max_k ‖e_k − π̄‖₂, the radius at which H holds every mixture of the groups."""
    return float(np.sqrt(((np.eye(len(shares)) - shares) ** 2).sum(axis=1).max()))


def radius(shares: np.ndarray, strength: float) -> float:
    """Return the radius of H at ``strength`` in [0, 1] around ``shares`` (K,)."""
    check_number("The DRO strength", float(strength), 0, 1)
    return float(strength) * largest_radius(np.asarray(shares, dtype=float))


def paper_radius(shares: np.ndarray, strength: float) -> float:
    """Return the paper's δ for a strength: the radius over √K."""
    return radius(shares, strength) / np.sqrt(len(shares))


def strength_from_paper_radius(shares: np.ndarray, delta: float) -> float:
    """Return the strength, at most 1, that the paper's δ ≥ 0 stands for."""
    check_number("The paper's radius", float(delta), 0, float("inf"))
    largest = largest_radius(np.asarray(shares, dtype=float))
    return min(1.0, float(delta) * np.sqrt(len(shares)) / largest) if largest > 0 else 0.0


def project_simplex(point: np.ndarray) -> np.ndarray:
    """Return the Euclidean projection of ``point`` (K,) onto the probability simplex."""
    descending = np.sort(point)[::-1]
    excess = (np.cumsum(descending) - 1) / np.arange(1, len(point) + 1)
    support = np.flatnonzero(descending > excess)[-1]
    return np.maximum(point - excess[support], 0.0)


def project(point: np.ndarray, shares: np.ndarray, strength: float) -> np.ndarray:
    """Return the Euclidean projection of ``point`` (K,) onto H(strength) around ``shares``.

    With a multiplier λ for the ball, the minimiser is the simplex projection of the mean of ``point`` and
    ``shares`` with weights 1 and λ; its distance from ``shares`` falls in λ, so λ is a root.
    """
    limit = radius(shares, strength)
    nearest = project_simplex(point)
    if limit <= NEGLIGIBLE_RADIUS:
        return np.array(shares, dtype=float)
    if np.linalg.norm(nearest - shares) <= limit:
        return nearest

    def at(mix: float) -> np.ndarray:
        return project_simplex((1 - mix) * point + mix * shares)

    mix = brentq(lambda value: np.linalg.norm(at(value) - shares) - limit, 0.0, 1.0, xtol=1e-14)
    return at(mix)
