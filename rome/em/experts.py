"""The experts' outcome models: density, working weights and the weighted least squares they need.

All families reduce an M-step to ``K`` weighted least-squares problems, so one set of sums over rows
(:mod:`rome.em.sufficient_statistics`) serves them all: a Gaussian expert is solved exactly, a logistic one
takes one Newton (IRLS) step, which the loop halves when the likelihood would fall, and a t one is solved with
its far rows weighing less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.linalg.lapack import dposv
from scipy.optimize import brentq
from scipy.special import digamma, expit, gammaln, logit, polygamma

from rome.em.scaling import weighted_median
from rome.em.sufficient_statistics import Parameters, Sums

#: Smallest residual variance of a group, as a share of the outcome's variance (for t residuals of its robust
#: spread, squared).
VARIANCE_FLOOR = 1e-6
#: Share of all weight below which a group is empty.
_EMPTY = 1e-12
#: Ridge on the slopes of a logistic expert (standardised columns), so that separation stays finite.
LOGISTIC_RIDGE = 1e-2
#: Ridge on the bends of an expert, in units of its residual variance and of tens of a bend's standard
#: deviation: one standard deviation of a bend is held by what one row of information holds.
BEND_RIDGE = 1e-2
_RANK_TOLERANCE = 1e-10
#: Smallest squared pivot, as a share of the largest diagonal element, at which every direction surely counts.
_PLAIN_PIVOT = 1e-6
#: Degrees of freedom stay between these: below 2 the variance is infinite, above 200 t is normal.
LOWEST_DF, HIGHEST_DF = 2.1, 200.0
#: Where the search for degrees of freedom begins.
_FIRST_DF = 8.0
#: EM's steps of the degrees of freedom are short; stretched ones arrive sooner, and the loop takes back, by
#: halving, one that would lower the likelihood.
_STRETCH = 8.0


@dataclass(frozen=True)
class Family:
    """What all families have: slopes that are each group's own or shared by all, and a ridge on some of them.

    The last ``n_bends`` columns are bends. The penalty is ½ Σ_k λ'β_k² / σ_k², without the σ² in families
    that have no spread. In units of σ² the ridge weighs what so many rows more would, so that the M-step of
    β and σ² together stays exact.

    ``exact``: an M-step solves for β, where others take one Newton step. ``has_spread``: σ² is estimated.
    ``log_link``: the mean is e^η, and a start's first step is taken at each row's own η.
    """

    exact: ClassVar[bool]
    has_spread: ClassVar[bool]
    log_link: ClassVar[bool] = False
    shared_slopes: bool = False
    n_bends: int = 0
    slope_ridge: ClassVar[float] = 0.0

    def ridge_of(self, beta: np.ndarray) -> np.ndarray:
        """Return λ of each column (p,), intercept first, for experts β (K, p)."""
        n_columns = beta.shape[1]
        ridge = np.full(n_columns, self.slope_ridge)
        ridge[0] = 0.0
        ridge[n_columns - self.n_bends :] = BEND_RIDGE
        return ridge

    def penalty(self, parameters: Parameters) -> float:
        """Return the ridge's part of the penalised log-likelihood."""
        squares = parameters.beta**2 @ self.ridge_of(parameters.beta)
        return 0.5 * float((squares / parameters.sigma2 if self.has_spread else squares).sum())

    def first_eta(self, y: np.ndarray) -> np.ndarray:
        """Return each row's own η (m,), as far as its outcome tells."""
        return y

    def mean(self, eta: np.ndarray) -> np.ndarray:
        """Return E[y | x, k]."""
        return eta

    def residual(self, y: np.ndarray, eta: np.ndarray) -> np.ndarray:
        """Return what a prediction leaves over, on a scale on which rows compare."""
        return y - self.mean(eta)


class GaussianExperts(Family):
    """y | z = k ~ N(β_k'x, σ_k²)."""

    exact = has_spread = True

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
        ridge = self.ridge_of(beta)
        return group_variance(sums.xtx, sums.xtr, sums.yy, sums.counts, beta, ridge), None

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


class LogisticExperts(Family):
    """y | z = k ~ Bernoulli(logit⁻¹ β_k'x)."""

    slope_ridge = LOGISTIC_RIDGE
    exact = has_spread = False

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


