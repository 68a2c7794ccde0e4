"""What a trained ``RomeMoE`` answers: groups, predictions, the dial, and its files."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import numpy as np
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from rome.errors import StoreError
from rome.moe import files
from rome.robust import RobustPath, robust_path
from rome.settings.study import STRENGTHS


class FittedMoE:
    """The part of ``RomeMoE`` that reads a trained mixture and changes nothing."""

    def _publish(self) -> None:
        """Show what the mixture and the path hold."""
        self.sigma_ = self._mixture.sigma
        self.shares_ = self._path.shares
        self.prior_ = self._path.priors[0]

    def _checked(self, X) -> np.ndarray:
        check_is_fitted(self)
        return validate_data(self, X, dtype=np.float64, reset=False)

    def _checked_pair(self, X, y) -> tuple[np.ndarray, np.ndarray]:
        check_is_fitted(self)
        X, y = validate_data(self, X, y, dtype=np.float64, reset=False, y_numeric=True)
        return X, np.asarray(y, dtype=np.float64)

    def membership(self, X) -> np.ndarray:
        """Return P(group | gate columns) of shape (n_samples, K), before any outcome is seen."""
        X = self._checked(X)
        return self._mixture.membership(X)

    def responsibilities(self, X, y) -> np.ndarray:
        """Return P(group | x, s, y) of shape (n_samples, K), after the outcome is seen."""
        X, y = self._checked_pair(X, y)
        return self._mixture.posterior(X, y)[0]

    def log_likelihood_of_rows(self, X, y) -> np.ndarray:
        """Return the log-likelihood (n_samples,) of each row's outcome, in units of y."""
        X, y = self._checked_pair(X, y)
        return self._mixture.posterior(X, y)[1]

    def group_predictions(self, X) -> np.ndarray:
        """Return each expert's prediction, shape (n_samples, K), in units of y (or probabilities)."""
        X = self._checked(X)
        return self._mixture.group_predictions(X)

    def path(self, X, y, *, strengths=STRENGTHS, sample_weight=None) -> RobustPath:
        """Return the robust proportions for every strength, played on the rows given; nothing is retrained.

        Parameters
        ----------
        X, y : array-like of shape (n_samples, n_features), (n_samples,)
            Rows that the networks were not trained on, such as ``X[validation_rows_]``, where there are any.
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

    def predict(self, X) -> np.ndarray:
        """Return the robust prediction (n_samples,) at the fitted ``dro_strength``, in units of y (or
        probabilities); a parameter set since then takes effect with the next ``fit``."""
        X = self._checked(X)
        return self._path.predict(self._mixture.group_predictions(X), self._mixture.membership(X))[:, 0]

    def save(self, folder: Path | str) -> None:
        """Write the trained model into ``folder`` as ``moe.json`` and ``moe.safetensors``.

        ``warm_start_from`` is not written, nor a ``random_state`` that is not a number.
        """
        check_is_fitted(self)
        names = getattr(self, "feature_names_in_", None)
        files.write(
            Path(folder),
            files.Stored(
                files.plain_parameters(self.get_params(deep=False)),
                None if names is None else tuple(str(name) for name in names),
                self.n_features_in_,
                self._mixture,
                self._path,
                self.validation_rows_,
                self.history_,
                self.best_epoch_,
                self.log_likelihood_,
                self.start_objectives_,
            ),
        )

    @classmethod
    def load(cls, folder: Path | str) -> Self:
        """Return the model that ``save`` wrote, ready to predict.

        Raises
        ------
        StoreError
            A file is missing, or holds something else.
        """
        stored = files.read(Path(folder))
        if {*stored.parameters, "warm_start_from"} != set(cls._get_param_names()):
            raise StoreError(f'The model in "{folder}" was saved with other parameters; train it again.')
        model = cls(**stored.parameters)
        model.n_features_in_ = stored.n_features
        if stored.columns is not None:
            model.feature_names_in_ = np.array(stored.columns, dtype=object)
        model._mixture, model._path = stored.mixture, stored.path
        model.validation_rows_ = stored.validation_rows
        model.history_, model.best_epoch_ = stored.history, stored.best_epoch
        model.start_objectives_ = stored.start_objectives
        model.n_iter_, model.log_likelihood_ = len(stored.history), stored.log_likelihood
        model._publish()
        return model
