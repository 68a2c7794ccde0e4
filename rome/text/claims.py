"""What may be said of ROME against one pooled model, at a DRO strength: no more than the numbers do.

Sentences are plain text with names from the user's table in them as they are: whoever shows one as HTML or
Markdown escapes it first.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose, isfinite
from typing import Literal

from rome.results import Comparison, PathPoint, StudyResult
from rome.settings.study import Grouping
from rome.text.advice import recommendation_sentence, short_name
from rome.text.measures import comparison_at, evaluation_at, measure, not_computed
from rome.text.names import shorten, visible
from rome.text.numbers import (
    NOT_COMPARED,
    format_change,
    format_number,
    format_percent,
    half_width,
)

Level = Literal["improvement", "contested", "undecided", "harm", "not_comparable"]
_NAME_WIDTH = 160


@dataclass(frozen=True)
class Claim:
    """What may be said of ROME against pooled, and the sentence that says it.

    An ``improvement`` is claimed only where the latent groups show it and the observed ones do not deny it;
    ``contested`` means that the observed ones do; ``undecided`` that the interval includes no change.
    """

    level: Level
    sentence: str


def headline(result: StudyResult, strength: float | None = None) -> str:
    """Return the study's answer: what is advised, and what may be claimed of its own groups at ``strength``.

    Parameters
    ----------
    result : StudyResult
        The finished study.
    strength : float or None
        A stored DRO strength; ``None`` takes the study's own.
    """
    at = result.dro.strength if strength is None else strength
    advice = result.advice
    if len(result.groups) < 2:
        return recommendation_sentence(result)
    advised = recommendation_sentence(result)
    if advice is not None:
        verb = "Keep" if advice.model.kind == "audited" else "Use"
        advised = f"{verb} {short_name(advice.model, advice.dro_strength)}."
    return f"{advised} {own_claim(result, at)}"


def own_claim(result: StudyResult, strength: float) -> str:
    """Return ``claim`` in words, saying whose it is where other groups or another strength are advised."""
    said, advice = claim(result, strength).sentence, result.advice
    advised = advice is not None and advice.own and abs(strength - advice.dro_strength) < 1e-9
    if advised or len(result.groups) < 2:
        return said
    return f"This study's own groups, at DRO strength {strength:g}: {said}"


def claim(result: StudyResult, strength: float) -> Claim:
    """Return what may be said of ROME against pooled at ``strength``, by latent and observed groups."""
    if len(result.groups) < 2:
        return Claim("not_comparable", "The study has one group, so ROME is the pooled model itself.")
    latent = comparison_at(result, "worst_latent", strength)
    if latent is None:
        return Claim("not_comparable", not_computed(result, strength))
    if not _comparable(latent):
        reason = _why_not(latent, "the interval could not be computed")
        return Claim("not_comparable", f"The worst latent group can't be compared: {reason}.")
    change = f"{_loss(result)} {format_change(latent, result.settings.confidence)}"
    if latent.high < 0:
        return _better(result, change, comparison_at(result, "worst_observed", strength))
    if latent.low > 0:
        return Claim("harm", f"ROME is worse for the worst latent group on held-out rows: {change}.")
    return Claim(
        "undecided",
        f"No improvement can be claimed for the worst latent group: on held-out rows, {change}, "
        "and the interval includes no change.",
    )


def worst_group_sentence(result: StudyResult, grouping: Grouping, strength: float) -> str:
    """Return ``Worst observed group (women, over 60): mean squared error 23.6 → 16.5 (−30%, …).``"""
    comparison = comparison_at(result, f"worst_{grouping}", strength)
    if comparison is None:
        return not_computed(result, strength)
    if not isfinite(comparison.relative):
        return f"Worst {grouping} group: no comparison, because {_why_not(comparison)}."
    change = format_change(comparison, result.settings.confidence)
    return f"Worst {grouping} group{_who(comparison)}: {_loss(result)} {change}."


def overall_sentence(result: StudyResult, strength: float) -> str:
    """Return what everybody's loss does from pooled to ROME."""
    comparison = comparison_at(result, "overall", strength)
    if comparison is None:
        return not_computed(result, strength)
    return f"Everybody: {_loss(result)} {format_change(comparison, result.settings.confidence)}."


