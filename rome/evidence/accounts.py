"""One-group accounts of an outcome: what a table looks like when there are no groups in it.

"Noisier" and "curved" are not "different": a mixture also gains where the spread grows with a column, the
tails are heavy, the noise is skewed or the mean is bent. Each account here is one density for everybody,
p(y | a, s) = f((y − m(a, s)) / σ(a, s)) / σ(a, s), with a mean that is linear, quadratic or boosted, a
spread that is constant or moves with the columns, and noise that is normal or a free mixture of three
normals (which covers heavy tails and skewness; with equal slopes it is also the scale mixture).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from scipy.stats import norm
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures, StandardScaler

from rome.config import Outcome

Mean = Literal["linear", "quadratic", "boosted"]
_RIDGES = np.logspace(-3, 4, 8)
_INNER_FOLDS = 3
#: Beyond this many columns a quadratic mean has squares only, and no products of two columns.
_MOST_FOR_PRODUCTS = 12
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


class Account(Protocol):
    """A fitted one-group account; ``score_samples`` gives log p(y | X) of each row, (n,)."""

    def score_samples(self, X: np.ndarray, y: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True)
class LocationScale:
    """A numeric outcome as mean + spread × noise; ``spread`` and ``noise`` None mean constant and normal."""

    mean: object
    constant: float
    spread: object | None
    noise: GaussianMixture | None
    centre: float
    scale: float

    def score_samples(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return log p(y | X) in units of y, (n,)."""
        residual = (y - self.centre) / self.scale - self.mean.predict(X)
        spread = np.full(len(y), self.constant)
        if self.spread is not None:
            spread = self.constant * np.exp(np.clip(self.spread.predict(X), -6, 6))
        standard = residual / spread
        density = norm.logpdf(standard) if self.noise is None else self.noise.score_samples(standard[:, None])
        return density - np.log(spread) - np.log(self.scale)


