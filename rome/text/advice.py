"""What is recommended, and what may be said of ROME against one pooled model: no more than the numbers do.

Sentences are plain text with names from the user's table in them as they are: whoever shows one as HTML or
Markdown escapes it first.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose, isfinite
from typing import Literal

from rome.results import Advice, Comparison, PathPoint, StudyResult
from rome.results.recommendation import contradicted
from rome.settings.study import Grouping
from rome.stats.estimate import Estimate
from rome.text.measures import comparison_at, evaluation_at, measure, not_computed
from rome.text.names import shorten, visible
from rome.text.numbers import (
    NOT_COMPARED,
    as_sentence,
    format_change,
    format_number,
    format_percent,
    half_width,
)
from rome.text.verdict import null_model_words


def recommendation_sentence(result: StudyResult) -> str:
    """Return what is recommended and why, in two or three plain sentences."""
    advice = result.dro.advice
    if isinstance(advice, str):
        return advice
    guard, confidence = result.dro.guard, result.settings.confidence
    if advice.reason in ("one group", "held out", "unconfirmed"):
        return f"Use one model: {why_pooled(result)}."
    if advice.reason == "not ranked":
        return f"Use one model: {why_pooled(result)}. {as_sentence(NOT_COMPARED['no group ranked'])}"
    change = f"error of the worst {guard} group {_change(advice.guarded, confidence)}"
    overall = _change(advice.overall, confidence)
    if advice.reason is None:
        return (
            f"Use ROME at DRO strength {advice.strength:g}. On validation rows it changes the "
            f"{change} against one pooled model, and the error of everybody {overall}."
        )
    return (
        f"Use one model: {why_pooled(result)}. At strength {advice.strength:g}, ROME changes the {change}, "
        f"that of everybody {overall}."
    )


def why_pooled(result: StudyResult) -> str:
    """Return why one model is recommended, as a clause.

    Nothing where ROME is recommended, or where the study was stored without the reason.
    """
    advice, guard = result.dro.advice, result.dro.guard
    if isinstance(advice, str) or advice.reason is None:
        return ""
    if advice.reason in ("held out", "unconfirmed"):
        return _withdrawn(result, advice)
    if advice.reason == "verdict":
        words = null_model_words(result.verdict.hardest)
        return f"one group explains the training rows as well as {result.fit.n_groups} do ({words})"
    return _WHY[advice.reason].format(guard=guard)


_WHY = {
    "one group": "this study has a single group, and ROME with a single group is one pooled model",
    "not ranked": (
        "the {guard} groups can't be ranked on validation rows, so nothing shows that ROME would help"
    ),
    "groups": (
        "on validation rows a mixture of groups does not describe the outcome better than one group "
        "does, by more than its interval"
    ),
    "guarded": (
        "no DRO strength lowers the error of the worst {guard} group on validation rows "
        "by more than its interval"
    ),
    "observed": (
        "the worst latent group gains on validation rows, but the worst observed group loses by more "
        "than its interval"
    ),
    "overall": (
        "every DRO strength that helps the worst {guard} group on validation rows raises the "
        "error of everybody together by more than its interval"
    ),
}


def _withdrawn(result: StudyResult, advice: Advice) -> str:
    """Say where held-out rows speak against, or do not confirm, what validation rows had spoken for."""
    guard, held_out = result.dro.guard, result.at(advice.strength).comparison
    against = contradicted(held_out, guard)
    key = against[0] if against else f"worst_{guard}"
    whose = {
        "overall": "everybody",
        "worst_latent": "the worst latent group",
        "worst_observed": "the worst observed group",
    }
    word = "speak against it" if against else "do not confirm it"
    return (
        f"validation rows spoke for ROME at DRO strength {advice.strength:g}, but held-out rows {word}: it "
        f"changes the error of {whose[key]} "
        f"{_change(held_out[key].relative_change, result.settings.confidence)}"
    )


def _change(relative: Estimate, confidence: float) -> str:
    if not isfinite(relative.value):
        return "by no share that can be told, since one pooled model makes no error there,"
    if not isfinite(relative.low):
        return f"{_percent(relative.value)} (no interval)"
    numbers = (relative.value, relative.low, relative.high)
    value, low, high = (_percent(number) for number in numbers)
    if value in (low, high):
        # Rounded away: the value would seem to lie on the end of its own interval.
        value, low, high = (_percent(number, least=1) for number in numbers)
    return f"{value} ({100 * confidence:g}% interval {low} to {high})"


def _percent(value: float, least: int = 0) -> str:
    """Write a share with ``least`` decimals, or in tenths where a whole percent would hide its sign."""
    decimals = 1 if 0.0005 <= abs(value) < 0.005 else least
    text = f"{100 * value:+.{decimals}f}%".replace("-", "−")
    return "0%" if text in ("+0%", "−0%", "+0.0%", "−0.0%") else text


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
    """Return the study's answer: what is recommended, and what may be claimed at ``strength``.

    Parameters
    ----------
    result : StudyResult
        The finished study.
    strength : float or None
        A stored DRO strength; ``None`` takes the study's own.
    """
    at = result.dro.strength if strength is None else strength
    said = claim(result, at)
    if result.dro.recommended != "pooled":
        return said.sentence
    if len(result.groups) < 2:
        return f"One pooled model is recommended. {said.sentence}"
    why = why_pooled(result)
    advised = f"One pooled model is recommended: {why}." if why else recommendation_sentence(result)
    # Both hold; without the reason between them they would seem to contradict each other.
    place = "All the same, at" if said.level == "improvement" else "At"
    return f"{advised} {place} strength {at:g}: {said.sentence}"


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
