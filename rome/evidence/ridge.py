"""A line or a parabola with its ridge chosen by leave-one-out: what null models are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_PENALTIES = np.logspace(-3, 4, 8)
#: Beyond this many columns a parabola has squares only, and no products of two columns.
MOST_FOR_PRODUCTS = 12


@dataclass(frozen=True)
class Ridge:
    """A fitted curve: columns are standardised, bent or not, standardised again, and weighed."""

    centre: np.ndarray
    scale: np.ndarray
    bent: bool
    term_centre: np.ndarray
    term_scale: np.ndarray
    coefficients: np.ndarray
    intercept: float

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the curve at X (n, p), (n,)."""
        terms = _terms((X - self.centre) / self.scale, self.bent)
        return self.intercept + ((terms - self.term_centre) / self.term_scale) @ self.coefficients


def fit_ridge(X: np.ndarray, target: np.ndarray, weights: np.ndarray, bent: bool) -> Ridge:
    """Fit ``target`` (n,) on X (n, p), with squares and products of columns where ``bent``.

    The penalty is the one of a grid whose weighted leave-one-out error is least; with Z = √W X centred and
    Z'Z = V D V', residual i without row i is r_i / (1 − h_i), h_i = w_i (1/Σw + x_i' V (D + α)⁻¹ V' x_i).
    """
    centre, scale = _standard(X, weights)
    terms = _terms((X - centre) / scale, bent)
    term_centre, term_scale = _standard(terms, weights, least=1.0)
    terms = (terms - term_centre) / term_scale
    intercept = float(np.average(target, weights=weights))
    values, vectors = np.linalg.eigh((terms * weights[:, None]).T @ terms)
    values = np.maximum(values, 0.0)
    rotated = terms @ vectors
    pull = rotated.T @ (weights * (target - intercept))
    squares, floor = rotated**2, 1 / weights.sum()
    best = min(
        _PENALTIES,
        key=lambda penalty: _left_out(
            rotated, squares, target - intercept, weights, values + penalty, pull, floor
        ),
    )
    coefficients = vectors @ (pull / (values + best))
    return Ridge(centre, scale, bent, term_centre, term_scale, coefficients, intercept)


def _left_out(rotated, squares, target, weights, damped, pull, floor) -> float:
    """Return the weighted leave-one-out squared error of one penalty."""
    leverage = weights * (floor + squares @ (1 / damped))
    residual = target - rotated @ (pull / damped)
    return float(weights @ (residual / np.maximum(1 - leverage, 1e-9)) ** 2)


def _standard(X: np.ndarray, weights: np.ndarray, least: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return centre and spread of columns; a spread that is rounding beside the column's size, which is at
    ``least`` so much, counts as 1."""
    centre = np.average(X, axis=0, weights=weights)
    scale = np.sqrt(np.average((X - centre) ** 2, axis=0, weights=weights))
    negligible = scale <= 1e-12 * np.maximum(np.abs(centre), max(least, np.finfo(float).tiny))
    return centre, np.where(negligible, 1.0, scale)


def _terms(X: np.ndarray, bent: bool) -> np.ndarray:
    if not bent:
        return X
    if X.shape[1] > MOST_FOR_PRODUCTS:
        return np.hstack([X, X**2])
    first, second = np.triu_indices(X.shape[1])
    return np.hstack([X, X[:, first] * X[:, second]])
