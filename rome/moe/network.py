"""The network forwards and backwards: experts as one batched tensor, and the gate.

The backward pass is written out. Network and objectives are few and fixed, their gradients are short, and
without a recorded graph a step on a small batch, where bookkeeping rather than arithmetic takes the time,
costs about half. The tests hold every gradient against torch's own.

Everything is groups first: outputs of experts and gate are (K, m) for m rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from rome.moe.layout import Shape, Views


@dataclass(frozen=True)
class Pass:
    """What a forward pass found: outputs, and the activations that the way back needs."""

    outputs: torch.Tensor
    logits: torch.Tensor
    expert_activations: list[torch.Tensor]
    gate_activations: list[torch.Tensor]


def forward(shape: Shape, parameters: Views, X: torch.Tensor, Z: torch.Tensor) -> Pass:
    """Return expert outputs and gate logits (K, m) for expert columns X (m, p) and gate columns Z (m, d)."""
    outputs, expert_activations = _experts(shape, parameters, X)
    logits, gate_activations = _gate(shape, parameters, Z)
    return Pass(outputs, logits, expert_activations, gate_activations)


def _experts(shape: Shape, parameters: Views, X: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
    if not shape.expert_hidden:
        return torch.addmm(parameters["experts.bias"], parameters["experts.linear"], X.t()), []
    first = torch.addmm(parameters["experts.0.bias"], X, parameters["experts.0.weight"]).relu_()
    active = [first.view(len(X), shape.n_groups, -1).transpose(0, 1)]
    for layer in range(1, len(shape.expert_hidden)):
        weight, bias = parameters[f"experts.{layer}.weight"], parameters[f"experts.{layer}.bias"]
        active.append(torch.baddbmm(bias, active[-1], weight).relu_())
    bias = parameters["experts.bias"].unsqueeze(2)
    outputs = torch.baddbmm(bias, active[-1], parameters["experts.out"]).squeeze(2)
    if shape.linear_paths:
        outputs = torch.addmm(outputs, parameters["experts.linear"], X.t())
    return outputs, active


def _gate(shape: Shape, parameters: Views, Z: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
    if not shape.gate_hidden:
        return torch.addmm(parameters["gate.bias"], parameters["gate.linear"], Z.t()), []
    active, below = [], Z
    for layer in range(len(shape.gate_hidden)):
        weight, bias = parameters[f"gate.{layer}.weight"], parameters[f"gate.{layer}.bias"]
        below = torch.addmm(bias, below, weight).relu_()
        active.append(below)
    logits = torch.addmm(parameters["gate.bias"], parameters["gate.out"], below.t())
    if shape.linear_paths:
        logits = torch.addmm(logits, parameters["gate.linear"], Z.t())
    return logits, active


def backward(
    shape: Shape,
    parameters: Views,
    gradients: Views,
    X: torch.Tensor,
    Z: torch.Tensor,
    done: Pass,
    d_outputs: torch.Tensor,
    d_logits: torch.Tensor,
) -> None:
    """Write the gradients of gate and experts, given those of outputs and logits (K, m), into ``gradients``.

    Uses up the activations of ``done``: a rectifier's slope is the sign of what it let through.
    """
    _experts_backward(shape, parameters, gradients, X, done.expert_activations, d_outputs)
    _gate_backward(shape, parameters, gradients, Z, done.gate_activations, d_logits)


def _experts_backward(
    shape: Shape, parameters: Views, gradients: Views, X: torch.Tensor, active: list[torch.Tensor], above
) -> None:
    torch.sum(above, 1, keepdim=True, out=gradients["experts.bias"])
    if "experts.linear" in gradients:
        torch.mm(above, X, out=gradients["experts.linear"])
    if not active:
        return
    out = parameters["experts.out"]
    torch.bmm(active[-1].transpose(1, 2), above.unsqueeze(2), out=gradients["experts.out"])
    if len(active) == 1:
        # Rows first, as the first layer's activations lie in memory.
        below = (above.t().unsqueeze(2) * out.squeeze(2)).transpose(0, 1)
    else:
        below = above.unsqueeze(2) * out.transpose(1, 2)
    for layer in range(len(active) - 1, 0, -1):
        below.mul_(active[layer].sign_())
        torch.sum(below, 1, keepdim=True, out=gradients[f"experts.{layer}.bias"])
        torch.bmm(active[layer - 1].transpose(1, 2), below, out=gradients[f"experts.{layer}.weight"])
        below = torch.bmm(below, parameters[f"experts.{layer}.weight"].transpose(1, 2))
    rows = below.mul_(active[0].sign_()).transpose(0, 1).reshape(len(X), -1)
    torch.sum(rows, 0, out=gradients["experts.0.bias"])
    torch.mm(X.t(), rows, out=gradients["experts.0.weight"])


def _gate_backward(
    shape: Shape, parameters: Views, gradients: Views, Z: torch.Tensor, active: list[torch.Tensor], above
) -> None:
    torch.sum(above, 1, keepdim=True, out=gradients["gate.bias"])
    if "gate.linear" in gradients:
        torch.mm(above, Z, out=gradients["gate.linear"])
    if not active:
        return
    torch.mm(above, active[-1], out=gradients["gate.out"])
    below = torch.mm(above.t(), parameters["gate.out"])
    for layer in range(len(active) - 1, -1, -1):
        inputs = Z if layer == 0 else active[layer - 1]
        below.mul_(active[layer].sign_())
        torch.sum(below, 0, out=gradients[f"gate.{layer}.bias"])
        torch.mm(inputs.t(), below, out=gradients[f"gate.{layer}.weight"])
        if layer:
            below = torch.mm(below, parameters[f"gate.{layer}.weight"].t())
