"""What a fitted RomeEM answers about rows: who they are, what is predicted for them, how sure that is."""

from __future__ import annotations

import numpy as np
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from rome.em.flexible import Expansion
from rome.em.standard_errors import StandardErrors, standard_errors
from rome.em.warm import last_expansion
from rome.robust import RobustPath, robust_path
from rome.settings.study import STRENGTHS


class FittedAnswers:
    """The methods of RomeEM that read a fit and change nothing."""

    def _checked(self, X) -> np.ndarray:
        check_is_fitted(self)
        return validate_data(self, X, dtype=np.float64, reset=False)

    def _checked_pair(self, X, y) -> tuple[np.ndarray, np.ndarray]:
        check_is_fitted(self)
        X, y = validate_data(self, X, y, dtype=np.float64, reset=False, y_numeric=True)
        return X, np.asarray(y, dtype=np.float64)

    def membership(self, X) -> np.ndarray:
        """Return P(group | s) of shape (n_samples, K), before any outcome is seen."""
        X = self._checked(X)
        return self._mixture.membership(X)

    @property
    def gate_expansion(self) -> Expansion | None:
        """Bends and products of a flexible gate; ``None`` for a linear one."""
        check_is_fitted(self)
        return last_expansion(self._mixture)

    def transform(self, X) -> np.ndarray:
        """Return ``membership(X)``, so that a pipeline or ``set_output`` can take the groups as columns."""
        return self.membership(X)

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """Return the names of the columns of ``transform``: group1, group2, …, largest first."""
        check_is_fitted(self)
        return np.array([f"group{k + 1}" for k in range(len(self.shares_))], dtype=object)

    def responsibilities(self, X, y) -> np.ndarray:
        """Return P(group | x, s, y) of shape (n_samples, K), after the outcome is seen."""
        return self._mixture_posterior(X, y)[0]

    def log_likelihood_of_rows(self, X, y) -> np.ndarray:
        """Return the log-likelihood (n_samples,) of each row's outcome, in units of y."""
        return self._mixture_posterior(X, y)[1]

    def _mixture_posterior(self, X, y) -> tuple[np.ndarray, np.ndarray]:
        X, y = self._checked_pair(X, y)
        return self._mixture.posterior(X, y)

    def group_predictions(self, X) -> np.ndarray:
        """Return each expert's prediction, shape (n_samples, K), in units of y (or probabilities)."""
        X = self._checked(X)
        return self._mixture.group_predictions(X)

    def path(self, X, y, *, strengths=STRENGTHS, sample_weight=None) -> RobustPath:
        """Return the robust proportions for every strength, played on the rows given; nothing is refitted.

        Parameters
        ----------
        X, y : array-like of shape (n_samples, n_features), (n_samples,)
            Usually the training rows.
        strengths : sequence of float in [0, 1]
        sample_weight : array-like of shape (n_samples,) or None

        Raises
        ------
        SettingError
            ``predictor`` and ``criterion``, which are read now, don't go together, or a strength is outside.
        """
        X, y = self._checked_pair(X, y)
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        return robust_path(
            self._mixture.game(X, y, weights), self.predictor, self.criterion, tuple(strengths)
        )

    def standard_errors(self, X, y, sample_weight=None, *, kind="louis") -> StandardErrors:
        """Return standard errors of the experts' and the gate's coefficients, from the training rows.

        Parameters
        ----------
        X, y : array-like of shape (n_samples, n_features), (n_samples,)
            The rows that the model was fitted on.
        sample_weight : array-like of shape (n_samples,) or None
            The weights it was fitted with; a weight of 2 counts a row twice.
        kind : {"louis", "sandwich"}
            From the observed information, or robust to a misspecified model as well.

        Warns
        -----
        StandardErrorWarning
            A group has coefficients that the rows don't determine; theirs are NaN.

        References
        ----------
        Louis (1982), JRSS B 44, 226-233; White (1982), Econometrica 50, 1-25.
        """
        X, y = self._checked_pair(X, y)
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        return standard_errors(self._mixture, self._mixture.scaling.blocks(X, y, weights), kind)

    def predict(self, X) -> np.ndarray:
        """Return the robust prediction (n_samples,) at the fitted ``dro_strength``, in units of y (or
        probabilities); a parameter set since then takes effect with the next ``fit``."""
        X = self._checked(X)
        return self._path.predict(self._mixture.group_predictions(X), self._mixture.membership(X))[:, 0]
