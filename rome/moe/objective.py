"""What training minimises: the loss of each row, its gradient at the outputs, and which rows count more.

For outputs e_k, gate g = softmax(logits) and the outcome y in standardised units, the loss of a row is

- ``likelihood``  −log Σ_k g_k N(y; e_k, σ_k²) (Jacobs, Jordan, Nowlan & Hinton 1991), for a binary outcome
  −log Σ_k g_k Bernoulli(y; logit⁻¹ e_k), which is the log loss of the mixture's mean;
- ``squared``     (y − Σ_k g_k e_k)² (Li et al. 2025), for a binary outcome with logit⁻¹ e_k: the Brier score.

With ``training_strength`` α the objective is (1 − α) · mean + α · worst group. The group's loss is
Σ g_k ℓ / Σ g_k with the gate taken as given, so that training can't lower it by moving rows elsewhere. Every
variant then amounts to a coefficient per row, and one set of gradients serves all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from rome.settings.networks import GroupLoss, Objective

_HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)
#: Batches over which the groups' losses are averaged while training.
RUNNING_BATCHES = 50
#: Step of the exponentiated-gradient weights, as in Sagawa et al. (2020).
ONLINE_STEP = 0.01
#: Share of the rows below which a group counts as empty while training.
_EMPTY = 1e-6


@dataclass(frozen=True)
class Rows:
    """Losses of rows, the gate that weighs them, and gradients of each row's own loss.

    ``loss`` is (m,), everything else (K, m); ``d_log_sigma`` is ``None`` where σ plays no part.
    """

    loss: torch.Tensor
    gate: torch.Tensor
    d_outputs: torch.Tensor
    d_logits: torch.Tensor
    d_log_sigma: torch.Tensor | None


def row_losses(
    objective: Objective,
    binary: bool,
    outputs: torch.Tensor,
    logits: torch.Tensor,
    log_sigma: torch.Tensor,
    y: torch.Tensor,
) -> Rows:
    """Return the losses and gradients for outputs and logits (K, m), log σ (K, 1) and outcomes (m,)."""
    log_gate = torch.log_softmax(logits, 0)
    if objective == "squared":
        return _squared(binary, outputs, log_gate, y)
    return _likelihood(binary, outputs, log_gate, log_sigma, y)


def log_density(
    binary: bool, outputs: torch.Tensor, log_sigma: torch.Tensor, y: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return log p(y | group) and the standardised residual (or y − probability), both (K, m)."""
    if binary:
        signed = (2 * y - 1) * outputs
        return torch.nn.functional.logsigmoid(signed), y - torch.sigmoid(outputs)
    residual = (y - outputs).mul_(torch.exp(-log_sigma))
    return torch.addcmul(-_HALF_LOG_TWO_PI - log_sigma, residual, residual, value=-0.5), residual


def log_sum_and_shares(joint: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return log Σ_k exp(joint) (m,) and each group's share of the sum (K, m); uses up ``joint``."""
    top = joint.amax(0)
    shares = joint.sub_(top).exp_()
    total = shares.sum(0)
    shares.div_(total)
    return total.log_().add_(top), shares


def _likelihood(binary, outputs, log_gate, log_sigma, y) -> Rows:
    density, residual = log_density(binary, outputs, log_sigma, y)
    total, posterior = log_sum_and_shares(density.add_(log_gate))
    gate = log_gate.exp()
    d_logits = gate - posterior
    if binary:
        return Rows(total.neg_(), gate, residual.mul_(posterior).neg_(), d_logits, None)
    pull = residual * posterior
    d_log_sigma = torch.addcmul(posterior, pull, residual, value=-1)
    return Rows(total.neg_(), gate, pull.mul_(-torch.exp(-log_sigma)), d_logits, d_log_sigma)


def _squared(binary, outputs, log_gate, y) -> Rows:
    gate = log_gate.exp()
    means = torch.sigmoid(outputs) if binary else outputs
    prediction = (gate * means).sum(0)
    residual = y - prediction
    pull = -2 * residual
    d_outputs = pull * gate
    d_logits = d_outputs * (means - prediction)
    if binary:
        d_outputs = d_outputs * means * (1 - means)
    return Rows(residual**2, gate, d_outputs, d_logits, None)


def group_losses(gate: torch.Tensor, loss: torch.Tensor, weights: torch.Tensor, hard: bool) -> torch.Tensor:
    """Return each group's sum of weighted losses and sum of weights, (2, K): their ratio is its loss."""
    part = _partition(gate, hard)
    return torch.stack([part @ (weights * loss), part @ weights])


def _partition(gate: torch.Tensor, hard: bool) -> torch.Tensor:
    """Return to which group each row counts, (K, m): the gate, or its largest entry alone."""
    if not hard:
        return gate
    return torch.zeros_like(gate).scatter_(0, gate.argmax(0, keepdim=True), 1.0)


def combined(mean: float, of_groups: list[float], strength: float) -> float:
    """Return (1 − α) · mean + α · worst group; a group without rows has nan for its loss and is left out."""
    known = [loss for loss in of_groups if not math.isnan(loss)]
    return (1 - strength) * mean + (strength * max(known) if strength and known else 0.0)


class Focus:
    """Coefficients of rows while training, from running averages of the groups' losses."""

    def __init__(self, kind: GroupLoss, strength: float, n_groups: int, device: torch.device) -> None:
        self._kind, self._strength, self._batches = kind, strength, 0
        self._sums = torch.zeros(2, n_groups, device=device)
        self._log_weights = torch.zeros(n_groups, device=device)

    def coefficients(self, rows: Rows, weights: torch.Tensor) -> torch.Tensor:
        """Return c (m,) such that Σ c ℓ has the objective's gradient; ``weights`` (m,) have mean 1 in all."""
        even = weights / len(weights)
        if self._strength == 0:
            return even
        part = _partition(rows.gate, self._kind == "hard")
        seen = torch.stack([part @ (even * rows.loss), part @ even])
        self._batches += 1
        self._sums.lerp_(seen, 1.0 / min(self._batches, RUNNING_BATCHES))
        share = self._sums[1].clamp_min(_EMPTY)
        focus = self._group_weights(self._sums[0] / share, self._sums[1] > _EMPTY) / share
        return even * ((1 - self._strength) + self._strength * (focus @ part))

    def _group_weights(self, losses: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
        """Return one weight a group (K,), summing to 1: all on the worst, or the online weights."""
        if self._kind == "online":
            self._log_weights.add_(losses, alpha=ONLINE_STEP)
            return torch.softmax(self._log_weights, 0)
        # A log loss can be negative, so that a group without rows would look worse than a good one.
        worst = losses.masked_fill(~known, -math.inf).argmax()
        return torch.zeros_like(losses).index_fill_(0, worst, 1.0)
