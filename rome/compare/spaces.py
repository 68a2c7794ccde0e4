"""What a random search may draw: values from a list, or numbers even on a (log) scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Choice:
    """One of several values, each as likely."""

    values: tuple[object, ...]

    def draw(self, rng: np.random.Generator) -> object:
        """Return one value."""
        return self.values[int(rng.integers(len(self.values)))]


@dataclass(frozen=True)
class Between:
    """A number from ``low`` to ``high``, even on its scale, or on the scale of its logarithm."""

    low: float
    high: float
    log: bool = False

    def draw(self, rng: np.random.Generator) -> float:
        """Return one number."""
        if self.log:
            return float(np.exp(rng.uniform(np.log(self.low), np.log(self.high))))
        return float(rng.uniform(self.low, self.high))


Space = Choice | Between
