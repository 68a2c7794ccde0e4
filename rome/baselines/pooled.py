"""One model for everybody: least squares, or logistic regression for a binary outcome."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.utils.validation import check_is_fitted, validate_data

from rome.config import check_choice

#: Ridge on logistic slopes, as in ROME's logistic experts, so that separation stays finite in both.
_LOGISTIC_RIDGE = 1e-2


class Pooled(RegressorMixin, BaseEstimator):
    """One linear model for all rows, on exactly the columns it is given.

    Parameters
    ----------
    outcome : {"numeric", "binary"}
        Ordinary least squares, or logistic regression whose ``predict`` returns P(y = 1).

    Attributes
    ----------
    coef_ : ndarray of shape (p,)
    intercept_ : float
    """

    def __init__(self, outcome="numeric"):
        self.outcome = outcome

    def fit(self, X, y, sample_weight=None):
        """Fit by (weighted) least squares or maximum likelihood; collinear columns share their weight."""
        check_choice("outcome", self.outcome, ("numeric", "binary"))
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
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

    def predict(self, X) -> np.ndarray:
        """Return the prediction (n_samples,), a probability for a binary outcome."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        eta = X @ self.coef_ + self.intercept_
        return 1 / (1 + np.exp(-np.clip(eta, -700, 700))) if self.outcome == "binary" else eta
