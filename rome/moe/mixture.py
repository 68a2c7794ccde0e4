"""A trained mixture on plain arrays: what the estimator validates, this computes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch

from rome.moe.device import torch_threads
from rome.moe.layout import Shape, Views, reordered
from rome.moe.network import Pass, forward
from rome.moe.objective import log_density, log_sum_and_shares
from rome.moe.scaling import Scaling
from rome.moe.training import VARIANCE_FLOOR
from rome.robust.gated import DroProblem

_CHUNK_ROWS = 1024


@dataclass(frozen=True)
class Mixture:
    """Parameters in standardised units (single precision) with the way back; X is (n, p) in the user's units.

    Everything is computed in double precision on the CPU, so that a row's answer doesn't depend on the rows
    beside it.
    """

    shape: Shape
    flat: np.ndarray
    scaling: Scaling
    binary: bool

    @cached_property
    def _parameters(self) -> Views:
        return self.shape.views(torch.from_numpy(self.flat.astype(np.float64)))

    def __getstate__(self) -> dict[str, object]:
        """Leave the cached views out of a copy; they are made again when they are needed."""
        return {name: value for name, value in self.__dict__.items() if name != "_parameters"}

    @property
    def sigma(self) -> np.ndarray:
        """Residual standard deviation of each group in units of y, (K,); nan for a binary outcome."""
        if self.binary:
            return np.full(self.shape.n_groups, np.nan)
        return np.exp(self._parameters["log_sigma"].numpy()[:, 0]) * self.scaling.y_scale

    def membership(self, X: np.ndarray) -> np.ndarray:
        """Return P(group | gate columns), (n, K)."""
        return self._by_chunk(X, lambda done, _: torch.softmax(done.logits, 0))

    def group_predictions(self, X: np.ndarray) -> np.ndarray:
        """Return each expert's prediction, (n, K)."""
        return self._by_chunk(X, lambda done, _: self._means(done.outputs))

    def posterior(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return responsibilities (n, K) and the log-likelihood of each row (n,) in units of y."""
        outcome = torch.from_numpy((y - self.scaling.y_mean) / self.scaling.y_scale)

        def both(done: Pass, rows: slice) -> torch.Tensor:
            density, _ = log_density(self.binary, done.outputs, self._parameters["log_sigma"], outcome[rows])
            total, shares = log_sum_and_shares(density + torch.log_softmax(done.logits, 0))
            return torch.cat([shares, total[None]])

        found = self._by_chunk(X, both)
        return np.ascontiguousarray(found[:, :-1]), found[:, -1] - np.log(self.scaling.y_scale)

    def dro_problem(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> DroProblem:
        """Return what the robust proportions are solved on."""
        responsibilities = self.posterior(X, y)[0]
        return DroProblem(
            self.group_predictions(X), self.membership(X), responsibilities, y, np.asarray(weights)
        )

    def sorted_by_share(self, shares: np.ndarray) -> Mixture:
        """Return the same mixture with its groups in decreasing order of ``shares`` (K,)."""
        order = torch.from_numpy(np.argsort(-shares, kind="stable"))
        moved = reordered(self.shape, torch.from_numpy(self.flat), order)
        return replace(self, flat=moved.numpy())

    def with_measured_sigma(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> Mixture:
        """Return the mixture with σ_k² = Σ g_k (y − e_k)² / Σ g_k over the rows: ``squared`` trains no σ."""
        error = ((y[:, None] - self.group_predictions(X)) / self.scaling.y_scale) ** 2
        rows = self.membership(X) * weights[:, None]
        variance = (rows * error).sum(axis=0) / np.maximum(rows.sum(axis=0), np.finfo(float).tiny)
        flat = torch.from_numpy(self.flat.copy())
        log_sigma = 0.5 * np.log(np.maximum(variance, VARIANCE_FLOOR))
        self.shape.views(flat)["log_sigma"].copy_(torch.from_numpy(log_sigma[:, None]))
        return replace(self, flat=flat.numpy())

    def _means(self, outputs: torch.Tensor) -> torch.Tensor:
        if self.binary:
            return torch.sigmoid(outputs)
        return outputs * self.scaling.y_scale + self.scaling.y_mean

    @torch.inference_mode()
    def _by_chunk(self, X: np.ndarray, answer) -> np.ndarray:
        """Return ``answer(pass, rows)``, groups first, of every chunk of rows as one array, rows first."""
        parts = []
        with torch_threads(self.shape.work(_CHUNK_ROWS)):
            for start in range(0, len(X), _CHUNK_ROWS):
                rows = slice(start, start + _CHUNK_ROWS)
                columns = self.scaling.expert_columns(X[rows]), self.scaling.gate_columns(X[rows])
                done = forward(self.shape, self._parameters, *(torch.from_numpy(part) for part in columns))
                parts.append(answer(done, rows).t().numpy())
        return np.concatenate(parts)