def path_price(result: StudyResult, strength: float) -> str:
    """Return ``worst group −41%, everybody +2.0%``: what the DRO strength gains and costs."""
    if len(result.groups) < 2:
        return "no price: with one group ROME is the pooled model"
    worst = comparison_at(result, f"worst_{result.dro.guard}", strength)
    overall = comparison_at(result, "overall", strength)
    if worst is None or overall is None:
        return not_computed(result, strength)
    if not (isfinite(worst.relative) and isfinite(overall.relative)):
        return f"no price: {_why_not(worst if worst.reason else overall)}"
    gain, price = (
        format_percent(item.relative, half_width(item.relative_low, item.relative_high), signed=True)
        for item in (worst, overall)
    )
    return f"worst {result.dro.guard} group {gain}, everybody {price}"


_MOST_NAMED = 3


def who_pays(result: StudyResult, strength: float) -> str:
    """Name the latent and observed groups that ROME makes worse, or return nothing where none is.

    A group is named where ROME's interval lies wholly above the pooled model's. A paired difference would be
    the finer test, but none is stored for a single group.
    """
    evaluation = evaluation_at(result, strength)
    if evaluation is None or len(result.groups) < 2:
        return ""
    metric = result.metric
    scores = [*evaluation.groupings.get("latent", ()), *evaluation.groupings.get("observed", ())]
    paying = [
        score
        for score in scores
        if not score.too_small and score.scores["rome"][metric].low > score.scores["pooled"][metric].high
    ]
    if not paying:
        return ""
    named = ", ".join(
        f"{visible(score.group)} {format_number(score.scores['pooled'][metric].value)} → "
        f"{format_number(score.scores['rome'][metric].value)}"
        for score in paying[:_MOST_NAMED]
    )
    more = f" and {len(paying) - _MOST_NAMED} more" if len(paying) > _MOST_NAMED else ""
    return (
        f"Who pays for it, in {measure(metric).inline}, pooled → ROME: {named}{more}. "
        "The two intervals do not overlap there."
    )


def _better(result: StudyResult, change: str, observed: Comparison | None) -> Claim:
    """Return the claim where the latent groups show an improvement."""
    shown = f"ROME is better for the worst latent group on held-out rows: {change}"
    if observed is None or not _comparable(observed):
        return Claim(
            "improvement", f"{shown}. The observed groups can't confirm or deny it: {_why_not(observed)}."
        )
    theirs = format_change(observed, result.settings.confidence)
    if observed.low > 0:
        return Claim(
            "contested",
            f"{shown}. But the worst observed group gets worse ({theirs}), so no improvement is claimed.",
        )
    return Claim(
        "improvement", f"{shown}. The observed groups do not deny it: {theirs} for the worst of them."
    )


def _comparable(comparison: Comparison) -> bool:
    return all(isfinite(value) for value in (comparison.relative, comparison.low, comparison.high))


def _loss(result: StudyResult) -> str:
    return measure(result.metric).inline


def _why_not(comparison: Comparison | None, otherwise: str = "it could not be computed") -> str:
    """Return why there is no comparison, as a clause."""
    reason = None if comparison is None else comparison.reason
    return otherwise if reason is None else NOT_COMPARED[reason]


def _who(comparison: Comparison) -> str:
    pooled, rome = comparison.worst_pooled, comparison.worst_rome
    if pooled is None and rome is None:
        return ""
    if pooled == rome:
        return f" ({shorten(pooled, _NAME_WIDTH)})"
    return f" ({shorten(pooled, _NAME_WIDTH)} under pooled, {shorten(rome, _NAME_WIDTH)} under ROME)"


def flat_from(result: StudyResult) -> float | None:
    """Return the DRO strength from which more of it changes nothing; None where that is its end."""
    if len(result.groups) < 2 or len(result.path) < 2:
        return None
    first = last = result.path[-1]
    for point in reversed(result.path):
        if not _alike(point, last):
            break
        first = point
    return None if first is last else first.strength


def _alike(one: PathPoint, other: PathPoint) -> bool:
    return isclose(one.worst_group, other.worst_group, rel_tol=1e-9) and isclose(
        one.overall, other.overall, rel_tol=1e-9
    )
