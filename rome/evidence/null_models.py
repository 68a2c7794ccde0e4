"""Null models of an outcome, one group for everybody: what a table looks like when there are no groups in it.

"Noisier" and "curved" are not "different": a mixture also gains where the spread grows with a column, the
tails are heavy, the noise is skewed or the mean is bent. Each null model is one density for everybody,
p(y | a, s) = f((y − m(a, s)) / σ(a, s)) / σ(a, s), with a mean that is linear, quadratic or boosted, a
spread that is constant or moves with the columns, and noise that is normal or a free mixture of three
normals (which covers heavy tails and skewness; with equal slopes it is also the scale mixture), of one shape
for all rows or of one that drifts with the prediction, as where small outcomes lie close and large ones lie
in two heaps. Where all outcomes are positive, the strongest of them are also fitted to log y: a rule that
multiplies is bent, and its spread grows, on the scale of y.

The best curved mean among them gives one more column to the evidence mixture (:mod:`rome.evidence.mixture`):
its predictions of rows that it was not fitted on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from scipy.special import logit
from scipy.stats import norm
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures, StandardScaler

from rome.evidence.noise import DriftingNoise, FreeNoise, fit_drifting_noise, fit_noise
from rome.evidence.ridge import MOST_FOR_PRODUCTS, fit_ridge
from rome.results.verdict import NULL_MODELS, NullModel, NullModelCode
from rome.settings.study import Outcome

Mean = Literal["linear", "quadratic", "boosted"]
_CURVED: tuple[Mean, ...] = ("quadratic", "boosted")
_INNER_FOLDS = 3
_BOOSTING = {
    "max_iter": 100,
    "learning_rate": 0.1,
    "max_leaf_nodes": 15,
    "max_bins": 63,
    "early_stopping": True,
    "n_iter_no_change": 6,
}
_SMALLEST_SPREAD = 1e-3
_SMALLEST_PROBABILITY = 1e-6


class FittedNullModel(Protocol):
    """A fitted null model; ``log_likelihood_of_rows`` gives log p(y | X) of each row, (n,)."""

    def log_likelihood_of_rows(self, X: np.ndarray, y: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True)
class LocationScale:
    """A numeric outcome as mean + spread × noise; ``spread`` and ``noise`` None mean constant and normal."""

    mean: object
    constant: float
    spread: object | None
    noise: FreeNoise | DriftingNoise | None
    centre: float
    scale: float

    def log_likelihood_of_rows(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return log p(y | X) in units of y, (n,)."""
        mean = self.mean.predict(X)
        residual = (y - self.centre) / self.scale - mean
        spread = np.full(len(y), self.constant)
        if self.spread is not None:
            spread = self.constant * np.exp(np.clip(self.spread.predict(X), -6, 6))
        standard = residual / spread
        return self._density(standard, mean) - np.log(spread) - np.log(self.scale)

    def _density(self, standard: np.ndarray, mean: np.ndarray) -> np.ndarray:
        if self.noise is None:
            return norm.logpdf(standard)
        if isinstance(self.noise, DriftingNoise):
            return self.noise.logpdf(standard, mean)
        return self.noise.logpdf(standard)


