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
        target = y.astype(int) if binary else y
        with one_thread():
            if np.ptp(weights) > 0:
                _fit_weighted(self._trees, X, target, weights)
            else:
                self._trees.fit(X, target)
        self.n_iter_ = self._trees.n_iter_

    def _answer(self, X: np.ndarray) -> np.ndarray:
        with one_thread():
            return self._trees.predict_proba(X)[:, 1] if self.outcome == "binary" else self._trees.predict(X)


def _fit_weighted(trees, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
    """Fit trees to weighted rows whose columns are cut into bins beforehand.

    scikit-learn sorts a weighted column anew for every limit between two bins, which takes ten times as long
    as the trees; codes of bins it takes as they are. The trees' thresholds are then limits of the columns.
    """
    limits = [_limits(column, weights, trees.max_bins) for column in X.T]
    codes = [np.searchsorted(cuts, column) for cuts, column in zip(limits, X.T, strict=True)]
    trees.fit(np.column_stack(codes).astype(float), y, sample_weight=weights)
    for stage in trees._predictors:
        for tree in stage:
            nodes = tree.nodes
            for place in np.flatnonzero(nodes["is_leaf"] == 0):
                cuts = limits[nodes["feature_idx"][place]]
                nodes["num_threshold"][place] = cuts[int(nodes["num_threshold"][place])]


def _limits(column: np.ndarray, weights: np.ndarray, most: int) -> np.ndarray:
    """Return the limits between at most ``most`` bins of about equal weight, each the upper end of a bin."""
    values, where = np.unique(column, return_inverse=True)
    middles = values[:-1] + np.diff(values) / 2
    if len(values) <= most:
        return middles
    below = np.cumsum(np.bincount(where, weights=weights))[:-1]
    wanted = np.arange(1, most) / most * weights.sum()
    return middles[np.unique(np.searchsorted(below, wanted).clip(max=len(middles) - 1))]
