"""One fit from rows to a trained mixture: split, start, train, order the groups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

import numpy as np
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import check_is_fitted

from rome.moe.device import choose_device, torch_threads
from rome.moe.layout import Shape, initial
from rome.moe.mixture import Mixture
from rome.moe.scaling import Scaling
from rome.moe.training import Data, Epoch, Plan, Progress, train
from rome.moe.warm_start import FittedMixture, warm_start
from rome.runtime.random import stream, stream_seed


@dataclass(frozen=True)
class FitResult:
    """A trained mixture, its history, and which rows of X trained it and which validated it.

    ``start_objectives`` are those that every start reached, in their order.
    """

    mixture: Mixture
    history: tuple[Epoch, ...]
    best_epoch: int
    start_objectives: tuple[float, ...]
    training_rows: np.ndarray
    validation_rows: np.ndarray

    @property
    def dro_rows(self) -> np.ndarray:
        """Where the robust proportions are solved: the validation rows, or the training rows without any."""
        return self.validation_rows if len(self.validation_rows) else self.training_rows


@dataclass(frozen=True)
class Table:
    """What ``fit`` was given: X as the user passed it (for a warm start) and as numbers, y and weights."""

    seen: object
    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray


def split_rows(weights: np.ndarray, fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return positions of training and of validation rows among those with positive weight, both rising."""
    used = np.flatnonzero(weights > 0)
    held = max(1, round(fraction * len(used))) if fraction > 0 else 0
    order = stream(seed, "moe validation").permutation(used)
    return np.sort(order[held:]), np.sort(order[:held])


def fit_mixture(
    model,
    table: Table,
    columns: tuple[np.ndarray, np.ndarray],
    plan: Plan,
    seed: int,
    progress: Progress | None,
) -> FitResult:
    """Train the network that ``model``'s parameters describe; ``columns`` are those of gate and experts."""
    device, generator = choose_device(model.device), torch.Generator().manual_seed(stream_seed(seed, "moe"))
    training, validation = split_rows(table.weights, float(model.validation_fraction), seed)
    scaling = Scaling.fit(
        table.X[training], table.y[training], table.weights[training], *columns, plan.binary
    )
    shape = _shape(model, scaling)
    data = _rows(table, training, scaling, device)
    held = _rows(table, validation, scaling, device) if len(validation) else None
    if model.warm_start_from is None:
        starts = [initial(shape, generator) for _ in range(int(model.n_init))]
    else:
        shape, start = _warm(model.warm_start_from, shape, table, training, scaling, plan.binary, generator)
        starts = [start]
    counted = _counted(progress)
    with torch_threads(shape.work(plan.batch_size)):
        runs = [train(shape, start.to(device), data, held, plan, generator, counted) for start in starts]
    best = min(runs, key=lambda run: run.objective)
    mixture = Mixture(shape, best.flat.cpu().numpy(), scaling, plan.binary)
    reached = tuple(float(run.objective) for run in runs)
    result = FitResult(mixture, best.history, best.best_epoch, reached, training, validation)
    return replace(result, mixture=_finished(result, table, plan))


def _shape(model, scaling: Scaling) -> Shape:
    return Shape(
        int(model.n_groups),
        len(scaling.expert_index),
        len(scaling.gate_index),
        tuple(int(width) for width in model.hidden_sizes),
        tuple(int(width) for width in model.gate_hidden_sizes) if model.gate_network == "mlp" else (),
    )


def _rows(table: Table, rows: np.ndarray, scaling: Scaling, device: torch.device) -> Data:
    return scaling.data(table.X[rows], table.y[rows], table.weights[rows], device)


def _counted(progress: Progress | None) -> Progress | None:
    """Return a callback that counts epochs over all starts."""
    if progress is None:
        return None
    numbers = count(1)
    return lambda _, epoch: progress(next(numbers), epoch)


def _warm(
    source,
    shape: Shape,
    table: Table,
    rows: np.ndarray,
    scaling: Scaling,
    binary: bool,
    generator: torch.Generator,
) -> tuple[Shape, torch.Tensor]:
    """Return the start at ``source``, fitted to the training rows first where it isn't fitted."""
    seen = _safe_indexing(table.seen, rows)
    source = _fitted(source, seen, table.y[rows], table.weights[rows])
    return warm_start(shape, source, seen, table.X[rows], scaling, binary, generator)


def _fitted(source, seen, y: np.ndarray, weights: np.ndarray) -> FittedMixture:
    try:
        check_is_fitted(source)
    except NotFittedError:
        return clone(source).fit(seen, y, sample_weight=weights)
    return source


def _finished(result: FitResult, table: Table, plan: Plan) -> Mixture:
    """Return the mixture with its σ known and its groups in decreasing order of share."""
    rows, mixture = result.dro_rows, result.mixture
    X, y, weights = table.X[rows], table.y[rows], table.weights[rows]
    if plan.objective == "squared" and not plan.binary:
        mixture = mixture.with_measured_sigma(X, y, weights)
    return mixture.sorted_by_share(weights @ mixture.posterior(X, y)[0])
