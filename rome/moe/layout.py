"""Where each parameter of the network lies in one flat vector.

All parameters share one vector and all gradients another, so that an optimiser's step is a handful of
operations, whatever the number of groups and layers. Weights come first, and only they are decayed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import torch

#: Named views of one flat vector.
Views = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Shape:
    """Sizes that decide the network.

    ``expert_hidden`` and ``gate_hidden`` are the widths of the hidden layers, empty for a linear part.
    ``linear_paths`` adds a linear path beside the hidden layers of gate and experts, so that they can start
    as a linear model and learn the rest.
    """

    n_groups: int
    n_expert_columns: int
    n_gate_columns: int
    expert_hidden: tuple[int, ...]
    gate_hidden: tuple[int, ...]
    linear_paths: bool = False

    def __post_init__(self) -> None:
        # A gate without columns is a constant: hidden layers could only blur it.
        if self.n_gate_columns == 0 and self.gate_hidden:
            object.__setattr__(self, "gate_hidden", ())

    def weights(self) -> dict[str, tuple[int, ...]]:
        """Return name and shape of every decayed parameter, in order."""
        K, found = self.n_groups, {}
        widths = (self.n_expert_columns, *self.expert_hidden)
        for layer in range(len(self.expert_hidden)):
            inner = (K, widths[layer], widths[layer + 1])
            # Every expert reads the same columns: side by side, the first layers are one matrix product.
            found[f"experts.{layer}.weight"] = (widths[0], K * widths[1]) if layer == 0 else inner
        if self.expert_hidden:
            found["experts.out"] = (K, widths[-1], 1)
        if self.linear_paths or not self.expert_hidden:
            found["experts.linear"] = (K, self.n_expert_columns)
        widths = (self.n_gate_columns, *self.gate_hidden)
        for layer in range(len(self.gate_hidden)):
            found[f"gate.{layer}.weight"] = (widths[layer], widths[layer + 1])
        if self.gate_hidden:
            found["gate.out"] = (K, widths[-1])
        if self.linear_paths or not self.gate_hidden:
            found["gate.linear"] = (K, self.n_gate_columns)
        return found

    def biases(self) -> dict[str, tuple[int, ...]]:
        """Return name and shape of every parameter that isn't decayed, in order."""
        K, found = self.n_groups, {}
        for layer, width in enumerate(self.expert_hidden):
            found[f"experts.{layer}.bias"] = (K * width,) if layer == 0 else (K, 1, width)
        for layer, width in enumerate(self.gate_hidden):
            found[f"gate.{layer}.bias"] = (width,)
        return {**found, "experts.bias": (K, 1), "gate.bias": (K, 1), "log_sigma": (K, 1)}

    def n_weights(self) -> int:
        """Return how many numbers the decayed parameters hold."""
        return sum(math.prod(shape) for shape in self.weights().values())

    def n_parameters(self) -> int:
        """Return the length of the flat vector."""
        return self.n_weights() + sum(math.prod(shape) for shape in self.biases().values())

    def work(self, rows: int) -> float:
        """Return the multiplications of the largest product for a batch of ``rows``."""
        widths = (self.n_expert_columns, *self.expert_hidden, 1)
        return rows * self.n_groups * max(below * above for below, above in pairwise(widths))

    def views(self, flat: torch.Tensor) -> Views:
        """Return every parameter by name, as views of ``flat``."""
        found, start = {}, 0
        for name, shape in {**self.weights(), **self.biases()}.items():
            stop = start + math.prod(shape)
            found[name] = flat[start:stop].view(shape)
            start = stop
        return found

    def fan_in(self, name: str) -> int:
        """Return how many numbers feed one output of the layer that ``name`` belongs to."""
        part = name.split(".")[0]
        hidden, columns = self.expert_hidden, self.n_expert_columns
        if part == "gate":
            hidden, columns = self.gate_hidden, self.n_gate_columns
        widths = (columns, *hidden)
        layer = name.split(".")[1]
        return widths[int(layer)] if layer.isdigit() else columns if layer == "linear" else widths[-1]


def initial(shape: Shape, generator: torch.Generator) -> torch.Tensor:
    """Return a flat start: uniform within ±1/√fan-in, as torch's own linear layers; σ starts at 1."""
    flat = torch.empty(shape.n_parameters())
    for name, view in shape.views(flat).items():
        if name == "log_sigma":
            view.zero_()
        else:
            bound = 1.0 / math.sqrt(max(shape.fan_in(name), 1))
            view.uniform_(-bound, bound, generator=generator)
    return flat


def reordered(shape: Shape, flat: torch.Tensor, order: torch.Tensor) -> torch.Tensor:
    """Return the flat vector of the same network with its groups in ``order`` (K,)."""
    moved = torch.empty_like(flat)
    for (name, old), new in zip(shape.views(flat).items(), shape.views(moved).values(), strict=True):
        if name == "experts.0.weight":
            split = old.view(old.shape[0], shape.n_groups, -1)
            new.copy_(split[:, order].reshape(old.shape))
        elif name == "experts.0.bias":
            new.copy_(old.view(shape.n_groups, -1)[order].reshape(old.shape))
        elif name.startswith("gate.") and name.split(".")[1].isdigit():
            new.copy_(old)
        else:
            new.copy_(old[order])
    return moved


def with_linear_paths(shape: Shape) -> Shape:
    """Return the shape with linear paths beside its hidden layers."""
    return replace(shape, linear_paths=True)
