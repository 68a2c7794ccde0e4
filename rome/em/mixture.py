"""A fitted mixture on plain arrays: what the estimator validates, this computes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rome.em import gate
from rome.em.experts import experts_for
from rome.em.scaling import Scaling
from rome.em.sufficient_statistics import Experts, Parameters, posterior
from rome.robust.gated import DroProblem


@dataclass(frozen=True)
class Mixture:
    """Parameters in standardised units with the way back; X is (n, p), y (n,) in the user's units."""

    parameters: Parameters
    scaling: Scaling
    outcome: str
    noise: str = "normal"
    #: The same mixture on two halves of the rows, where Γ is to be cross-fitted.
    halves: tuple[Parameters, Parameters] | None = None

    @property
    def experts(self) -> Experts:
        """The experts' family."""
        return experts_for(self.outcome, self.noise)

    def membership(self, X: np.ndarray) -> np.ndarray:
        """Return P(group | s), (n, K)."""
        return np.exp(gate.log_membership(self.scaling.gate.design(X), self.parameters.gamma)).T

    def group_predictions(self, X: np.ndarray) -> np.ndarray:
        """Return each expert's prediction, (n, K)."""
        return self._predictions(X, self.parameters)

    def _predictions(self, X: np.ndarray, parameters: Parameters) -> np.ndarray:
        eta = self.scaling.experts.design(X) @ parameters.beta.T
        return self.experts.mean(eta) * self.scaling.y_scale + self.scaling.y_mean

    def posterior(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return responsibilities (n, K) and the log-likelihood of each row (n,) in units of y."""
        blocks = self.scaling.blocks(X, y, np.ones(len(y)))
        parts = [posterior(block, self.parameters, self.experts) for block in blocks]
        rows = np.concatenate([part[1] for part in parts]) - np.log(self.scaling.y_scale)
        return np.concatenate([part[0] for part in parts]), rows

    def game(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> DroProblem:
        """Return what the robust proportions are played on."""
        halves = None
        if self.halves is not None:
            halves = tuple(self._predictions(X, half) for half in self.halves)
        return DroProblem(
            self.group_predictions(X),
            self.membership(X),
            self.posterior(X, y)[0],
            y,
            np.asarray(weights),
            halves,
            n_coefficients=self.parameters.beta.shape[1],
        )
