"""Who is worst off, and by how much: worst, gap and ratio over the groups that are large enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rome.results import GroupScore


@dataclass(frozen=True)
class Disparity:
    """The worst and the best group under one metric, with their difference and ratio (worst over best).

    NaN values and ``None`` names where no group is large enough; ``reason`` then says so.
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


def disparity(scores: Sequence[GroupScore], model: str, metric: str) -> Disparity:
    """Return the disparity of ``model`` in ``metric`` over the groups that are not too small."""
    ranked = [
        (score.scores[model][metric].value, score.group)
        for score in scores
        if not score.too_small and np.isfinite(score.scores[model][metric].value)
    ]
    if not ranked:
        nan = float("nan")
        return Disparity(nan, nan, nan, nan, None, None, "every group is too small to be ranked")
    ranked.sort(reverse=metric not in HIGHER_IS_BETTER)
    (worst, worst_group), (best, best_group) = ranked[0], ranked[-1]
    ratio = worst / best if best != 0 else float("nan")
    return Disparity(worst, best, abs(worst - best), ratio, worst_group, best_group)
