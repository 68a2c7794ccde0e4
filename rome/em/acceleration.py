"""Acceleration: where EM stalls, extrapolate from two of its steps, and go there if that is higher.

Near its end EM's steps shrink by a nearly constant factor, so the change between two steps tells how far
the rest would carry. This is squared extrapolation (scheme S3 of Varadhan & Roland 2008, Scandinavian
Journal of Statistics 35): from θ₀, θ₁ = M(θ₀), θ₂ = M(θ₁), with r = θ₁ − θ₀, v = (θ₂ − θ₁) − r and
α = ‖r‖/‖v‖, the guess is θ₀ + 2αr + α²v. It is a guess only: the loop takes it if the penalised
log-likelihood is higher there, and else goes on as if it had not been tried.
"""

from __future__ import annotations

import numpy as np

from rome.em.experts import HIGHEST_DF, LOWEST_DF, VARIANCE_FLOOR
from rome.em.sufficient_statistics import Parameters

#: Gain a unit of weight below which EM stalls. Before that it chooses between optima, and is left to itself.
_STALLING = 1e-4
#: Longest first extrapolation, and the factor by which the longest grows when one is taken in full or shrinks
#: when one is refused.
_FIRST_REACH, _FACTOR = 4.0, 4.0
#: σ² and df never change by more than this in one extrapolation, on the log scale.
_LARGEST_CHANGE = 2.0


class Extrapolation:
    """Guesses from the plain steps of one run of EM."""

    def __init__(self, start: Parameters) -> None:
        self._trail = [start]
        self._reach = _FIRST_REACH
        self._length = 0.0

    def stepped(self, to: Parameters, gain: float) -> None:
        """Note a plain step that gained ``gain`` a unit of weight."""
        if gain > _STALLING:
            self._trail.clear()
        self._trail.append(to)

    def guess(self) -> Parameters | None:
        """Return where the last two plain steps lead, or ``None`` until there are two that stall."""
        if len(self._trail) < 3:
            return None
        first, second, third = map(_packed, self._trail)
        step = second - first
        bend = third - second - step
        self._length = min(
            float(np.linalg.norm(step)) / max(float(np.linalg.norm(bend)), 1e-300), self._reach
        )
        last, self._trail = self._trail[-1], self._trail[-1:]
        if self._length <= 1.0:
            return None
        return _unpacked(first + 2 * self._length * step + self._length**2 * bend, last)

    def taken(self, to: Parameters) -> None:
        """Note that the guess was higher; the next starts from it."""
        self._trail = [to]
        if self._length >= self._reach:
            self._reach *= _FACTOR

    def refused(self) -> None:
        """Note that the guess was lower; the next will be nearer."""
        self._reach = max(self._reach / _FACTOR, _FIRST_REACH / 2)


def _packed(parameters: Parameters) -> np.ndarray:
    """Return β, log σ², γ and log df as one vector, in which all of them are free."""
    parts = [parameters.beta.ravel(), np.log(parameters.sigma2), parameters.gamma.ravel()]
    return np.concatenate(parts if parameters.df is None else [*parts, np.log(parameters.df)])


def _unpacked(vector: np.ndarray, near: Parameters) -> Parameters:
    """Return the parameters of a vector, σ² and df kept near those of ``near`` and within their bounds."""
    n_beta, n_groups = near.beta.size, len(near.beta)
    beta, log_sigma2, gamma, log_df = np.split(vector, np.cumsum([n_beta, n_groups, near.gamma.size]))
    df = None if near.df is None else np.clip(_bounded(log_df, near.df), LOWEST_DF, HIGHEST_DF)
    sigma2 = np.maximum(_bounded(log_sigma2, near.sigma2), VARIANCE_FLOOR)
    return Parameters(beta.reshape(near.beta.shape), sigma2, gamma.reshape(near.gamma.shape), df)


def _bounded(log_values: np.ndarray, near: np.ndarray) -> np.ndarray:
    return near * np.exp(np.clip(log_values - np.log(near), -_LARGEST_CHANGE, _LARGEST_CHANGE))