@dataclass(frozen=True)
class OnLogScale:
    """A model of log y, as a density of y > 0: with the Jacobian 1/y."""

    model: LocationScale

    def log_likelihood_of_rows(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return log p(y | X) in units of y, (n,)."""
        return self.model.log_likelihood_of_rows(X, np.log(y)) - np.log(y)


@dataclass(frozen=True)
class Classifier:
    """A binary outcome as one probability per row."""

    model: object

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the log-odds, (n,)."""
        return logit(self._probability(X))

    def log_likelihood_of_rows(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the log-probability of y, (n,)."""
        probability = self._probability(X)
        return np.where(y > 0.5, np.log(probability), np.log1p(-probability))

    def _probability(self, X: np.ndarray) -> np.ndarray:
        return np.clip(self.model.predict_proba(X)[:, 1], _SMALLEST_PROBABILITY, 1 - _SMALLEST_PROBABILITY)


@dataclass(frozen=True)
class Curve:
    """A curved single model's predictions: of its own rows (n,), each from a fit without it, and of any
    rows. In units of y, or log-odds; ``error`` is the mean squared error, or minus the log-likelihood."""

    out_of_fold: np.ndarray
    predict: Callable[[np.ndarray], np.ndarray]
    error: float


@dataclass(frozen=True)
class FittedNullModels:
    """Null models by code, fitted on the same rows, and the best curved mean among them."""

    models: dict[NullModelCode, FittedNullModel]
    curve: Curve


class _Model(Protocol):
    def predict(self, X: np.ndarray) -> np.ndarray: ...


#: Takes X (n, p), a target (n,) and weights (n,).
_Fit = Callable[[np.ndarray, np.ndarray, np.ndarray], _Model]


def _fit_of(mean: Mean, seed: int) -> _Fit:
    if mean != "boosted":
        return lambda X, target, weights: fit_ridge(X, target, weights, mean == "quadratic")

    def boosted(X: np.ndarray, target: np.ndarray, weights: np.ndarray) -> _Model:
        trees = HistGradientBoostingRegressor(**_BOOSTING, min_samples_leaf=20, random_state=seed)
        return trees.fit(X, target, sample_weight=_uneven(weights))

    return boosted


def _log_spread(X: np.ndarray, target: np.ndarray, weights: np.ndarray) -> _Model:
    """Return a log spread that is linear and quadratic in the columns."""
    return fit_ridge(X, target, weights, True)


def _uneven(weights: np.ndarray) -> np.ndarray | None:
    """Return the weights, or None where they are equal: trees that are given any take four times as long."""
    return None if np.ptp(weights) == 0 else weights


def _bend(n_columns: int) -> list:
    if n_columns <= MOST_FOR_PRODUCTS:
        return [StandardScaler(), PolynomialFeatures(2, include_bias=False)]
    return [StandardScaler(), FunctionTransformer(_with_squares)]


def _with_squares(X: np.ndarray) -> np.ndarray:
    return np.hstack([X, X**2])


@dataclass(frozen=True)
class _Mean:
    """A fitted mean on a standardised outcome, with predictions (n,) of its rows by fits that never saw them,
    and the residuals (n,) that these left."""

    model: object
    centre: float
    scale: float
    out_of_fold: np.ndarray
    residual: np.ndarray

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the mean in units of the outcome, (n,)."""
        return self.centre + self.scale * self.model.predict(X)


def _fit_mean(X: np.ndarray, y: np.ndarray, weights: np.ndarray, mean: Mean, seed: int) -> _Mean:
    centre = float(np.average(y, weights=weights))
    scale = float(np.sqrt(np.average((y - centre) ** 2, weights=weights))) or 1.0
    target = (y - centre) / scale
    fit = _fit_of(mean, seed)
    out_of_fold = _crossed(fit, X, target, weights, seed)
    return _Mean(fit(X, target, weights), centre, scale, out_of_fold, target - out_of_fold)


@dataclass(frozen=True)
class _Spread:
    """A fitted log spread, and the relative spread (n,) of rows that it was not fitted on."""

    model: _Model | None
    out_of_fold: np.ndarray


def _fit_spread(mean: _Mean, X: np.ndarray, weights: np.ndarray, seed: int) -> _Spread:
    log_size = np.log(np.abs(mean.residual) + _SMALLEST_SPREAD)
    log_size -= np.average(log_size, weights=weights)
    out_of_fold = np.exp(np.clip(_crossed(_log_spread, X, log_size, weights, seed), -6, 6))
    return _Spread(_log_spread(X, log_size, weights), out_of_fold)


def _around(mean: _Mean, spread: _Spread, model: NullModel, weights: np.ndarray) -> LocationScale:
    """Return the null model whose noise is learned from the residuals of ``mean``."""
    standard = mean.residual / spread.out_of_fold
    constant = max(float(np.sqrt(np.average(standard**2, weights=weights))), _SMALLEST_SPREAD)
    noise: FreeNoise | DriftingNoise | None = None
    if model.drifting_noise:
        noise = fit_drifting_noise(standard / constant, mean.out_of_fold, weights)
    elif model.any_noise:
        noise = fit_noise(standard / constant, weights)
    return LocationScale(mean.model, constant, spread.model, noise, mean.centre, mean.scale)


def fit_location_scale(
    X: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    mean: Mean,
    *,
    moving_spread: bool,
    free_noise: bool,
    seed: int,
) -> LocationScale:
    """Fit one null model of a numeric outcome.

    Spread and noise are learned from residuals of inner folds, so that a mean that follows its own
    training rows doesn't make them look too small.

    Parameters
    ----------
    X : ndarray of shape (n, p)
        All columns, a and s.
    y, weights : ndarray of shape (n,)
    mean : {"linear", "quadratic", "boosted"}
    moving_spread, free_noise : bool
        Let the spread depend on X; let the noise be a mixture of three normals.
    seed : int
    """
    weights = weights / weights.mean()
    fitted = _fit_mean(X, y, weights, mean, seed)
    spread = _fit_spread(fitted, X, weights, seed) if moving_spread else _Spread(None, np.ones(len(y)))
    return _around(fitted, spread, NullModel("numeric", mean, moving_spread, free_noise), weights)


def _crossed(fit: _Fit, X: np.ndarray, target: np.ndarray, weights: np.ndarray, seed: int) -> np.ndarray:
    """Return predictions (n,), each from a fit on the inner folds that held its row out."""
    predicted = np.empty(len(target))
    for inner, outer in KFold(_INNER_FOLDS, shuffle=True, random_state=seed).split(X):
        predicted[outer] = fit(X[inner], target[inner], weights[inner]).predict(X[outer])
    return predicted


def fit_classifier(X: np.ndarray, y: np.ndarray, weights: np.ndarray, mean: Mean, seed: int) -> Classifier:
    """Fit one null model of a binary outcome: logistic, logistic with bends, or boosted."""
    labels = y.astype(int)
    if mean == "boosted":
        trees = HistGradientBoostingClassifier(**_BOOSTING, random_state=seed)
        return Classifier(trees.fit(X, labels, sample_weight=_uneven(weights)))
    bends = _bend(X.shape[1]) if mean == "quadratic" else []
    ridge = 1.0 if mean == "quadratic" else 100.0
    curve = LogisticRegression(C=ridge, solver="newton-cholesky", max_iter=200)
    model = make_pipeline(*bends, StandardScaler(), curve)
    return Classifier(model.fit(X, labels, logisticregression__sample_weight=weights))


def null_models_of(outcome: Outcome, positive: bool) -> dict[NullModelCode, NullModel]:
    """Return the null models of an outcome by code, simplest first; those of log y only if it is positive."""
    return {
        code: model
        for code, model in NULL_MODELS.items()
        if model.outcome == outcome and (positive or not model.log_scale)
    }


def fit_null_models(
    outcome: Outcome, X: np.ndarray, y: np.ndarray, weights: np.ndarray, seed: int, *, positive: bool
) -> FittedNullModels:
    """Fit every null model on the same rows, X (n, p), y and case weights (n,); they share their means.

    ``positive`` says that all outcomes, those of rows that will be scored too, are above 0.
    """
    # Ridges are chosen on a fixed scale, so weights count only against each other.
    weights = weights / weights.mean()
    models = null_models_of(outcome, positive)
    if outcome == "binary":
        fitted = {code: fit_classifier(X, y, weights, model.mean, seed) for code, model in models.items()}
        return FittedNullModels(fitted, fit_curve(outcome, X, y, weights, seed, positive=positive))
    means = {
        key: _fit_mean(X, np.log(y) if key[1] else y, weights, key[0], seed)
        for key in dict.fromkeys((model.mean, model.log_scale) for model in models.values())
    }
    even = _Spread(None, np.ones(len(y)))
    uneven = {key: _fit_spread(mean, X, weights, seed) for key, mean in means.items()}
    around = {}
    for code, model in models.items():
        key = (model.mean, model.log_scale)
        null_model = _around(means[key], uneven[key] if model.uneven_spread else even, model, weights)
        around[code] = OnLogScale(null_model) if model.log_scale else null_model
    return FittedNullModels(around, _best_curve(means, y, weights))


def fit_curve(
    outcome: Outcome, X: np.ndarray, y: np.ndarray, weights: np.ndarray, seed: int, *, positive: bool
) -> Curve:
    """Fit the curved means alone, as ``fit_null_models`` does, and return the best of them."""
    weights = weights / weights.mean()
    if outcome == "binary":
        return min(
            (_classified(X, y, weights, mean, seed) for mean in _CURVED), key=lambda curve: curve.error
        )
    means = {
        (mean, log_scale): _fit_mean(X, np.log(y) if log_scale else y, weights, mean, seed)
        for log_scale in ((False, True) if positive else (False,))
        for mean in _CURVED
    }
    return _best_curve(means, y, weights)


def _best_curve(means: dict[tuple[Mean, bool], _Mean], y: np.ndarray, weights: np.ndarray) -> Curve:
    curved = {key: mean for key, mean in means.items() if key[0] in _CURVED}
    curves = (_curve(mean, key[1], y, weights) for key, mean in curved.items())
    return min(curves, key=lambda curve: curve.error)


def _curve(mean: _Mean, log_scale: bool, y: np.ndarray, weights: np.ndarray) -> Curve:
    """Return the predictions of a mean; one of log y is brought back by Duan's (1983) smearing factor."""
    left = mean.scale * mean.residual
    if not log_scale:
        out_of_fold, predict = y - left, mean.predict
    else:
        smear = float(np.average(np.exp(left), weights=weights))
        highest = float(np.log(y).max()) + 1

        def predict(X: np.ndarray) -> np.ndarray:
            # A far row must not fling its prediction further than any outcome was seen.
            return smear * np.exp(np.minimum(mean.predict(X), highest))

        out_of_fold = smear * np.exp(np.minimum(np.log(y) - left, highest))
    return Curve(out_of_fold, predict, float(np.average((y - out_of_fold) ** 2, weights=weights)))


def _classified(X: np.ndarray, y: np.ndarray, weights: np.ndarray, mean: Mean, seed: int) -> Curve:
    """Return the log-odds of a curved classifier."""

    def fit(X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> Classifier:
        return fit_classifier(X, y, weights, mean, seed)

    odds = _crossed(fit, X, y, weights, seed)
    error = float(np.average(np.logaddexp(0, np.where(y > 0.5, -odds, odds)), weights=weights))
    return Curve(odds, fit(X, y, weights).predict, error)
