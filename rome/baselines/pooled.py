"""One model for everybody: least squares, or logistic regression for a binary outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from rome.baselines.base import seen_columns
from rome.settings.columns import check_outcome
from rome.settings.spec import check_choice
from rome.stats.covariance import covariance, inverse_diagonal

#: Ridge on logistic slopes, as in ROME's logistic experts, so that separation stays finite in both.
_LOGISTIC_RIDGE = 1e-2


@dataclass(frozen=True)
class PooledErrors:
    """Classical standard errors of a pooled model: ``coef_se`` (p,), NaN where a column is determined by
    others, and the degrees of freedom of their t distribution (infinite for a binary outcome)."""

    coef_se: np.ndarray
    intercept_se: float
    degrees_of_freedom: float

    def quantile(self, confidence: float) -> float:
        """Return how many standard errors an interval reaches to each side."""
        return float(t.ppf(0.5 + confidence / 2, self.degrees_of_freedom))


class Pooled(RegressorMixin, BaseEstimator):
    """One linear model for all rows, on exactly the columns it is given.

    Parameters
    ----------
    outcome : {"numeric", "binary"}
        Ordinary least squares, or logistic regression whose ``predict`` returns P(y = 1).
    sees : {"a", "as"}, default="as"
        Every column, or those that are not in ``gate_features``.
    gate_features, expert_features : sequence of str or int, or None
        As in ``RomeEM``; ``None`` for both sees all columns.

    Attributes
    ----------
    coef_ : ndarray of shape (p,)
    intercept_ : float
    """

    def __init__(self, outcome="numeric", *, sees="as", gate_features=None, expert_features=None):
        self.outcome = outcome
        self.sees = sees
        self.gate_features = gate_features
        self.expert_features = expert_features

    def fit(self, X, y, sample_weight=None):
        """Fit by (weighted) least squares or maximum likelihood; collinear columns share their weight."""
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        check_choice("outcome", self.outcome, ("numeric", "binary"))
        check_outcome(self.outcome, y)
        self._seen = seen_columns(self)
        X = X[:, self._seen]
        if self.outcome == "binary":
            model = LogisticRegression(
                C=1 / _LOGISTIC_RIDGE, solver="newton-cholesky", max_iter=200, tol=1e-8
            )
            model.fit(X, y.astype(int), sample_weight=sample_weight)
            self.coef_, self.intercept_ = model.coef_[0], float(model.intercept_[0])
        else:
            model = LinearRegression().fit(X, y, sample_weight=sample_weight)
            self.coef_, self.intercept_ = model.coef_, float(model.intercept_)
        return self

    def standard_errors(self, X, y, sample_weight=None, *, kind="classical") -> PooledErrors:
        """Return the standard errors from the training rows.

        ``kind`` "classical" counts a row of weight 2 twice; "sandwich" takes weights as sampling weights,
        with Σ w² e² x x' between two inverses (Huber 1967, White 1982), and holds under uneven spread.
        """
        check_choice("kind", kind, ("classical", "sandwich"))
        check_is_fitted(self)
        X, y = validate_data(self, X, y, dtype=np.float64, reset=False, y_numeric=True)
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        design = np.column_stack([np.ones(len(X)), X[:, self._seen]])
        fitted = self.predict(X)
        free, noise, ridge = np.inf, 1.0, np.zeros(design.shape[1])
        if self.outcome == "binary":
            curvature = weights * fitted * (1 - fitted)
            ridge[1:] = _LOGISTIC_RIDGE
        else:
            curvature = weights
            free = float(weights.sum()) - np.linalg.matrix_rank(design[weights > 0])
            noise = float(weights @ (y - fitted) ** 2) / free if free > 0 else np.nan
        information = (design.T * curvature) @ design + np.diag(ridge)
        if kind == "sandwich":
            score = design * (weights * (y - fitted))[:, None]
            inverse, known = covariance(information)
            spread = np.sqrt(np.where(known, np.diag(inverse @ (score.T @ score) @ inverse), np.nan))
        else:
            spread = np.sqrt(noise * inverse_diagonal(information))
        return PooledErrors(spread[1:], float(spread[0]), max(free, 1.0))

    def predict(self, X) -> np.ndarray:
        """Return the prediction (n_samples,), a probability for a binary outcome."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        eta = X[:, self._seen] @ self.coef_ + self.intercept_
        return 1 / (1 + np.exp(-np.clip(eta, -700, 700))) if self.outcome == "binary" else eta
