"""One network for everybody, trained so that some rows count more than others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from rome.moe.device import torch_threads
from rome.moe.emphasis import Emphasis
from rome.moe.fitting import split_rows
from rome.moe.layout import Shape, initial
from rome.moe.mixture import Mixture
from rome.moe.network import backward, forward
from rome.moe.objective import row_losses
from rome.moe.scaling import Scaling
from rome.moe.training import Data, Learner, Plan, train
from rome.runtime.random import stream_seed

_CPU = torch.device("cpu")


@dataclass(frozen=True)
class Rows:
    """Rows to train on: columns X (n, p), outcome and weights (n,), and what the rule reads, side (n, d)."""

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    side: np.ndarray


#: Makes the rule for the training rows, which it is given, standardised.
MakeEmphasis = Callable[[Data], Emphasis]


class _EmphasisedLearner(Learner):
    """A learner of one network whose rows' coefficients come from a rule."""

    def __init__(self, shape: Shape, flat: torch.Tensor, plan: Plan, emphasis: Emphasis) -> None:
        super().__init__(shape, flat, plan)
        self._emphasis = emphasis

    def _step(self, batch: Data, rate: float) -> torch.Tensor:
        # The rule reads the side columns; the one group's gate has none.
        none = batch.Z[:, :0]
        done = forward(self._shape, self.parameters, batch.X, none)
        rows = row_losses(
            self._plan.objective,
            self._plan.binary,
            done.outputs,
            done.logits,
            self.parameters["log_sigma"],
            batch.y,
        )
        each = self._emphasis.coefficients(rows.loss, batch)
        parts = rows.d_outputs.mul_(each), rows.d_logits.mul_(each)
        backward(self._shape, self.parameters, self._gradients, batch.X, none, done, *parts)
        self._adam.step(rate)
        return torch.dot(rows.loss, batch.weights)

    def evaluate(self, data: Data) -> tuple[float, tuple[float, ...]]:
        done = forward(self._shape, self.parameters, data.X, data.Z[:, :0])
        rows = row_losses(
            self._plan.objective,
            self._plan.binary,
            done.outputs,
            done.logits,
            self.parameters["log_sigma"],
            data.y,
        )
        value = self._emphasis.objective(rows.loss, data)
        return value, (value,)


def fit_emphasised(
    rows: Rows,
    hidden_sizes: tuple[int, ...],
    plan: Plan,
    make_emphasis: MakeEmphasis,
    validation_fraction: float,
    seed: int,
) -> Mixture:
    """Train one network by the rule; the best epoch on held-back rows, by the rule itself, is kept.

    Returns
    -------
    Mixture
        Of one group, whose ``group_predictions`` (n, 1) are the network's.
    """
    generator = torch.Generator().manual_seed(stream_seed(seed, "moe"))
    training, validation = split_rows(rows.weights, validation_fraction, seed)
    every, none = np.arange(rows.X.shape[1]), np.arange(0)
    scaling = Scaling.fit(
        rows.X[training], rows.y[training], rows.weights[training], none, every, plan.binary
    )
    data = _data(rows, training, scaling)
    held = _data(rows, validation, scaling) if len(validation) else None
    shape = Shape(1, len(every), 0, hidden_sizes, ())
    start = initial(shape, generator)
    with torch_threads(shape.work(plan.batch_size)), torch.inference_mode():
        learner = _EmphasisedLearner(shape, start, plan, make_emphasis(data))
        trained = train(shape, start, data, held, plan, generator, learner=learner)
    return Mixture(shape, trained.flat.numpy(), scaling, plan.binary)


def _data(rows: Rows, chosen: np.ndarray, scaling: Scaling) -> Data:
    plain = scaling.data(rows.X[chosen], rows.y[chosen], rows.weights[chosen], _CPU)
    return Data(plain.X, torch.from_numpy(rows.side[chosen].astype(np.float32)), plain.y, plain.weights)
