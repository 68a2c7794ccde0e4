"""Gradient-boosted trees: the strong plain model."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from rome.baselines.base import Baseline, parameters
from rome.runtime.threads import one_thread

_PASSED_ON = (
    "learning_rate",
    "max_iter",
    "max_leaf_nodes",
    "min_samples_leaf",
    "l2_regularization",
    "early_stopping",
)


@parameters()
class BoostedTrees(Baseline):
    """scikit-learn's histogram gradient boosting on one thread, with its parameters.

    Parameters
    ----------
    outcome : {"numeric", "binary"}
    sees : {"a", "as"}, default="as"
    gate_features, expert_features : sequence of str or int, or None
    learning_rate, max_iter, max_leaf_nodes, min_samples_leaf, l2_regularization, early_stopping :
        As in ``HistGradientBoostingRegressor``.
    random_state : int, RandomState or None

    Attributes
    ----------
    n_iter_ : int
        Trees that were grown.
    """

    sees: str = "as"
    learning_rate: float = 0.1
    max_iter: int = 200
    max_leaf_nodes: int | None = 31
    min_samples_leaf: int = 20
    l2_regularization: float = 0.0
    early_stopping: bool = True
    random_state: int | RandomState | None = None

    def _learn(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
        binary = self.outcome == "binary"
        kind = HistGradientBoostingClassifier if binary else HistGradientBoostingRegressor
        own = {name: getattr(self, name) for name in _PASSED_ON}
        self._trees = kind(**own, random_state=self._seed())
        # With any weights, even ones, scikit-learn takes ten times as long to cut the columns into bins.
        uneven = weights if np.ptp(weights) > 0 else None
        with one_thread():
            self._trees.fit(X, y.astype(int) if binary else y, sample_weight=uneven)
        self.n_iter_ = self._trees.n_iter_

    def _answer(self, X: np.ndarray) -> np.ndarray:
        with one_thread():
            return self._trees.predict_proba(X)[:, 1] if self.outcome == "binary" else self._trees.predict(X)
