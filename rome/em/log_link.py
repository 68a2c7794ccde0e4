"""Experts with a log link: counts (Poisson) and positive amounts (Gamma).

Both take one Newton (IRLS) step a pass, as logistic experts do (McCullagh & Nelder 1989, *Generalized Linear
Models*, 2nd ed., chapters 2.5, 6 and 8; mixtures of them: Grün & Leisch 2008, Journal of Statistical Software
28(4)). ``eta`` is the whole linear predictor, with the log of the exposure where rows have one.
"""

from __future__ import annotations

import numpy as np
from scipy.special import digamma, gammaln, polygamma, xlogy

from rome.em.experts import VARIANCE_FLOOR, Family, filled, per_weight
from rome.em.sufficient_statistics import Parameters, Sums

#: Ridge on the slopes of several Poisson experts (standardised columns), a hundredth of what one event tells:
#: a group that is hardly ever counted would otherwise have slopes that no row holds.
POISSON_RIDGE = 1e-2
#: η beyond which a mean is no longer told apart: e¹⁰⁰ is more than anything counted or paid.
_HIGHEST_ETA = 100.0
#: Smallest mean that a Newton step divides by, as a share of one event.
_SMALLEST_CURVATURE = 1e-10
#: What is added to a count before its log is taken for a first step, as R's ``glm`` does.
_FIRST_SHIFT = 0.1
#: Largest dispersion φ of an amount; a spread so wide is no longer told from a wider one.
_HIGHEST_DISPERSION = 1e4
_NEWTON_STEPS = 20


class _LogLink(Family):
    """What counts and amounts share: a mean e^η, and no degrees of freedom."""

    exact, log_link = False, True

    def first_df(self, n_groups: int) -> None:
        """Return no degrees of freedom."""
        return None

    def first_level(self, y: np.ndarray, weights: np.ndarray) -> float:
        """Return the η of an empty group in a start: the log of the mean."""
        return float(np.log(max(np.average(y, weights=weights), _SMALLEST_CURVATURE)))

    def mean(self, eta: np.ndarray) -> np.ndarray:
        """Return E[y | x, k]."""
        return np.exp(np.minimum(eta, _HIGHEST_ETA))


