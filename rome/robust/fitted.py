"""What every fitted mixture answers about rows: who they are, and what is predicted for them."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from rome.robust.gated import DroProblem
from rome.robust.path import RobustPath, robust_path
from rome.settings.study import STRENGTHS


class Mixture(Protocol):
    """A fitted mixture on plain arrays: X is (n, p) and y (n,), both in the user's units."""

    def membership(self, X: np.ndarray) -> np.ndarray: ...

    def group_predictions(self, X: np.ndarray) -> np.ndarray: ...

    def posterior(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return responsibilities (n, K) and the log-likelihood of each row (n,)."""

    def dro_problem(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> DroProblem: ...


class FittedMixture(TransformerMixin, RegressorMixin, BaseEstimator):
    """The methods of a mixture that read a fit and change nothing.

    A kind of mixture sets ``_mixture`` and ``_path`` in its ``fit``, and has the parameters ``predictor`` and
    ``criterion``.
    """

    _mixture: Mixture
    _path: RobustPath

    def membership(self, X) -> np.ndarray:
        """Return P(group | gate columns) of shape (n_samples, K), before any outcome is seen."""
        X = self._checked(X)
        return self._mixture.membership(X)

    def transform(self, X) -> np.ndarray:
        """Return ``membership(X)``, so that a pipeline or ``set_output`` can take the groups as columns."""
        return self.membership(X)

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """Return the names of the columns of ``transform``: group1, group2, …, largest first."""
        check_is_fitted(self)
        return np.array([f"group{k + 1}" for k in range(len(self.shares_))], dtype=object)

    def responsibilities(self, X, y) -> np.ndarray:
        """Return P(group | x, s, y) of shape (n_samples, K), after the outcome is seen."""
        X, y, _ = self._checked_rows(X, y)
        return self._mixture.posterior(X, y)[0]

    def log_likelihood_of_rows(self, X, y) -> np.ndarray:
        """Return the log-likelihood (n_samples,) of each row's outcome, in units of y."""
        X, y, _ = self._checked_rows(X, y)
        return self._mixture.posterior(X, y)[1]

    def group_predictions(self, X) -> np.ndarray:
        """Return each expert's prediction, shape (n_samples, K), in units of y (or probabilities)."""
        X = self._checked(X)
        return self._mixture.group_predictions(X)

    def predict(self, X) -> np.ndarray:
        """Return the robust prediction (n_samples,) at the fitted ``dro_strength``, in units of y (or
        probabilities); a parameter set since then takes effect with the next ``fit``."""
        X = self._checked(X)
        return self._path.predict(self._mixture.group_predictions(X), self._mixture.membership(X))[:, 0]

    def path(self, X, y, *, strengths=STRENGTHS, sample_weight=None) -> RobustPath:
        """Return the robust proportions for every strength, solved on the rows given; nothing is refitted.

        Parameters
        ----------
        X, y : array-like of shape (n_samples, n_features), (n_samples,)
            Usually the training rows; for networks rows that they were not trained on, such as
            ``X[validation_rows_]``, where there are any.
        strengths : sequence of float in [0, 1]
        sample_weight : array-like of shape (n_samples,) or None

        Raises
        ------
        SettingError
            ``predictor`` and ``criterion``, which are read now, don't go together, or a strength is outside.
        """
        problem = self._mixture.dro_problem(*self._checked_rows(X, y, sample_weight))
        return robust_path(problem, self.predictor, self.criterion, tuple(strengths))

    def _checked(self, X) -> np.ndarray:
        check_is_fitted(self)
        return validate_data(self, X, dtype=np.float64, reset=False)

    def _checked_rows(self, X, y, sample_weight=None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        check_is_fitted(self)
        X, y = validate_data(self, X, y, dtype=np.float64, reset=False, y_numeric=True)
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        return X, np.asarray(y, dtype=np.float64), weights