class TExperts(Family):
    """y | z = k ~ β_k'x + σ_k t(df_k); σ_k is the scale, the variance is σ_k² df_k / (df_k − 2).

    A t residual is a normal one whose variance is divided by an unseen u ~ Gamma(df/2, df/2). Given the row,
    E[u] = (df + 1) / (df + e²/σ²): far rows count less, in the same weighted least squares that normal
    experts solve. The degrees of freedom maximise the expected log-likelihood of u (Liu & Rubin 1995; in
    mixtures, Peel & McLachlan 2000), whose parts for df and for the rest are apart: the likelihood never
    falls.
    """

    exact = has_spread = True

    def first_df(self, n_groups: int) -> np.ndarray:
        """Return the degrees of freedom (K,) at which a start begins."""
        return np.full(n_groups, _FIRST_DF)

    def first_level(self, y: np.ndarray, weights: np.ndarray) -> float:
        """Return the η at which every group of a start begins: the median, which far rows don't move."""
        return weighted_median(y, weights)

    def log_density(self, y: np.ndarray, eta: np.ndarray, parameters: Parameters) -> np.ndarray:
        """Return the log-density of y, shape (K, m), with every constant."""
        df, scale2 = parameters.df[:, None], parameters.sigma2[:, None]
        constant = gammaln((df + 1) / 2) - gammaln(df / 2) - 0.5 * np.log(np.pi * df * scale2)
        return constant - 0.5 * (df + 1) * np.log1p((y - eta) ** 2 / (scale2 * df))

    def working(
        self, y: np.ndarray, eta: np.ndarray, weights: np.ndarray, parameters: Parameters
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the weights r·u of X'WX, the vector of X'(.), both (K, m), and Σ r (log u − u), (K,)."""
        u = _precision(y, eta, parameters)
        curvature = weights * u
        return curvature, curvature * y, (weights * (np.log(u) - u)).sum(axis=1)

    def spread(self, sums: Sums, beta: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, np.ndarray]:
        """Return the σ² and df, both (K,), that maximise the expected log-likelihood given β."""
        ridge = self.ridge_of(beta)
        sigma2 = group_variance(sums.xtx, sums.xtr, sums.yy, sums.counts, beta, ridge)
        mean_tail = per_weight(sums.tail, sums.counts)
        best = [_best_df(tail, old) for tail, old in zip(mean_tail, parameters.df, strict=True)]
        step = _STRETCH * (np.array(best) - parameters.df)
        df = np.clip(parameters.df + step, LOWEST_DF, HIGHEST_DF)
        return sigma2, np.where(filled(sums.counts), df, parameters.df)

    def derivatives(
        self, y: np.ndarray, eta: np.ndarray, parameters: Parameters
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the score (3, K, m) and second derivatives (3, 3, K, m) in (η, log σ², log df)."""
        df, scale2 = parameters.df[:, None], parameters.sigma2[:, None]
        pull = (y - eta) / scale2
        delta = (y - eta) * pull
        first = np.stack([-2 * pull, -delta])
        second = np.stack(
            [np.stack([np.broadcast_to(2 / scale2, eta.shape), 2 * pull]), np.stack([2 * pull, delta])]
        )
        slope, bend = -0.5 * (df + 1) / (df + delta), 0.5 * (df + 1) / (df + delta) ** 2
        by_df, by_df_twice, by_df_and_delta = _in_df(df, delta)
        score = np.concatenate([slope * first, (df * by_df)[None]])
        score[1] -= 0.5
        curve = np.empty((3, *score.shape))
        curve[:2, :2] = bend * first[:, None] * first[None] + slope * second
        curve[2, :2] = curve[:2, 2] = df * by_df_and_delta * first
        curve[2, 2] = df**2 * by_df_twice + df * by_df
        return score, curve


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
    xtx: np.ndarray, xtr: np.ndarray, counts: np.ndarray, previous: np.ndarray, ridge: np.ndarray | float
) -> np.ndarray:
    """Return β of shape (K, p) from X'WX (K, p, p) and X'r (K, p); an empty group keeps its β.

    ``ridge`` is that of each column, (p,), zero for the intercept; or 0 for none.
    """
    beta = previous.copy()
    penalty = ridge * np.eye(xtx.shape[1])
    for k in np.flatnonzero(filled(counts)):
        beta[k] = solve_symmetric(xtx[k] + penalty, xtr[k])
    return beta


