"""Does a finished study keep to limits on its groups: worst error and gap, on held-out rows."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from rome.errors import RomeError, SettingError
from rome.results.scores import GroupScore
from rome.results.study import Evaluation, StudyResult
from rome.settings.limits import Limits
from rome.stats.estimate import Estimate

#: Metrics that are no errors: they have gaps, and no group is the worst for having most.
_NO_ERRORS = ("accuracy", "selection_rate", "tpr", "auc")


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
        The study has no such metric, or a limit on a worst error names a metric that is none.
    RomeError
        Too few groups are large enough, or some of them have no value, so that nothing can be said.
    """
    if limits.worst_group_max is not None and limits.metric in _NO_ERRORS:
        raise SettingError(
            f"More {limits.metric} is no error, so no group is the worst for having most of it. Limit the "
            "gap (--gap-max), or name an error, such as rmse or brier."
        )
    metric = (
        ("brier" if result.metric == "brier" else "rmse") if limits.metric == "typical" else limits.metric
    )
    model, evaluation = _model(result, limits.model)
    ranked = [score for score in evaluation.groupings[limits.grouping] if not score.too_small]
    _require_enough(ranked, limits, result.settings.min_group_size)
    if metric not in ranked[0].scores[model]:
        known = ", ".join(ranked[0].scores[model])
        raise SettingError(f"This study has no {metric}; it has {known}. Choose one of them (--metric).")
    unknown = [score.group for score in ranked if not isfinite(score.scores[model][metric].value)]
    if unknown:
        raise RomeError(
            f'The {metric} of the {limits.grouping} group "{unknown[0]}" is not known, as where nobody in it '
            "has the outcome. Choose another metric (--metric) or another grouping (--grouping)."
        )
    return tuple(_held(ranked, limits, model, metric))


def _require_enough(ranked: list[GroupScore], limits: Limits, least: int) -> None:
    needed = 1 if limits.gap_max is None else 2
    if len(ranked) >= needed:
        return
    few = f"No {limits.grouping} group has" if not ranked else f"Only one {limits.grouping} group has"
    what = "to judge it" if needed == 1 else "to judge it, and a gap is between two"
    raise RomeError(
        f"{few} the {least} held-out rows needed {what}. Take more rows, or another grouping (--grouping)."
    )


def _model(result: StudyResult, asked: str) -> tuple[str, Evaluation]:
    """Return the key of a model's scores, and the strength's scores to take them from: in older studies
    nothing but their own groups was advised, at a strength that need not be the study's."""
    if asked == "audited" and result.examined != "audited":
        raise SettingError("This study audits no model. Choose another one (--model).")
    if asked != "advised" or result.advice is not None:
        return asked, result.chosen
    if result.dro.recommended == "pooled":
        return "pooled", result.chosen
    return "rome", result.at(result.dro.recommended)


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
