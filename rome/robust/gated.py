"""Weights that depend on the sensitive attributes: route by s, prepared for other group proportions.

f(x, s) = Σ_k w_k(s) f_k(x) with w_k(s) ∝ (q_k / π̄_k) π_k(s) is the best predictor under squared error if
the groups came in proportions q instead of π̄. The robust q is the least favourable prior: the one at
which that best predictor does worst, so that no other proportions in H(ρ) can surprise it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rome.robust.aggregate import minimise_over_h
from rome.settings.spec import check_choice

CRITERIA = ("regret", "risk")
_MAX_STEPS = 100
_GAP = 1e-10
_SHORTEST_STEP = 1e-8


def gated_weights(membership: np.ndarray, prior: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return w (n, K), rows summing to 1: the gate (n, K) re-weighted from ``shares`` to ``prior`` (K,).

    Where the gate gives no weight to any group that the prior holds, the row keeps the prior itself.
    """
    ratio = np.divide(prior, shares, out=np.zeros_like(shares), where=shares > 0)
    weights = membership * ratio
    total = weights.sum(axis=1, keepdims=True)
    lost = total[:, 0] <= np.finfo(float).tiny
    weights[lost], total[lost] = prior, 1.0
    return weights / total


@dataclass(frozen=True)
class DroProblem:
    """What the robust proportions are solved on: training rows.

    ``predictions``, ``membership`` and ``responsibilities`` are (n, K), ``outcome`` and ``weights`` (n,);
    ``half_predictions``, where Γ is to be cross-fitted, are those of experts fitted on either half.
    ``n_coefficients`` is how many each expert was fitted with on these very rows; 0 if on other rows.
    """

    predictions: np.ndarray
    membership: np.ndarray
    responsibilities: np.ndarray
    outcome: np.ndarray
    weights: np.ndarray
    half_predictions: tuple[np.ndarray, np.ndarray] | None = None
    n_coefficients: int = 0

    @cached_property
    def shares(self) -> np.ndarray:
        """π̄: weighted mean responsibilities, (K,)."""
        return np.average(self.responsibilities, axis=0, weights=self.weights)

    def only(self, groups: np.ndarray) -> DroProblem:
        """Return the problem among some groups (mask or index): what if a row's group is one of these."""
        if np.all(groups):
            return self
        membership, responsibilities = self.membership[:, groups], self.responsibilities[:, groups]
        tiny = np.finfo(float).tiny
        inside = responsibilities.sum(axis=1)
        return DroProblem(
            self.predictions[:, groups],
            membership / np.maximum(membership.sum(axis=1, keepdims=True), tiny),
            responsibilities / np.maximum(inside, tiny)[:, None],
            self.outcome,
            self.weights * inside,
            n_coefficients=self.n_coefficients,
        )

    @cached_property
    def noise(self) -> np.ndarray:
        """σ_k² (K,): squared error of each group's own expert, which no predictor of the mean can help."""
        rows = self.responsibilities * self.weights[:, None]
        error = (rows * (self.outcome[:, None] - self.predictions) ** 2).sum(axis=0)
        total = rows.sum(axis=0)
        return np.divide(error, total, out=np.zeros_like(error), where=total > 0)

    @cached_property
    def likelihood_ratio(self) -> np.ndarray:
        """π_k(s) / π̄_k (n, K): how much likelier a row's attributes are in a group than in everybody."""
        positive = self.shares > 0
        return np.divide(self.membership, self.shares, out=np.zeros_like(self.membership), where=positive)


def group_risks(problem: DroProblem, prior: np.ndarray, criterion: str) -> np.ndarray:
    """Return R_k (K,) of the predictor for ``prior`` under the fitted mixture.

    R_k = E[(π_k(s)/π̄_k) (f_k(x) − f(x, s))²], plus σ_k² for ``risk``. ``regret`` leaves σ_k² out
    (Agarwal & Zhang 2022): a group that is merely noisier can't be helped, and must not draw the prior.
    """
    check_choice("The criterion", criterion, CRITERIA)
    ratio, distance, _ = _distances(problem, prior)
    risks = np.average(ratio * distance**2, axis=0, weights=problem.weights)
    return risks + problem.noise if criterion == "risk" else risks


def _distances(problem: DroProblem, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return likelihood ratios (n, K), f_k − f (n, K) and each row's density ratio Σ q_k π_k/π̄_k (n,)."""
    weights = gated_weights(problem.membership, prior, problem.shares)
    predictor = (weights * problem.predictions).sum(axis=1, keepdims=True)
    density = np.maximum(problem.likelihood_ratio @ prior, np.finfo(float).tiny)
    return problem.likelihood_ratio, problem.predictions - predictor, density


def bayes_risk(problem: DroProblem, prior: np.ndarray, criterion: str) -> float:
    """Return V(q) = Σ q_k R_k(f_q): concave in q, with gradient R(f_q) since f_q is the best reply to q."""
    return float(prior @ group_risks(problem, prior, criterion))


def _curvature(problem: DroProblem, prior: np.ndarray) -> np.ndarray:
    """Return −∇²V = 2 E[c c' / Σ q π/π̄] (K, K) with c_k = (π_k/π̄_k)(f_k − f), positive semi-definite."""
    ratio, distance, density = _distances(problem, prior)
    pull = ratio * distance
    return 2 * (pull * (problem.weights / density)[:, None]).T @ pull / problem.weights.sum()


def least_favourable_prior(
    problem: DroProblem, strength: float, criterion: str = "regret", start: np.ndarray | None = None
) -> np.ndarray:
    """Return the q (K,) in H(strength) that maximises the Bayes risk V.

    Newton's method with the constraint set kept exact: each step maximises the quadratic model of V over
    H (the same solver as ``aggregate``) and is shortened until V rises enough.

    Parameters
    ----------
    problem : DroProblem
        Training rows.
    strength : float in [0, 1]
        The DRO strength ρ.
    criterion : {"regret", "risk"}
    start : ndarray of shape (K,) or None
        Any q in H; ``None`` starts at the shares.
    """
    prior = problem.shares.copy() if start is None else start
    value = bayes_risk(problem, prior, criterion)
    for _ in range(_MAX_STEPS):
        slope, curve = group_risks(problem, prior, criterion), _curvature(problem, prior)
        direction = minimise_over_h(curve, -(slope + curve @ prior), problem.shares, strength) - prior
        promised = float(slope @ direction)
        if promised <= _GAP * max(value, np.finfo(float).tiny):
            break
        step, reached = 1.0, -np.inf
        while step > _SHORTEST_STEP and reached < value + 0.25 * step * promised:
            candidate = prior + step * direction
            reached, step = bayes_risk(problem, candidate, criterion), step / 2
        if reached <= value:
            break
        prior, value = candidate, reached
    return prior
