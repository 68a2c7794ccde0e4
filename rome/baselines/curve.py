"""A linear model whose slopes may differ by every sensitive column: the products S × A, with a ridge."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.random import RandomState
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, RidgeCV

from rome.baselines.base import Baseline, parameters, seen_columns
from rome.runtime.random import stream
from rome.settings.columns import column_positions

_RIDGES = np.logspace(-3, 4, 15)
_FOLDS = 5
#: Probabilities are kept this far from 0 and 1 in a log loss.
_SMALLEST = 1e-12


@parameters()
class Interactions(Baseline):
    """Least squares, or logistic regression, on A, S and all products of the two, with one ridge.

    The ridge on standardised columns is chosen by cross-validation: leave-one-out for a numeric outcome,
    five folds' log loss for a binary one.

    Parameters
    ----------
    outcome : {"numeric", "binary"}
    gate_features : sequence of str or int, or None
        The sensitive columns S. ``None`` leaves no product, only the ridge.
    expert_features : sequence of str or int, or None
        The columns A; ``None`` takes all that are not in ``gate_features``.
    random_state : int, RandomState or None

    Attributes
    ----------
    ridge_ : float
        The penalty that was chosen.
    """

    sees = "as"

    random_state: int | RandomState | None = None

    def _learn(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
        self._pairs = self._products()
        share = weights / weights.sum()
        self._mean, self._scale = _moments(X, share)
        terms = self._raw_terms(X)
        self._term_mean, self._term_scale = _moments(terms, share)
        terms = self._terms(X)
        if self.outcome == "binary":
            self._learn_binary(terms, y, weights)
        else:
            self._model = RidgeCV(_RIDGES).fit(terms, y, sample_weight=weights)
            self.ridge_ = float(self._model.alpha_)

    def _learn_binary(self, terms: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
        def model(ridge: float) -> LogisticRegression:
            return LogisticRegression(C=1 / ridge, solver="newton-cholesky", max_iter=200)

        with warnings.catch_warnings():
            # A weak ridge on separable rows ends early; its log loss shows, and another one is chosen.
            warnings.simplefilter("ignore", ConvergenceWarning)
            fold = stream(self._seed(), "interactions").integers(0, _FOLDS, len(y))
            losses = [_log_loss_by_fold(model(ridge), terms, y, weights, fold) for ridge in _RIDGES]
            self.ridge_ = float(_RIDGES[int(np.argmin(losses))])
            self._model = model(self.ridge_).fit(terms, y.astype(int), sample_weight=weights)

    def _products(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the positions, among the columns seen, of the two factors of every product."""
        names, count = getattr(self, "feature_names_in_", None), self.n_features_in_
        given = () if self.gate_features is None else self.gate_features
        gate = column_positions("gate_features", given, names, count)
        place = {column: position for position, column in enumerate(seen_columns(self))}
        plain = [column for column in place if column not in gate]
        pairs = [(place[a], place[s]) for s in gate for a in plain]
        first, second = zip(*pairs, strict=True) if pairs else ((), ())
        return np.array(first, dtype=int), np.array(second, dtype=int)

    def _raw_terms(self, X: np.ndarray) -> np.ndarray:
        standard = (X - self._mean) / self._scale
        first, second = self._pairs
        return np.column_stack([standard, standard[:, first] * standard[:, second]])

    def _terms(self, X: np.ndarray) -> np.ndarray:
        return (self._raw_terms(X) - self._term_mean) / self._term_scale

    def _answer(self, X: np.ndarray) -> np.ndarray:
        terms = self._terms(X)
        return (
            self._model.predict_proba(terms)[:, 1] if self.outcome == "binary" else self._model.predict(terms)
        )


def _moments(columns: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return weighted mean and standard deviation of columns, 1 for a constant one."""
    mean = share @ columns
    scale = np.sqrt(share @ (columns - mean) ** 2)
    return mean, np.where(scale <= 1e-12 * np.maximum(np.abs(mean), 1e-300), 1.0, scale)


def _log_loss_by_fold(model, X: np.ndarray, y: np.ndarray, weights: np.ndarray, fold: np.ndarray) -> float:
    """Return the weighted mean log loss of rows (n,) predicted by fits that left their fold out.

    A fold whose other rows hold one outcome only has no fit and is left out; infinite if all are.
    """
    total, seen = 0.0, 0.0
    for number in np.unique(fold):
        held, rest = fold == number, fold != number
        if len(np.unique(y[rest])) < 2:
            continue
        model.fit(X[rest], y[rest].astype(int), sample_weight=weights[rest])
        found = np.clip(model.predict_proba(X[held])[:, 1], _SMALLEST, 1 - _SMALLEST)
        losses = -(y[held] * np.log(found) + (1 - y[held]) * np.log1p(-found))
        total, seen = total + float(weights[held] @ losses), seen + float(weights[held].sum())
    return total / seen if seen else np.inf