@dataclass(frozen=True)
class Classifier:
    """A binary outcome as one probability per row."""

    model: object

    def score_samples(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the log-probability of y, (n,)."""
        probability = np.clip(
            self.model.predict_proba(X)[:, 1], _SMALLEST_PROBABILITY, 1 - _SMALLEST_PROBABILITY
        )
        return np.where(y > 0.5, np.log(probability), np.log1p(-probability))


def _mean_model(mean: Mean, n_columns: int, seed: int):
    if mean == "linear":
        return make_pipeline(StandardScaler(), RidgeCV(_RIDGES))
    if mean == "quadratic":
        return make_pipeline(*_bend(n_columns), StandardScaler(), RidgeCV(_RIDGES))
    return HistGradientBoostingRegressor(**_BOOSTING, min_samples_leaf=20, random_state=seed)


def _bend(n_columns: int) -> list:
    if n_columns <= _MOST_FOR_PRODUCTS:
        return [StandardScaler(), PolynomialFeatures(2, include_bias=False)]
    return [StandardScaler(), FunctionTransformer(_with_squares)]


def _with_squares(X: np.ndarray) -> np.ndarray:
    return np.hstack([X, X**2])


def _spread_model(n_columns: int):
    """A log spread that is linear and quadratic in the columns, shrunk by cross-validation."""
    return make_pipeline(*_bend(n_columns), StandardScaler(), RidgeCV(_RIDGES))


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
    """Fit one account of a numeric outcome.

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
    # Ridges are chosen on a fixed scale, so weights count only against each other.
    weights = weights / weights.mean()
    centre = float(np.average(y, weights=weights))
    scale = float(np.sqrt(np.average((y - centre) ** 2, weights=weights))) or 1.0
    target = (y - centre) / scale
    model = _mean_model(mean, X.shape[1], seed)
    residual = target - _crossed(model, X, target, weights, seed)
    spread, relative = None, np.ones(len(y))
    if moving_spread:
        log_size = np.log(np.abs(residual) + _SMALLEST_SPREAD)
        log_size -= np.average(log_size, weights=weights)
        spread = _spread_model(X.shape[1])
        relative = np.exp(np.clip(_crossed(spread, X, log_size, weights, seed), -6, 6))
        spread.fit(X, log_size, **_weighted(spread, weights))
    standard = residual / relative
    constant = max(float(np.sqrt(np.average(standard**2, weights=weights))), _SMALLEST_SPREAD)
    noise = _free_noise(standard / constant, weights, seed) if free_noise else None
    model.fit(X, target, **_weighted(model, weights))
    return LocationScale(model, constant, spread, noise, centre, scale)


def _weighted(model, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Return the argument that hands case weights to a model, or to the last step of a pipeline."""
    steps = getattr(model, "steps", None)
    return {f"{steps[-1][0]}__sample_weight" if steps else "sample_weight": weights}


def _crossed(model, X: np.ndarray, target: np.ndarray, weights: np.ndarray, seed: int) -> np.ndarray:
    """Return predictions (n,), each from a fit on the inner folds that held its row out."""
    folds = KFold(_INNER_FOLDS, shuffle=True, random_state=seed)
    return cross_val_predict(model, X, target, cv=folds, params=_weighted(model, weights))


def _free_noise(standard: np.ndarray, weights: np.ndarray, seed: int) -> GaussianMixture:
    rows = standard
    if np.ptp(weights) > 0:
        # scikit-learn's mixture takes no weights: rows drawn by their weight stand for the weighted rows.
        drawn = np.random.default_rng(seed).choice(len(rows), len(rows), p=weights / weights.sum())
        rows = standard[drawn]
    with warnings.catch_warnings():
        # An early end costs this account a little likelihood, and nothing else depends on it.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return GaussianMixture(3, n_init=2, reg_covar=1e-4, random_state=seed).fit(rows[:, None])


def fit_classifier(X: np.ndarray, y: np.ndarray, weights: np.ndarray, mean: Mean, seed: int) -> Classifier:
    """Fit one account of a binary outcome: logistic, logistic with bends, or boosted."""
    if mean == "boosted":
        model = HistGradientBoostingClassifier(**_BOOSTING, random_state=seed)
    else:
        bends = _bend(X.shape[1]) if mean == "quadratic" else []
        ridge = 1.0 if mean == "quadratic" else 100.0
        model = make_pipeline(
            *bends, StandardScaler(), LogisticRegression(C=ridge, solver="newton-cholesky", max_iter=200)
        )
    return Classifier(model.fit(X, y.astype(int), **_weighted(model, weights)))


#: Takes training X (n, p), y (n,) and case weights (n,).
Fitter = Callable[[np.ndarray, np.ndarray, np.ndarray], Account]


def one_group_accounts(outcome: Outcome, seed: int) -> dict[str, Fitter]:
    """Return how to fit each account, by its name in plain words."""
    if outcome == "binary":
        return {
            "one logistic curve": lambda X, y, w: fit_classifier(X, y, w, "linear", seed),
            "curved (quadratic)": lambda X, y, w: fit_classifier(X, y, w, "quadratic", seed),
            "curved (boosted trees)": lambda X, y, w: fit_classifier(X, y, w, "boosted", seed),
        }

    def location_scale(mean: Mean, moving_spread: bool, free_noise: bool):
        return lambda X, y, w: fit_location_scale(
            X, y, w, mean, moving_spread=moving_spread, free_noise=free_noise, seed=seed
        )

    return {
        "one line, even normal spread": location_scale("linear", False, False),
        "one line, uneven spread": location_scale("linear", True, False),
        "one line, heavy-tailed or skewed noise": location_scale("linear", False, True),
        "one line, uneven spread, free noise": location_scale("linear", True, True),
        "curved (quadratic), even spread, free noise": location_scale("quadratic", False, True),
        "curved (quadratic), uneven spread, free noise": location_scale("quadratic", True, True),
        "curved (boosted trees), uneven spread, free noise": location_scale("boosted", True, True),
    }
