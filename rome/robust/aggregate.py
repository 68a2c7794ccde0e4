"""One weight per group, the same for everybody: the predictor never sees the sensitive attributes.

f(x) = Σ_k q_k β_k'x with q minimising a quadratic over H(ρ):

- ``reward``  q'Γq (maximin effects; Meinshausen & Bühlmann 2015; Wang, Bühlmann & Guo, arXiv:2309.02211),
- ``risk``    q'Γq − q'(diag Γ + σ²), which minimises the worst group's squared error,
- ``regret``  q'Γq − q'diag Γ, the same without what each group's own noise adds.

Γ = F'F/n with F the group predictions, centred at the mean outcome so that adding a constant to the
outcome changes nothing (on the simplex it would otherwise change ``reward``).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from rome.robust.uncertainty import NEGLIGIBLE_RADIUS, radius
from rome.settings.spec import check_choice

CRITERIA = ("regret", "risk", "reward")
_MAX_STEPS = 200


def gram(predictions: np.ndarray, centre: float, weights: np.ndarray) -> np.ndarray:
    """Return Γ (K, K) of predictions (n, K) around ``centre`` with row weights (n,)."""
    centred = predictions - centre
    return (centred * weights[:, None]).T @ centred / weights.sum()


def aggregate_weights(
    gamma: np.ndarray, sigma2: np.ndarray, shares: np.ndarray, strength: float, criterion: str
) -> np.ndarray:
    """Return q (K,) in H(strength) around ``shares`` for one criterion.

    Parameters
    ----------
    gamma : ndarray of shape (K, K)
        Γ, as ``gram`` gives it.
    sigma2 : ndarray of shape (K,)
        Residual variance of each group.
    """
    check_choice("The criterion", criterion, CRITERIA)
    gain = np.zeros(len(shares))
    if criterion != "reward":
        gain = gain + np.diag(gamma)
    if criterion == "risk":
        gain = gain + sigma2
    return minimise_over_h(2 * gamma, -gain, np.asarray(shares, dtype=float), strength)


def minimise_over_h(
    quadratic: np.ndarray, linear: np.ndarray, shares: np.ndarray, strength: float
) -> np.ndarray:
    """Minimise ½ q'Hq + c'q over H(strength), H positive semi-definite, exactly.

    The simplex is handled by an active set, the ball by the root of its multiplier: adding λ to H and
    −λπ̄ to c pulls the solution to π̄, and its distance from π̄ falls in λ. A trace of λ is always there, so
    that among equal solutions the one nearest to the shares is taken.
    """
    limit = radius(shares, strength)
    if limit <= NEGLIGIBLE_RADIUS or len(shares) == 1:
        return shares.copy()
    scale = max(float(np.trace(quadratic)) / len(shares), float(np.abs(linear).max()), 1e-300)
    quadratic, linear = quadratic / scale, linear / scale

    def at(log_multiplier: float) -> np.ndarray:
        multiplier = np.exp(log_multiplier)
        return minimise_over_simplex(
            quadratic + multiplier * np.eye(len(shares)), linear - multiplier * shares
        )

    def excess(log_multiplier: float) -> float:
        return float(np.linalg.norm(at(log_multiplier) - shares)) - limit

    low, high = np.log(1e-10), np.log(1e10)
    if excess(low) <= 0:
        return at(low)
    if excess(high) > 0:
        high = np.log(1e16)
    return at(brentq(excess, low, high, xtol=1e-13, rtol=1e-14))


def minimise_over_simplex(quadratic: np.ndarray, linear: np.ndarray) -> np.ndarray:
    """Minimise ½ q'Hq + c'q over the simplex, H positive definite, by a primal active set.

    Starts at the best corner; each step solves the equality-constrained problem on the support, walks
    towards it until a weight reaches zero, and lets in the group whose multiplier is most negative.
    """
    n_groups = len(linear)
    corner = int(np.argmin(0.5 * np.diag(quadratic) + linear))
    point = np.eye(n_groups)[corner]
    support = np.zeros(n_groups, dtype=bool)
    support[corner] = True
    tolerance = 1e-13 * max(1.0, np.abs(quadratic).max(), np.abs(linear).max())
    for _ in range(_MAX_STEPS):
        target, level = _on_support(quadratic, linear, support)
        blocked = support & (target < 0)
        if blocked.any():
            steps = point[blocked] / (point[blocked] - target[blocked])
            point = np.maximum(point + steps.min() * (target - point), 0.0)
            support[np.flatnonzero(blocked)[np.argmin(steps)]] = False
            point[~support] = 0.0
            continue
        point = target
        multipliers = np.where(support, 0.0, quadratic @ point + linear - level)
        if multipliers.min() >= -tolerance:
            return point / point.sum()
        support[int(np.argmin(multipliers))] = True
    raise RuntimeError(f"The active set did not settle in {_MAX_STEPS} steps for {n_groups} groups.")


def _on_support(quadratic: np.ndarray, linear: np.ndarray, support: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the minimiser on the support's affine hull and the gradient's common level there."""
    chosen = np.flatnonzero(support)
    inverse_one = np.linalg.solve(quadratic[np.ix_(chosen, chosen)], np.ones(len(chosen)))
    inverse_linear = np.linalg.solve(quadratic[np.ix_(chosen, chosen)], linear[chosen])
    level = (1 + inverse_linear.sum()) / inverse_one.sum()
    target = np.zeros(len(linear))
    target[chosen] = level * inverse_one - inverse_linear
    return target, float(level)
