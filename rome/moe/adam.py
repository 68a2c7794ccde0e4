"""Adam on one flat vector, with decoupled weight decay on its first part."""

from __future__ import annotations

import math

import torch

_BETA1, _BETA2, _EPSILON = 0.9, 0.999, 1e-8


class Adam:
    """Adam (Kingma & Ba 2015) with decoupled weight decay (Loshchilov & Hutter 2019).

    On one vector a step is seven operations; torch's own optimiser asks more of Python than that when the
    network is small.

    Parameters
    ----------
    parameters, gradient : Tensor of shape (n_parameters,)
        Updated, and read, in place.
    n_decayed : int
        How many leading entries are decayed.
    weight_decay : float
    """

    def __init__(
        self, parameters: torch.Tensor, gradient: torch.Tensor, n_decayed: int, weight_decay: float
    ) -> None:
        self._parameters, self._gradient = parameters, gradient
        self._decayed, self._weight_decay = parameters[:n_decayed], weight_decay
        self._mean, self._square = torch.zeros_like(parameters), torch.zeros_like(parameters)
        self._steps = 0

    def step(self, learning_rate: float) -> None:
        """Take one step against the gradient."""
        self._steps += 1
        if self._weight_decay:
            self._decayed.mul_(1 - learning_rate * self._weight_decay)
        self._mean.lerp_(self._gradient, 1 - _BETA1)
        self._square.mul_(_BETA2).addcmul_(self._gradient, self._gradient, value=1 - _BETA2)
        scale = math.sqrt(1 - _BETA2**self._steps)
        width = self._square.sqrt().add_(_EPSILON * scale)
        self._parameters.addcdiv_(self._mean, width, value=-learning_rate * scale / (1 - _BETA1**self._steps))
