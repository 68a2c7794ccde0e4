"""Gates as they might also have been fitted: γ drawn from its estimated covariance.

Simulation of a fitted model's quantities from the sampling distribution of its parameters (Krinsky & Robb
1986, Review of Economics and Statistics 68, 715-719; King, Tomz & Wittenberg 2000, AJPS 44, 347-361).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rome.em import gate
from rome.em.estimator import RomeEM
from rome.em.scaling import Columns
from rome.em.standard_errors import StandardErrors


@dataclass(frozen=True)
class GateDraws:
    """``gammas`` (D, K, d) in standardised units, the last group's zero, and the columns they belong to."""

    gammas: np.ndarray
    columns: Columns

    def memberships(self, X: np.ndarray) -> Iterator[np.ndarray]:
        """Yield P(group | s) of rows X (n, p) under every draw, each (n, K)."""
        design = self.columns.design(X)
        for gamma in self.gammas:
            yield gate.both_memberships(design, gamma)[1].T


def draw_gates(
    model: RomeEM, errors: StandardErrors, n_draws: int, rng: np.random.Generator
) -> GateDraws | None:
    """Return gates drawn from the normal distribution around the fitted γ.

    Parameters
    ----------
    model : RomeEM
        Fitted, with at least two groups.
    errors : StandardErrors
        Those of ``model``.
    n_draws : int
    rng : Generator

    Returns
    -------
    GateDraws or None
        None where the rows don't determine every coefficient of the gate: what is not known can't be drawn.
    """
    covariance = errors.gate_covariance
    if not np.isfinite(covariance).all():
        return None
    parameters, columns = model._mixture.parameters, model._mixture.scaling.gate
    values, vectors = np.linalg.eigh(covariance)
    # A sandwich may be a rounding error below zero.
    root = vectors * np.sqrt(np.maximum(values, 0))
    gammas = np.repeat(parameters.gamma[None], n_draws, axis=0)
    free = gammas[:, :-1]
    free += (rng.standard_normal((n_draws, len(values))) @ root.T).reshape(free.shape)
    return GateDraws(gammas, columns)
