"""A fitted mixture on plain arrays: what the estimator validates, this computes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rome.em import gate
from rome.em.experts import experts_for
from rome.em.scaling import Scaling
from rome.em.statistics import Parameters, posterior
from rome.robust.gated import Game


@dataclass(frozen=True)
class Mixture:
    """Parameters in standardised units with the way back; X is (n, p), y (n,) in the user's units."""

    parameters: Parameters
    scaling: Scaling
    outcome: str

    def membership(self, X: np.ndarray) -> np.ndarray:
        """Return P(group | s), (n, K)."""
        return np.exp(gate.log_membership(self.scaling.gate.design(X), self.parameters.gamma)).T

    def group_predictions(self, X: np.ndarray) -> np.ndarray:
        """Return each expert's prediction, (n, K)."""
        eta = self.scaling.experts.design(X) @ self.parameters.beta.T
        return experts_for(self.outcome).mean(eta) * self.scaling.y_scale + self.scaling.y_mean

    def posterior(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return responsibilities (n, K) and the log-likelihood of each row (n,) in units of y."""
        blocks, experts = self.scaling.blocks(X, y, np.ones(len(y))), experts_for(self.outcome)
        parts = [posterior(block, self.parameters, experts) for block in blocks]
        rows = np.concatenate([part[1] for part in parts]) - np.log(self.scaling.y_scale)
        return np.concatenate([part[0] for part in parts]), rows

    def game(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> Game:
        """Return what the robust proportions are played on."""
        return Game(
            self.group_predictions(X), self.membership(X), self.posterior(X, y)[0], y, np.asarray(weights)
        )
