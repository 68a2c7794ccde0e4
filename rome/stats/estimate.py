"""A number with its interval."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A number from held-out rows with its bootstrap interval, in the metric's units."""

    value: float
    low: float
    high: float
