"""What all baselines share: which columns they see, and what they ask of their rows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from rome.errors import SettingError, TooFewRowsError
from rome.settings.columns import check_outcome, gate_and_expert_positions
from rome.settings.spec import check_choice

#: Rows of positive weight that a baseline asks for.
FEWEST_ROWS = 2


def seen_columns(model) -> np.ndarray:
    """Return the positions of the columns that ``model`` predicts from, rising.

    With ``sees="a"``: ``expert_features``, or all columns that are not in ``gate_features``. With ``"as"``:
    these and ``gate_features``, which is every column unless ``expert_features`` leaves some out.
    """
    check_choice("sees", model.sees, ("a", "as"))
    count, names = model.n_features_in_, getattr(model, "feature_names_in_", None)
    gate, plain = gate_and_expert_positions(model.gate_features, model.expert_features, names, count)
    seen = np.sort(plain) if model.sees == "a" else np.union1d(plain, gate)
    if not len(seen):
        raise SettingError(
            f'sees="a" leaves none of {count} columns (gate_features takes them all). '
            'Use sees="as", or name expert_features.'
        )
    return seen


#: Makes the annotated names of an estimator its parameters: scikit-learn reads them from a dataclass's
#: ``__init__`` as from any other, and those that several estimators share are declared once.
parameters = partial(dataclass, eq=False, repr=False, kw_only=True)


@parameters()
class Baseline(RegressorMixin, BaseEstimator):
    """A model that predicts from the columns it sees; a kind of model fills in ``_learn`` and ``_answer``.

    Rows of weight 0 are left out. ``predict`` returns units of y, or P(y = 1) for a binary outcome.

    Parameters
    ----------
    outcome : {"numeric", "binary"}
    gate_features, expert_features : sequence of str or int, or None
        As in ``RomeEM``.
    """

    outcome: str = field(default="numeric", kw_only=False)
    gate_features: Sequence[str | int] | None = None
    expert_features: Sequence[str | int] | None = None

    def fit(self, X, y, sample_weight=None):
        """Fit on the columns that ``sees`` names.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Expert and gate columns together, numeric and finite, as for ``RomeEM``.
        y : array-like of shape (n_samples,)
            Outcome, in its own units; 0/1 for ``outcome="binary"``.
        sample_weight : array-like of shape (n_samples,) or None

        Raises
        ------
        SettingError, ColumnError
            A parameter is outside its values, or a column is not in X.
        OutcomeError
            A binary outcome with other values than 0 and 1.
        TooFewRowsError
            Fewer than two rows of positive weight.
        """
        return self._fit(X, y, sample_weight)

    def _fit(self, X, y, sample_weight, labels: Callable[[int], np.ndarray] | None = None):
        """Check and learn; ``labels`` gives the groups of n rows to a model that takes them."""
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        y = np.asarray(y, dtype=np.float64)
        check_choice("outcome", self.outcome, ("numeric", "binary"))
        check_outcome(self.outcome, y)
        self._seen = seen_columns(self)
        used = weights > 0
        if used.sum() < FEWEST_ROWS:
            raise TooFewRowsError(
                f"{type(self).__name__} needs at least {FEWEST_ROWS} rows of positive weight, "
                f"but n_samples = {int(used.sum())}. Add rows."
            )
        known = () if labels is None else (labels(len(y))[used],)
        self._learn(X[used][:, self._seen], y[used], weights[used], *known)
        return self

    def predict(self, X) -> np.ndarray:
        """Return the prediction (n_samples,), in units of y, or probabilities."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return self._answer(X[:, self._seen])

    def _seed(self) -> int:
        """Return the seed of one fit."""
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    @abstractmethod
    def _learn(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None: ...

    @abstractmethod
    def _answer(self, X: np.ndarray) -> np.ndarray: ...


class GroupBaseline(Baseline):
    """A baseline that knows the groups of its training rows."""

    def fit(self, X, y, sample_weight=None, groups=None):
        """Fit with known groups.

        Parameters
        ----------
        X, y, sample_weight : as for every baseline
        groups : array-like of shape (n_samples,) or None
            The group of every row: labels of any kind. ``None`` is one group of everybody, and is only
            taken where there are no ``gate_features``.

        Raises
        ------
        SettingError
            ``groups`` is missing though there are ``gate_features``, or has another length than y.
        """
        return self._fit(X, y, sample_weight, lambda n: self._labels(groups, n))

    def _labels(self, groups, n: int) -> np.ndarray:
        if groups is None:
            if self.gate_features is not None:
                raise SettingError(
                    f"{type(self).__name__} guards groups that are known, but groups is missing. "
                    "Pass fit(X, y, groups=labels), one label a row."
                )
            return np.zeros(n, dtype=int)
        labels = np.asarray(groups).astype(str)
        if labels.shape != (n,):
            raise SettingError(f"groups has the shape {labels.shape}; it needs one label a row, ({n},).")
        return labels
