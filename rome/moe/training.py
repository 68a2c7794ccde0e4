"""Training: epochs over shuffled rows, one step a batch, the best epoch on validation rows kept."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from rome.errors import SettingError
from rome.moe.adam import Adam
from rome.moe.layout import Shape, Views
from rome.moe.network import backward, forward
from rome.moe.objective import Focus, combined, group_losses, row_losses
from rome.settings.networks import GroupLoss, Objective

#: Smallest residual variance of a group, as a share of the outcome's variance.
VARIANCE_FLOOR = 1e-4
_LOG_SIGMA_FLOOR = 0.5 * math.log(VARIANCE_FLOOR)
#: Share of the learning rate that the cosine schedule ends at.
_LAST_RATE = 0.01
#: Rows at a time when nothing is trained: their activations should fit the cache.
_EVALUATION_ROWS = 1024


@dataclass(frozen=True)
class Plan:
    """How to train; the names are those of ``RomeMoE``."""

    objective: Objective
    binary: bool
    group_loss: GroupLoss
    training_strength: float
    epochs: int
    batch_size: int
    learning_rate: float
    schedule: str
    weight_decay: float
    patience: int | None

    def rate(self, epoch: int) -> float:
        """Return the learning rate of ``epoch``, counted from 1."""
        if self.schedule == "constant":
            return self.learning_rate
        fall = 0.5 * (1 + math.cos(math.pi * (epoch - 1) / self.epochs))
        return self.learning_rate * (_LAST_RATE + (1 - _LAST_RATE) * fall)


@dataclass(frozen=True)
class Data:
    """Standardised rows on one device: expert columns X (n, p), gate columns Z (n, d), y and weights (n,)."""

    X: torch.Tensor
    Z: torch.Tensor
    y: torch.Tensor
    weights: torch.Tensor

    def __len__(self) -> int:
        return len(self.y)

    def take(self, rows: torch.Tensor) -> Data:
        """Return the rows in the order given, as new tensors."""
        return Data(self.X[rows], self.Z[rows], self.y[rows], self.weights[rows])

    def batches(self, size: int) -> list[Data]:
        """Return views of ``size`` rows each, the last one perhaps shorter."""
        parts = zip(*(part.split(size) for part in (self.X, self.Z, self.y, self.weights)), strict=True)
        return [Data(*part) for part in parts]


@dataclass(frozen=True)
class Epoch:
    """One epoch as data.

    ``train`` is the running mean of the objective's row losses while the epoch ran, ``validation`` the
    objective on the validation rows after it (nan without any); ``group_losses`` (K,) are those of the
    validation rows, or of the training rows where none are held back.
    """

    number: int
    train: float
    validation: float
    learning_rate: float
    seconds: float
    group_losses: tuple[float, ...]


#: Called after each epoch with (number, Epoch); may raise to stop the work.
Progress = Callable[[int, Epoch], None]


@dataclass(frozen=True)
class Trained:
    """Where training ended: the best parameters (flat), the epoch that they are from, and its objective."""

    flat: torch.Tensor
    history: tuple[Epoch, ...]
    best_epoch: int
    objective: float


@torch.inference_mode()
def train(
    shape: Shape,
    flat: torch.Tensor,
    data: Data,
    validation: Data | None,
    plan: Plan,
    generator: torch.Generator,
    progress: Progress | None = None,
    learner: Learner | None = None,
) -> Trained:
    """Train from the start ``flat`` and keep the best epoch on the validation rows; epoch 0 is the start.

    Without validation rows every epoch runs, the last one is kept, and the objective is that of training.
    ``learner``, if given, takes the steps and judges rows in its own way; it must begin at ``flat``.

    Raises
    ------
    SettingError
        The objective is no longer a number.
    """
    learner = learner or Learner(shape, flat, plan)
    best, best_epoch, history = flat.clone(), 0, []
    # A warm start can be better than all that comes after it, and is then what is kept.
    best_value = math.inf if validation is None else learner.evaluate(validation)[0]
    for number in range(1, plan.epochs + 1):
        began, rate = time.perf_counter(), plan.rate(number)
        order = torch.randperm(len(data), generator=generator).to(data.y.device)
        mean = learner.epoch(data.take(order), rate)
        held, losses = learner.evaluate(data if validation is None else validation)
        seconds = time.perf_counter() - began
        shown = math.nan if validation is None else held
        history.append(Epoch(number, mean, shown, rate, seconds, losses))
        _require_finite(number, mean, held, plan)
        if progress is not None:
            progress(number, history[-1])
        if validation is None or held < best_value:
            best.copy_(learner.flat)
            best_value, best_epoch = held, number
        elif plan.patience is not None and number - best_epoch >= plan.patience:
            break
    return Trained(best, tuple(history), best_epoch, best_value)


class Learner:
    """Parameters, gradients and optimiser of one run."""

    def __init__(self, shape: Shape, flat: torch.Tensor, plan: Plan) -> None:
        self.flat, gradient = flat.clone(), torch.zeros_like(flat)
        self.parameters, self._gradients = shape.views(self.flat), shape.views(gradient)
        self._shape, self._plan = shape, plan
        self._adam = Adam(self.flat, gradient, shape.n_weights(), plan.weight_decay)
        self._focus = Focus(plan.group_loss, plan.training_strength, shape.n_groups, flat.device)

    def epoch(self, shuffled: Data, rate: float) -> float:
        """Take a step for each batch and return the mean loss of the rows as they were met."""
        total = torch.zeros((), device=self.flat.device)
        for batch in shuffled.batches(self._plan.batch_size):
            total += self._step(batch, rate)
        return float(total / shuffled.weights.sum())

    def evaluate(self, data: Data) -> tuple[float, tuple[float, ...]]:
        """Return the objective and each group's loss on ``data``, without training."""
        return evaluate(self._shape, self.parameters, data, self._plan)

    def _step(self, batch: Data, rate: float) -> torch.Tensor:
        loss = gradients_of(self._shape, self.parameters, self._gradients, batch, self._plan, self._focus)
        self._adam.step(rate)
        self.parameters["log_sigma"].clamp_(min=_LOG_SIGMA_FLOOR)
        return loss