def solve_shared_slopes(sums: Sums, parameters: Parameters, ridge: np.ndarray) -> np.ndarray:
    """Return the β (K, p) of groups with one set of slopes, given each group's σ².

    With C_k, m_k, S_k and t_k the sums of weights, of x, of xx' and of xy in group k, levels are
    α_k = (Σ y − b'm_k) / C_k; put in, they leave for the slopes b
    Σ_k (S_k − m_k m_k'/C_k)/σ_k² b = Σ_k (t_k − m_k Σ y/C_k)/σ_k². Maximising over β with σ² held,
    and then over σ², is the ECM of Meng & Rubin (1993): the likelihood never falls. An empty group
    keeps its level.
    """
    beta = parameters.beta.copy()
    used = np.flatnonzero(filled(sums.counts))
    weight, middle = sums.xtx[used, 0, 0][:, None], sums.xtx[used, 0, 1:]
    level, precision = sums.xtr[used, :1], 1 / parameters.sigma2[used]
    within = sums.xtx[used, 1:, 1:] - middle[:, :, None] * middle[:, None, :] / weight[:, :, None]
    pull = sums.xtr[used, 1:] - middle * level / weight
    # Every group has the penalty of the slopes, in units of its own variance.
    matrix = np.tensordot(precision, within, 1) + (1 / parameters.sigma2).sum() * np.diag(ridge[1:])
    slopes = solve_symmetric(matrix, precision @ pull) if len(matrix) else np.zeros(0)
    beta[:, 1:] = slopes
    beta[used, 0] = (level[:, 0] - middle @ slopes) / weight[:, 0]
    return beta


def group_variance(
    xtx: np.ndarray,
    xty: np.ndarray,
    yy: np.ndarray,
    counts: np.ndarray,
    beta: np.ndarray,
    ridge: np.ndarray | float = 0.0,
) -> np.ndarray:
    """Return σ² of shape (K,): mean weighted squared residual, with the ridge's part in it, at least
    ``VARIANCE_FLOOR``."""
    residual = yy - 2 * np.einsum("kp,kp->k", beta, xty) + np.einsum("kp,kpq,kq->k", beta, xtx, beta)
    residual += (ridge * beta**2).sum(axis=1)
    return np.maximum(per_weight(residual, counts), VARIANCE_FLOOR)


def variance_factor(df: np.ndarray | None) -> np.ndarray | float:
    """Return variance over squared scale, df / (df − 2), or 1 for families without degrees of freedom."""
    return 1.0 if df is None else df / (df - 2)


def _precision(y: np.ndarray, eta: np.ndarray, parameters: Parameters) -> np.ndarray:
    """Return E[u | row, group], (K, m)."""
    df = parameters.df[:, None]
    return (df + 1) / (df + (y - eta) ** 2 / parameters.sigma2[:, None])


def _best_df(mean_tail: float, old: float) -> float:
    """Return the df that solves the M-step's equation, or the bound that it lies beyond.

    The left side falls in df, so the expected log-likelihood has one maximum, and a bound is the best
    point of the allowed range where the root lies outside.
    """
    known = 1 + mean_tail + digamma((old + 1) / 2) - np.log((old + 1) / 2)

    def slope(df: float) -> float:
        return float(known + np.log(df / 2) - digamma(df / 2))

    if slope(HIGHEST_DF) >= 0:
        return HIGHEST_DF
    if slope(LOWEST_DF) <= 0:
        return LOWEST_DF
    return float(brentq(slope, LOWEST_DF, HIGHEST_DF, xtol=1e-10))


def _in_df(df: np.ndarray, delta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ∂ℓ/∂df, ∂²ℓ/∂df² and ∂²ℓ/∂df∂δ of the log-density, δ = e²/σ² (K, m)."""
    apart = df * (df + delta)
    once = 0.5 * (
        digamma((df + 1) / 2) - digamma(df / 2) - 1 / df - np.log1p(delta / df) + (df + 1) * delta / apart
    )
    twice = 0.25 * (polygamma(1, (df + 1) / 2) - polygamma(1, df / 2)) + 0.5 / df**2
    twice = twice + 0.5 * delta / apart - 0.5 * delta * (df**2 + 2 * df + delta) / apart**2
    return once, twice, 0.5 * (1 - delta) / (df + delta) ** 2
