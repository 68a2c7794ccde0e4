"""Linear models on more terms than the columns, with one ridge: products S × A, or a curve of all."""

from __future__ import annotations

import warnings
from abc import abstractmethod

import numpy as np
from numpy.random import RandomState
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.utils.validation import check_is_fitted

from rome.baselines.base import Baseline, parameters, seen_columns
from rome.em.flexible import Expansion
from rome.runtime.random import stream
from rome.settings.columns import column_positions

_RIDGES = np.logspace(-3, 4, 15)
_FOLDS = 5
#: The same for a curve of a binary outcome, which has many terms: a fit takes long, and fewer will do.
_CURVE_RIDGES, _CURVE_FOLDS = np.logspace(-1, 3, 5), 3
#: Probabilities are kept this far from 0 and 1 in a log loss.
_SMALLEST = 1e-12
#: Beyond this many columns a curve has bends only, and no products of two columns.
MOST_FOR_PRODUCTS = 12


@parameters()
class _RidgeOnTerms(Baseline):
    """Least squares, or logistic regression, on standardised terms with one ridge that rows choose."""

    random_state: int | RandomState | None = None

    _ridges, _folds = _RIDGES, _FOLDS

    def _learn(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
        share = weights / weights.sum()
        self._choose_terms(X, share)
        self._term_mean, self._term_scale = _moments(self._raw_terms(X), share)
        terms = self._terms(X)
        if self.outcome == "binary":
            self._learn_binary(terms, y, weights)
        else:
            self._model = RidgeCV(self._ridges).fit(terms, y, sample_weight=weights)
            self.ridge_ = float(self._model.alpha_)

    def _learn_binary(self, terms: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
        def model(ridge: float) -> LogisticRegression:
            return LogisticRegression(C=1 / ridge, solver="newton-cholesky", max_iter=200)

        with warnings.catch_warnings():
            # A weak ridge on separable rows ends early; its log loss shows, and another one is chosen.
            warnings.simplefilter("ignore", ConvergenceWarning)
            fold = stream(self._seed(), "interactions").integers(0, self._folds, len(y))
            losses = [_log_loss_by_fold(model(ridge), terms, y, weights, fold) for ridge in self._ridges]
            self.ridge_ = float(self._ridges[int(np.argmin(losses))])
            self._model = model(self.ridge_).fit(terms, y.astype(int), sample_weight=weights)

    @abstractmethod
    def _choose_terms(self, X: np.ndarray, share: np.ndarray) -> None: ...

    @abstractmethod
    def _raw_terms(self, X: np.ndarray) -> np.ndarray: ...

    def _terms(self, X: np.ndarray) -> np.ndarray:
        return (self._raw_terms(X) - self._term_mean) / self._term_scale

    def _answer(self, X: np.ndarray) -> np.ndarray:
        terms = self._terms(X)
        return (
            self._model.predict_proba(terms)[:, 1] if self.outcome == "binary" else self._model.predict(terms)
        )


@parameters()
class Interactions(_RidgeOnTerms):
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

    def _choose_terms(self, X: np.ndarray, share: np.ndarray) -> None:
        self._pairs = self._products()
        self._mean, self._scale = _moments(X, share)

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


@parameters()
class Curve(_RidgeOnTerms):
    """One curve for everybody: restricted cubic splines and products of the columns it sees, with one ridge.

    Splines have four knots, at quantiles of the training rows, for every column of ten values or more, and
    are straight beyond the outer ones; products are those of two columns, where there are no more than
    twelve. The ridge is chosen as for ``Interactions``.

    Parameters
    ----------
    outcome : {"numeric", "binary"}
    sees : {"a", "as"}, default="as"
    gate_features, expert_features : sequence of str or int, or None
        As in ``RomeEM``.
    random_state : int, RandomState or None

    Attributes
    ----------
    ridge_ : float
        The penalty that was chosen.

    References
    ----------
    Harrell (2015), Regression Modeling Strategies, section 2.4.
    """

    sees: str = "as"

    def _learn_binary(self, terms: np.ndarray, y: np.ndarray, weights: np.ndarray) -> None:
        self._ridges, self._folds = _CURVE_RIDGES, _CURVE_FOLDS
        super()._learn_binary(terms, y, weights)

    def _choose_terms(self, X: np.ndarray, share: np.ndarray) -> None:
        columns = np.arange(X.shape[1])
        products = len(columns) <= MOST_FOR_PRODUCTS
        self._expansion = Expansion.fit(X, columns, share, products=products)

    def _raw_terms(self, X: np.ndarray) -> np.ndarray:
        return self._expansion.transform(X)

    def plain(self) -> tuple[Expansion, np.ndarray, float]:
        """Return the curve as numbers: its terms, a coefficient for each (m,), and the intercept."""
        check_is_fitted(self)
        slopes = np.ravel(self._model.coef_) / self._term_scale
        return self._expansion, slopes, float(np.ravel(self._model.intercept_)[0] - slopes @ self._term_mean)


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
