"""Whom the audited or the pooled model fails: groups and slices, each held against everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rome.results.description import Condition
from rome.stats.estimate import Estimate

#: Where a group comes from: crossed columns, a tree on the errors of one half of the held-out rows, or the
#: study's latent groups.
FailedGrouping = Literal["observed", "slice", "latent"]
FAILED_GROUPINGS: tuple[FailedGrouping, ...] = ("observed", "slice", "latent")


@dataclass(frozen=True)
class FailedGroup:
    """One group's error under the audited, or else the pooled model, against everybody's, on held-out rows.

    Parameters
    ----------
    grouping, name, conditions
        A slice has ``conditions`` (all of them hold) and no name; the others have a name and no conditions.
    n, share : int, float
        Held-out rows (for ``latent`` the sum of responsibilities, rounded) and their share of the case
        weight; of a slice, among the half that it was scored on.
    too_small : bool
        Shown, and never ranked.
    error : Estimate
        Root mean squared error in the outcome's units; the Brier score of a binary outcome.
    ratio : Estimate
        ``error`` over that of everybody. The intervals of all ranked groups of a grouping hold together, so
        that the worst may be picked from them.
    bias : Estimate
        Mean of outcome − prediction: above 0, predictions are too low.
    error_share : Estimate
        The group's part of everybody's summed squared error.
    others : mapping of model name to Estimate
        ``error`` under every other model of the study, ``rome`` among them.
    """

    grouping: FailedGrouping
    name: str
    conditions: tuple[Condition, ...]
    n: int
    share: float
    too_small: bool
    error: Estimate
    ratio: Estimate
    bias: Estimate
    error_share: Estimate
    others: Mapping[str, Estimate]

    @property
    def is_failed(self) -> bool:
        """Whether the error lies above everybody's by more than the interval."""
        return not self.too_small and self.ratio.low > 1
