"""Standardised units for training, and the way back to the user's units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from rome.moe.training import Data


@dataclass(frozen=True)
class Scaling:
    """Columns that experts and gate see, with centre and scale of each, and of the outcome.

    ``expert_*`` are (p,), ``gate_*`` (d,). A binary outcome keeps its 0 and 1.
    """

    expert_index: np.ndarray
    expert_mean: np.ndarray
    expert_scale: np.ndarray
    gate_index: np.ndarray
    gate_mean: np.ndarray
    gate_scale: np.ndarray
    y_mean: float
    y_scale: float

    @classmethod
    def fit(
        cls,
        X: np.ndarray,
        y: np.ndarray,
        weights: np.ndarray,
        gate_index: np.ndarray,
        expert_index: np.ndarray,
        binary: bool,
    ) -> Scaling:
        """Measure training rows X (n, p), y and weights (n,); a constant column gets scale 1."""
        centre, scale = 0.0, 1.0
        if not binary:
            centre, scale = (float(value[0]) for value in _centre_and_scale(y[:, None], weights))
        return cls(
            expert_index,
            *_centre_and_scale(X[:, expert_index], weights),
            gate_index,
            *_centre_and_scale(X[:, gate_index], weights),
            centre,
            scale,
        )

    def expert_columns(self, X: np.ndarray) -> np.ndarray:
        """Return standardised expert columns (n, p)."""
        return (X[:, self.expert_index] - self.expert_mean) / self.expert_scale

    def gate_columns(self, X: np.ndarray) -> np.ndarray:
        """Return standardised gate columns (n, d)."""
        return (X[:, self.gate_index] - self.gate_mean) / self.gate_scale

    def data(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray, device: torch.device) -> Data:
        """Return rows for training, in single precision on ``device``; weights get mean 1."""
        columns = (
            self.expert_columns(X),
            self.gate_columns(X),
            (y - self.y_mean) / self.y_scale,
            weights / weights.mean(),
        )
        return Data(*(torch.from_numpy(part.astype(np.float32)).to(device) for part in columns))


def _centre_and_scale(columns: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return weighted mean and standard deviation of each column, both (p,)."""
    share = weights / weights.sum()
    mean = share @ columns
    scale = np.sqrt(share @ (columns - mean) ** 2)
    negligible = scale <= 1e-12 * np.maximum(np.abs(mean), np.finfo(float).tiny)
    return mean, np.where(negligible, 1.0, scale)
