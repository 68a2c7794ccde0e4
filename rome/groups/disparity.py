"""Who is worst off, and by how much: worst, gap and ratio over the groups that are large enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rome.results import GroupScore


@dataclass(frozen=True)
class Disparity:
    """The worst and the best group under one metric, with their gap and ratio (worst over best).

    The gap is the largest value minus the smallest. The ratio is NaN for a best value of 0, and for the
    mean residual, which has a sign. NaN values and ``None`` names where no group is large enough;
    ``reason`` then says so.
    """

    worst: float
    best: float
    gap: float
    ratio: float
    worst_group: str | None
    best_group: str | None
    reason: str | None = None


#: Metrics for which more is better.
HIGHER_IS_BETTER = frozenset({"r2", "accuracy", "auc", "tpr"})
#: The metric whose best value is 0, with errors on both sides.
_SIGNED = "mean_residual"


def disparity(scores: Sequence[GroupScore], model: str, metric: str) -> Disparity:
    """Return the disparity of ``model`` in ``metric`` over the groups that are not too small.

    The worst group has the least of a metric that is better when higher, the mean residual furthest from
    0, and the most of everything else; of a selection rate, which has no good side, that is the highest.
    """
    found = {score.group: score.scores[model][metric].value for score in scores if not score.too_small}
    ranked = [(value, group) for group, value in found.items() if np.isfinite(value)]
    if not ranked:
        nan = float("nan")
        return Disparity(nan, nan, nan, nan, None, None, "every group is too small to be ranked")
    values = [value for value, _ in ranked]
    size = abs if metric == _SIGNED else float
    ranked.sort(key=lambda pair: (size(pair[0]), pair[1]), reverse=metric not in HIGHER_IS_BETTER)
    (worst, worst_group), (best, best_group) = ranked[0], ranked[-1]
    has_ratio = best != 0 and metric != _SIGNED
    ratio = worst / best if has_ratio else float("nan")
    return Disparity(worst, best, max(values) - min(values), ratio, worst_group, best_group)
