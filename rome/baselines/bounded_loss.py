"""Bounded group loss by reduction: least squares, reweighted until no known group exceeds a bound."""

from __future__ import annotations

import warnings

import numpy as np
from pandas.errors import PandasDeprecationWarning

from rome.baselines.base import GroupBaseline, parameters
from rome.baselines.pooled import Pooled
from rome.errors import SettingError
from rome.settings.spec import check_number


@parameters()
class BoundedGroupLoss(GroupBaseline):
    """Fair regression with bounded group loss, by fairlearn's exponentiated gradient.

    A linear model is refitted with weights on the groups, which a game against the bounds sets. The outcome
    is scaled to [0, 1] first, without which the game diverges. The game's answer is a mixture of models;
    their mean, which for a convex loss is no worse than drawing one of them, predicts.

    Parameters
    ----------
    outcome : {"numeric", "binary"}
        Least squares, or logistic regression whose Brier score is bounded.
    sees : {"a", "as"}, default="as"
    gate_features, expert_features : sequence of str or int, or None
    bound : float in (0, 1], default=0.9
        The bound on every group's squared error, as a share of the worst group's under one unweighted
        model. Where no mixture keeps it, the game ends as near to it as it came.
    max_iter : int, default=30
        Rounds of the game.

    Attributes
    ----------
    bound_ : float
        The bound in squared units of y.
    gap_ : float
        How far the game is from its equilibrium, in squared units of the scaled outcome.
    n_iter_ : int
        Rounds that were played.

    References
    ----------
    Agarwal, Dudík & Wu (2019), arXiv:1905.12843; fairlearn's ``reductions.BoundedGroupLoss``.
    """

    sees: str = "as"
    bound: float = 0.9
    max_iter: int = 30

    def _learn(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray, groups: np.ndarray) -> None:
        check_number("bound", self.bound, 1e-6, 1)
        check_number("max_iter", self.max_iter, 1, 10_000, whole=True)
        low, high = (0.0, 1.0) if self.outcome == "binary" else (float(y.min()), float(y.max()))
        self._low, self._span = low, (high - low) or 1.0
        scaled = (y - self._low) / self._span
        even = Pooled(self.outcome).fit(X, scaled, sample_weight=weights)
        if len(np.unique(scaled)) == 1:
            # Nothing can be traded between groups when everybody has the same outcome.
            self._mixture, self.bound_, self.gap_, self.n_iter_ = ((1.0, even),), 0.0, 0.0, 1
            return
        losses = np.clip(scaled, 0, 1) - np.clip(even.predict(X), 0, 1)
        worst = max(
            float(np.average(losses[groups == group] ** 2, weights=weights[groups == group]))
            for group in np.unique(groups)
        )
        self.bound_ = float(self.bound) * worst * self._span**2
        game = _play(
            Pooled(self.outcome), X, scaled, weights, groups, float(self.bound) * worst, int(self.max_iter)
        )
        self._mixture = tuple(
            (float(share), game.predictors_[number]) for number, share in game.weights_.items() if share > 0
        )
        self.gap_, self.n_iter_ = float(game.best_gap_), int(game.last_iter_) + 1

    def _answer(self, X: np.ndarray) -> np.ndarray:
        mean = sum(share * model.predict(X) for share, model in self._mixture)
        return self._low + self._span * mean


def _play(
    model: Pooled,
    X: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    groups: np.ndarray,
    bound: float,
    rounds: int,
):
    """Return fairlearn's finished game."""
    try:
        from fairlearn.reductions import ExponentiatedGradient

        from rome.baselines.weighted_moments import weighted_bounded_loss
    except ImportError as error:
        raise SettingError(
            f"BoundedGroupLoss needs the package fairlearn, which can't be imported here ({error}). "
            'Install it with: pip install "rome-studio[baselines]".'
        ) from error
    game = ExponentiatedGradient(model, weighted_bounded_loss(weights, bound), max_iter=rounds, eps=0.01)
    with warnings.catch_warnings():
        # fairlearn 0.15 fills pandas series in a way that pandas 3 will drop; it is not our caller's concern.
        warnings.simplefilter("ignore", PandasDeprecationWarning)
        game.fit(X, y, sensitive_features=groups)
    return game
