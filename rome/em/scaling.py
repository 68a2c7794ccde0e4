"""Standardised units for the fit, and the way back to the user's units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rome.em.statistics import Parameters, RowBlocks


@dataclass(frozen=True)
class Columns:
    """Which columns of X a part of the model sees, and their centre and scale, all (p,)."""

    index: np.ndarray
    mean: np.ndarray
    scale: np.ndarray

    @classmethod
    def fit(cls, X: np.ndarray, index: np.ndarray, weights: np.ndarray) -> Columns:
        """Measure the columns ``index`` of X (n, p) with row weights (n,); constant columns get scale 1."""
        chosen = X[:, index]
        if not len(index):
            return cls(index, np.zeros(0), np.ones(0))
        mean = np.average(chosen, axis=0, weights=weights)
        scale = np.sqrt(np.average((chosen - mean) ** 2, axis=0, weights=weights))
        negligible = scale <= 1e-12 * np.maximum(np.abs(mean), np.finfo(float).tiny)
        return cls(index, mean, np.where(negligible, 1.0, scale))

    def design(self, X: np.ndarray) -> np.ndarray:
        """Return [1, standardised columns] of X, shape (n, 1 + p)."""
        return np.column_stack([np.ones(len(X)), (X[:, self.index] - self.mean) / self.scale])

    def to_units(self, coefficients: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return slopes (K, p) and intercepts (K,) per unit of X from standardised (K, 1 + p)."""
        slopes = coefficients[:, 1:] / self.scale
        return slopes, coefficients[:, 0] - slopes @ self.mean


@dataclass(frozen=True)
class Scaling:
    """Centre and scale of everything: expert columns, gate columns and the outcome."""

    experts: Columns
    gate: Columns
    y_mean: float
    y_scale: float

    @classmethod
    def fit(
        cls,
        X: np.ndarray,
        y: np.ndarray,
        weights: np.ndarray,
        expert_index: np.ndarray,
        gate_index: np.ndarray,
        binary: bool,
    ) -> Scaling:
        """Measure training rows; a binary outcome keeps its 0 and 1."""
        mean, scale = 0.0, 1.0
        if not binary:
            mean = float(np.average(y, weights=weights))
            scale = float(np.sqrt(np.average((y - mean) ** 2, weights=weights)))
            scale = scale if scale > 0 else 1.0
        experts = Columns.fit(X, expert_index, weights)
        return cls(experts, Columns.fit(X, gate_index, weights), mean, scale)

    def blocks(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> RowBlocks:
        """Return the rows in standardised units."""
        outcome = (y - self.y_mean) / self.y_scale
        return RowBlocks(self.experts.design(X), self.gate.design(X), outcome, weights)


def sorted_by_share(parameters: Parameters, counts: np.ndarray) -> Parameters:
    """Return the groups in decreasing order of size, ties by intercept, with the last as reference."""
    order = np.lexsort((parameters.beta[:, 0], -np.round(counts, 6)))
    gamma = parameters.gamma[order]
    return Parameters(parameters.beta[order], parameters.sigma2[order], gamma - gamma[-1])
