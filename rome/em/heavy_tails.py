"""Experts whose residuals have heavy tails: Student's t, with degrees of freedom of each group's own.

A t residual is a normal one whose variance is divided by an unseen u ~ Gamma(df/2, df/2). Given the row,
E[u] = (df + 1) / (df + e²/σ²): far rows count less, in the same weighted least squares that normal experts
solve. The degrees of freedom maximise the expected log-likelihood of u (Liu & Rubin 1995; in mixtures,
Peel & McLachlan 2000), whose parts for df and for the rest are apart: the likelihood never falls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import digamma, gammaln, polygamma

from rome.em.experts import filled, group_variance, per_weight
from rome.em.robust_scale import weighted_median

if TYPE_CHECKING:
    from rome.em.sufficient_statistics import Parameters, Sums

#: Degrees of freedom stay between these: below 2 the variance is infinite, above 200 t is normal.
LOWEST_DF, HIGHEST_DF = 2.1, 200.0
#: Where the search for degrees of freedom begins.
_FIRST_DF = 8.0
#: EM's steps of the degrees of freedom are short; stretched ones arrive sooner, and the loop takes back, by
#: halving, one that would lower the likelihood.
_STRETCH = 8.0


class TExperts:
    """y | z = k ~ β_k'x + σ_k t(df_k); σ_k is the scale, the variance is σ_k² df_k / (df_k − 2)."""

    ridge = 0.0
    exact = True

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
        sigma2 = group_variance(sums.xtx, sums.xtr, sums.yy, sums.counts, beta)
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

    def mean(self, eta: np.ndarray) -> np.ndarray:
        """Return E[y | x, k]."""
        return eta


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
