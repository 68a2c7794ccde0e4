"""The recommendation in words that claim no more than the numbers do."""

from __future__ import annotations

import math

from rome.results import Advice, StudyResult
from rome.results.recommendation import contradicted
from rome.stats.estimate import Estimate
from rome.text.numbers import NOT_COMPARED, as_sentence
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
    if not math.isfinite(relative.value):
        return "by no share that can be told, since one pooled model makes no error there,"
    if not math.isfinite(relative.low):
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