def gradients_of(
    shape: Shape, parameters: Views, gradients: Views, batch: Data, plan: Plan, focus: Focus
) -> torch.Tensor:
    """Write the gradients on ``batch`` into ``gradients``; return the weighted sum of its row losses."""
    done = forward(shape, parameters, batch.X, batch.Z)
    rows = row_losses(
        plan.objective, plan.binary, done.outputs, done.logits, parameters["log_sigma"], batch.y
    )
    each = focus.coefficients(rows, batch.weights)
    if rows.d_log_sigma is not None:
        torch.mv(rows.d_log_sigma, each, out=gradients["log_sigma"].view(-1))
    d_outputs, d_logits = rows.d_outputs.mul_(each), rows.d_logits.mul_(each)
    backward(shape, parameters, gradients, batch.X, batch.Z, done, d_outputs, d_logits)
    return torch.dot(rows.loss, batch.weights)


def evaluate(shape: Shape, parameters: Views, data: Data, plan: Plan) -> tuple[float, tuple[float, ...]]:
    """Return the objective and each group's loss on ``data``, without training."""
    total = torch.zeros((), device=data.y.device)
    sums = torch.zeros(2, shape.n_groups, device=data.y.device)
    for batch in data.batches(_EVALUATION_ROWS):
        done = forward(shape, parameters, batch.X, batch.Z)
        rows = row_losses(
            plan.objective, plan.binary, done.outputs, done.logits, parameters["log_sigma"], batch.y
        )
        total += torch.dot(rows.loss, batch.weights)
        sums += group_losses(rows.gate, rows.loss, batch.weights, plan.group_loss == "hard")
    # Without a row, 0/0 is nan, which is what the loss of such a group is.
    losses = tuple((sums[0] / sums[1]).tolist())
    return combined(float(total / data.weights.sum()), list(losses), plan.training_strength), losses


def _require_finite(number: int, trained: float, held: float, plan: Plan) -> None:
    if not (math.isfinite(trained) and math.isfinite(held)):
        raise SettingError(
            f"After epoch {number} the objective is {trained:g} on training rows and {held:g} after it: "
            f"lower learning_rate, which is {plan.learning_rate:g}, or look for extreme values in X and y."
        )
