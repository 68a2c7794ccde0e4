"""Who is failed, in sentences that claim no more than held-out rows bear out."""

from __future__ import annotations

from math import isfinite

from rome.results import FailedGroup, FailedGrouping, StudyResult
from rome.stats.estimate import Estimate
from rome.text.groups import condition_words
from rome.text.measures import measure
from rome.text.names import shorten
from rome.text.numbers import (
    format_confidence,
    format_count,
    format_number,
    format_percent,
    half_width,
)

_NAME_WIDTH = 160
#: What a group is called that is of this grouping, one and several.
GROUPING_WORDS: dict[FailedGrouping, tuple[str, str]] = {
    "observed": ("observed group", "observed groups"),
    "slice": ("slice", "slices"),
    "latent": ("latent group", "latent groups"),
}


def error_metric(result: StudyResult) -> str:
    """Return the measure in which groups are held against everybody."""
    return "brier" if result.data.outcome_kind == "binary" else "rmse"


def group_words(group: FailedGroup) -> str:
    """Return ``women over 60``'s name: a slice by its conditions, any other group by its own."""
    if group.conditions:
        return " and ".join(map(condition_words, group.conditions))
    return shorten(group.name, _NAME_WIDTH)


def failed_most(result: StudyResult) -> FailedGroup | None:
    """Return the group that is failed most among those that can be told before the outcome is seen.

    Latent groups are not: a row belongs to one by its own outcome, so that one of them has large errors even
    where nobody is failed.
    """
    failed = (group for group in result.failed if group.is_failed and group.grouping != "latent")
    return next(failed, None)


def failed_sentence(result: StudyResult) -> str:
    """Return who is failed most, or that nobody is clearly; nothing for a study that was stored without.

    ``Failed most: age over 60 (slice; 102 held-out rows, 5% of people): typical error 2.3 times everybody's
    (95% 1.9 to 2.8), predicted 1,200 too low on average.``
    """
    if not result.failed:
        return ""
    group = failed_most(result)
    if group is None:
        return _nobody(result)
    by = "" if result.roles.prediction is None else f" by {audited_words(result)}"
    return (
        f"Failed most{by}: {group_words(group)} ({GROUPING_WORDS[group.grouping][0]}; {size_words(group)}): "
        f"{error_name(result)} {times_words(group, result)}, {bias_words(group, result)}."
    )


def _nobody(result: StudyResult) -> str:
    ranked = [group for group in result.failed if group.grouping == "observed" and not group.too_small]
    if not ranked:
        whose = "one model" if result.roles.prediction is None else audited_words(result)
        return f"Whether {whose} fails anybody can't be said: no group is large enough to be ranked."
    among = f"any of the {len(ranked)} observed groups" if len(ranked) > 1 else "the one observed group"
    by = "" if result.roles.prediction is None else f" by {audited_words(result)}"
    return (
        f"Nobody is clearly failed{by}: neither a slice nor {among} that can be ranked has a "
        f"{error_name(result)} surely above everybody's."
    )


def audited_words(result: StudyResult) -> str:
    """Return ``the audited model (column yhat)``."""
    return f"the audited model (column {shorten(result.roles.prediction, _NAME_WIDTH)})"


def latent_sentence(result: StudyResult) -> str:
    """Return which latent group has the largest error, where it is above everybody's; nothing else."""
    found = [group for group in result.failed if group.grouping == "latent" and group.is_failed]
    if not found:
        return ""
    group = found[0]
    return (
        f"Among the latent groups, which are told apart by their outcomes too, {group_words(group)} "
        f"({size_words(group)}) has the largest {error_name(result)}: {times_words(group, result)}."
    )


def size_words(group: FailedGroup) -> str:
    """Return ``102 held-out rows, 5% of people``."""
    return f"{format_count(group.n)} held-out rows, {format_percent(group.share)} of people"


def times_words(group: FailedGroup, result: StudyResult) -> str:
    """Return ``2.3 times everybody's (95% 1.9 to 2.8)``."""
    return ratio_words(group.ratio, result.settings.confidence)


def ratio_words(ratio: Estimate, confidence: float) -> str:
    """Return an error over everybody's as ``times_words`` says it."""
    resolution = half_width(ratio.low, ratio.high)
    value = format_number(ratio.value, resolution)
    if resolution is None:
        return f"{value} times everybody's"
    low, high = (format_number(end, resolution) for end in (ratio.low, ratio.high))
    return f"{value} times everybody's ({format_confidence(confidence)} {low} to {high})"


def bias_words(group: FailedGroup, result: StudyResult) -> str:
    """Return ``predicted 1,200 too low on average``, or that no side is clear."""
    bias = group.bias
    if not isfinite(bias.low) or bias.low <= 0 <= bias.high:
        return "no clear bias either way"
    side = "low" if bias.value > 0 else "high"
    return f"predicted {_amount(bias, result)} too {side} on average"


def _amount(bias: Estimate, result: StudyResult) -> str:
    """Return the size of a bias: points of probability for a binary outcome, else in the outcome's units."""
    size, resolution = abs(bias.value), half_width(bias.low, bias.high)
    if result.data.outcome_kind == "binary":
        points = format_number(100 * size, None if resolution is None else 100 * resolution)
        return f"{points} percentage points"
    return format_number(size, resolution)


def error_name(result: StudyResult) -> str:
    """Return what the error is called in a sentence: typical error, or Brier score."""
    return "typical error" if error_metric(result) == "rmse" else measure("brier").inline