class PoissonExperts(_LogLink):
    """y | z = k ~ Poisson(E e^(β_k'x)), E the row's exposure."""

    slope_ridge = POISSON_RIDGE
    has_spread = False

    def ridge_of(self, beta: np.ndarray) -> np.ndarray:
        """Return λ of each column (p,); one group is Poisson regression, with none on straight terms."""
        ridge = super().ridge_of(beta)
        if len(beta) == 1:
            ridge[: len(ridge) - self.n_bends] = 0.0
        return ridge

    def first_eta(self, y: np.ndarray) -> np.ndarray:
        """Return the η (m,) at which the first step of a start is taken: each row's own."""
        return np.log(y + _FIRST_SHIFT)

    def log_density(self, y: np.ndarray, eta: np.ndarray, parameters: Parameters) -> np.ndarray:
        """Return the log-probability of the count, shape (K, m), with every constant."""
        return y * eta - self.mean(eta) - gammaln(y + 1)

    def working(
        self, y: np.ndarray, eta: np.ndarray, weights: np.ndarray, parameters: Parameters
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return IRLS weights and working response times weights, both (K, m), and no tail sums (K,)."""
        mean = self.mean(eta)
        curvature = weights * np.maximum(mean, _SMALLEST_CURVATURE)
        return curvature, curvature * eta + weights * (y - mean), np.zeros(len(weights))

    def spread(self, sums: Sums, beta: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, None]:
        """Return σ² as it is: a Poisson count's variance is its mean."""
        return parameters.sigma2, None

    def derivatives(
        self, y: np.ndarray, eta: np.ndarray, parameters: Parameters
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the score (1, K, m) and second derivative (1, 1, K, m) in η."""
        mean = self.mean(eta)
        return (y - mean)[None], -mean[None, None]

    def residual(self, y: np.ndarray, eta: np.ndarray) -> np.ndarray:
        """Return deviance residuals: about normal, with spread 1."""
        mean = self.mean(eta)
        tiny = np.finfo(float).tiny
        deviance = xlogy(y, np.maximum(y, tiny) / np.maximum(mean, tiny)) - (y - mean)
        return np.sign(y - mean) * np.sqrt(2 * np.maximum(deviance, 0.0))


class GammaExperts(_LogLink):
    """y | z = k ~ Gamma with mean e^(β_k'x) and shape 1/φ_k; φ_k, the squared coefficient of variation, is
    kept as ``sigma2``.

    With u = y e^−η the log-density is (log u − u)/φ and parts without β, so β has the same M-step for any φ.
    φ solves log ν − ψ(ν) = Σ r (u − log u − 1)/Σ r, ν = 1/φ, at the β of the pass: the step in β lowers the
    right side, and with it the likelihood never falls.
    """

    has_spread = True

    def first_eta(self, y: np.ndarray) -> np.ndarray:
        """Return the η (m,) at which the first step of a start is taken: each row's own."""
        return np.log(y)

    def log_density(self, y: np.ndarray, eta: np.ndarray, parameters: Parameters) -> np.ndarray:
        """Return the log-density of the amount, shape (K, m), with every constant."""
        shape = 1 / parameters.sigma2[:, None]
        constant = shape * np.log(shape) - gammaln(shape)
        ratio, logarithm = _ratio(y, eta)
        return constant + shape * (logarithm - ratio) - np.log(y)

    def working(
        self, y: np.ndarray, eta: np.ndarray, weights: np.ndarray, parameters: Parameters
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return Newton weights r·u, the vector of X'(.), both (K, m), and Σ r (u − log u − 1), (K,)."""
        ratio, logarithm = _ratio(y, eta)
        curvature = weights * np.maximum(ratio, _SMALLEST_CURVATURE)
        tail = (weights * (ratio - 1 - logarithm)).sum(axis=1)
        return curvature, curvature * eta + weights * (ratio - 1), tail

    def spread(self, sums: Sums, beta: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, None]:
        """Return the φ (K,) that maximises the expected log-likelihood given the β of the sums."""
        held = 0.5 * (parameters.beta**2 @ self.ridge_of(beta))
        distance = per_weight(sums.tail + held, sums.counts)
        found = np.array([_dispersion(value) for value in distance])
        return np.where(filled(sums.counts), found, parameters.sigma2), None

    def derivatives(
        self, y: np.ndarray, eta: np.ndarray, parameters: Parameters
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the score (2, K, m) and second derivatives (2, 2, K, m) in (η, log φ)."""
        shape = 1 / parameters.sigma2[:, None]
        ratio, logarithm = _ratio(y, eta)
        pull = shape * (ratio - 1)
        by_shape = np.log(shape) + 1 - digamma(shape) + logarithm - ratio
        score = np.stack([pull, -shape * by_shape])
        twice = shape * by_shape + shape - shape**2 * polygamma(1, shape)
        return score, np.stack([np.stack([-shape * ratio, -pull]), np.stack([-pull, twice])])

    def residual(self, y: np.ndarray, eta: np.ndarray) -> np.ndarray:
        """Return deviance residuals: about normal, of one spread."""
        ratio, logarithm = _ratio(y, eta)
        deviance = ratio - 1 - logarithm
        return np.sign(ratio - 1) * np.sqrt(2 * np.maximum(deviance, 0.0))


def _ratio(y: np.ndarray, eta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return u = y e^−η, kept finite, and log u."""
    logarithm = np.log(y) - eta
    return np.exp(np.minimum(logarithm, _HIGHEST_ETA)), logarithm


def _dispersion(distance: float) -> float:
    """Return the φ = 1/ν that solves log ν − ψ(ν) = ``distance``, within its bounds.

    Begins at the approximation of Minka (2002) and ends by Newton's method on 1/ν, as there.
    """
    if distance <= VARIANCE_FLOOR / 2:
        return VARIANCE_FLOOR
    shape = (3 - distance + np.sqrt((distance - 3) ** 2 + 24 * distance)) / (12 * distance)
    for _ in range(_NEWTON_STEPS):
        excess = np.log(shape) - digamma(shape) - distance
        step = excess / (shape * (1 - shape * polygamma(1, shape)))
        shape = 1 / (1 / shape + step)
        if abs(step * shape) < 1e-14:
            break
    return float(np.clip(1 / shape, VARIANCE_FLOOR, _HIGHEST_DISPERSION))
