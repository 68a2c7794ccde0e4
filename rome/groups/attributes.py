"""The columns that groups are described with: a matrix, and what each of its columns means to a reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

#: Distance, in standard deviations and in shares of the mean, that is rounding and nothing else.
_ROUNDING, _ROUNDING_OF_MEAN = 1e-9, 1e-12


@dataclass(frozen=True)
class Attribute:
    """One column of a description's matrix.

    ``numeric`` columns hold (value − ``mean``) / ``scale``; ``level`` and ``missing`` columns hold 0 or 1,
    with mean 0 and scale 1. ``opposite`` is the only other value that the table's column can take, if any.
    """

    name: str
    column: str
    kind: Literal["numeric", "level", "missing"]
    sensitive: bool
    level: str | None = None
    opposite: str | None = None
    mean: float = 0.0
    scale: float = 1.0

    def in_units(self, scores: np.ndarray) -> np.ndarray:
        """Return standardised ``scores`` in the column's own units, the same shape."""
        # A column of 1e308 may overflow by a rounding error.
        with np.errstate(over="ignore"):
            return np.asarray(scores) * self.scale + self.mean

    @property
    def rounding(self) -> float:
        """How far, in its own units, a value may be off for having been standardised."""
        return _ROUNDING * self.scale + _ROUNDING_OF_MEAN * abs(self.mean)


def missing_place(attributes: Sequence[Attribute], column: str) -> int | None:
    """Return where the 0/1 column stands that says that ``column`` is missing, or None."""
    places = [
        place for place, item in enumerate(attributes) if item.column == column and item.kind == "missing"
    ]
    return places[0] if places else None
