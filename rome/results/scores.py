"""Groups and models scored on the same held-out rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rome.stats.estimate import Estimate

#: Why there is no comparison: no group is large enough to be ranked.
NotCompared = Literal["no group ranked"]


@dataclass(frozen=True)
class GroupScore:
    """One group of one grouping, scored on held-out rows.

    ``n`` counts rows (for ``latent``, the sum of responsibilities, rounded); ``share`` is of their case
    weight; ``too_small`` says that the group is shown but never ranked; ``scores[model][metric]`` is an
    ``Estimate``.
    """

    group: str
    n: int
    share: float
    too_small: bool
    scores: Mapping[str, Mapping[str, Estimate]]


@dataclass(frozen=True)
class Comparison:
    """Pooled against ROME on the same held-out rows: the loss of each, and rome − pooled.

    ``difference`` < 0 means that ROME is better. ``relative`` is the difference over pooled (-0.3 = 30%
    lower). The interval of the difference re-takes both maxima in every resample; a worst group's own is
    that of ``Resampling.largest``. ``reason`` says why the values are NaN where they are; ``worst_pooled``
    and ``worst_rome`` name the groups.
    """

    pooled: float
    rome: float
    difference: float
    low: float
    high: float
    p_value: float
    relative: float
    relative_low: float
    relative_high: float
    pooled_low: float
    pooled_high: float
    rome_low: float
    rome_high: float
    worst_pooled: str | None = None
    worst_rome: str | None = None
    reason: NotCompared | None = None

    @property
    def relative_change(self) -> Estimate:
        """``relative`` with its interval."""
        return Estimate(self.relative, self.relative_low, self.relative_high)
