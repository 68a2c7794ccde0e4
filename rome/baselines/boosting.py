"""Gradient-boosted trees: the strong plain model."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from rome.baselines.base import Baseline
from rome.runtime.threads import one_thread


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

    def __init__(
        self,
        outcome="numeric",
        *,
        sees="as",
        gate_features=None,
        expert_features=None,
        learning_rate=0.1,
        max_iter=200,
        max_leaf_nodes=31,
        min_samples_leaf=20,
        l2_regularization=0.0,
        early_stopping=True,
        random_state=None,
    ):
        self.outcome = outcome
        self.sees = sees
        self.gate_features = gate_features
        self.expert_features = expert_features
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.l2_regularization = l2_regularization
        self.early_stopping = early_stopping
        self.random_state = random_state

    def _learn(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
        binary = self.outcome == "binary"
        kind = HistGradientBoostingClassifier if binary else HistGradientBoostingRegressor
        self._trees = kind(
            learning_rate=self.learning_rate,
            max_iter=self.max_iter,
            max_leaf_nodes=self.max_leaf_nodes,
            min_samples_leaf=self.min_samples_leaf,
            l2_regularization=self.l2_regularization,
            early_stopping=self.early_stopping,
            random_state=self._seed(),
        )
        with one_thread():
            self._trees.fit(X, y.astype(int) if binary else y, sample_weight=weights)
        self.n_iter_ = self._trees.n_iter_

    def _answer(self, X: np.ndarray) -> np.ndarray:
        with one_thread():
            return self._trees.predict_proba(X)[:, 1] if self.outcome == "binary" else self._trees.predict(X)
