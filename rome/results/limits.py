"""Does a finished study keep to limits on its groups: worst error and gap, on held-out rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rome.errors import RomeError, SettingError
from rome.results.scores import GroupScore
from rome.results.study import StudyResult
from rome.settings.limits import Limits
from rome.stats.estimate import Estimate

#: Metrics of which more is better: they have gaps, and no worst error.
_MORE_IS_BETTER = ("accuracy", "selection_rate", "tpr", "auc")


@dataclass(frozen=True)
class KeptLimit:
    """One limit held against a study.

    ``value`` is the worst group's error with its interval, or the gap between two groups, which has none
    (limits NaN). ``groups`` names the worst group, or the groups with the largest and the smallest value.
    """

    limit: Literal["worst_group", "gap"]
    most: float
    value: Estimate
    groups: tuple[str, ...]
    grouping: str
    model: str
    metric: str

    @property
    def is_kept(self) -> bool:
        return self.value.value <= self.most


def check_limits(result: StudyResult, limits: Limits) -> tuple[KeptLimit, ...]:
    """Hold a study's held-out groups, those large enough to be ranked, against limits.

    Raises
    ------
    SettingError
        The study has no such metric, or a limit on a worst error names a metric of which more is better.
    RomeError
        No group of the grouping is large enough, so that nothing can be said.
    """
    if limits.worst_group_max is not None and limits.metric in _MORE_IS_BETTER:
        raise SettingError(
            f"Of {limits.metric} more is better, so a worst group has no most of it. Limit the gap "
            "(--gap-max), or name an error, such as rmse or brier."
        )
    metric = (
        ("brier" if result.metric == "brier" else "rmse") if limits.metric == "typical" else limits.metric
    )
    model = _model(result, limits.model)
    ranked = [score for score in result.chosen.groupings[limits.grouping] if not score.too_small]
    if not ranked:
        least = result.settings.min_group_size
        raise RomeError(
            f"No {limits.grouping} group has the {least} held-out rows needed to judge it. Take more "
            "rows, or another grouping (--grouping)."
        )
    if metric not in ranked[0].scores[model]:
        known = ", ".join(ranked[0].scores[model])
        raise SettingError(f"This study has no {metric}; it has {known}. Choose one of them (--metric).")
    return tuple(_held(ranked, limits, model, metric))


def _model(result: StudyResult, asked: str) -> str:
    """Return the key of a model's scores: in older studies nothing but their own groups was advised."""
    if asked == "advised" and result.advice is None:
        return "rome" if result.dro.recommended != "pooled" else "pooled"
    return asked


def _held(ranked: list[GroupScore], limits: Limits, model: str, metric: str) -> list[KeptLimit]:
    values = {score.group: score.scores[model][metric] for score in ranked}
    rising = sorted(values, key=lambda name: values[name].value)
    told = (limits.grouping, model, metric)
    found = []
    if limits.worst_group_max is not None:
        worst = rising[-1]
        found.append(KeptLimit("worst_group", limits.worst_group_max, values[worst], (worst,), *told))
    if limits.gap_max is not None:
        gap = Estimate(values[rising[-1]].value - values[rising[0]].value, float("nan"), float("nan"))
        found.append(KeptLimit("gap", limits.gap_max, gap, (rising[-1], rising[0]), *told))
    return found
