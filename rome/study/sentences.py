"""The recommendation in words that claim no more than the numbers do."""

from __future__ import annotations

import math

from rome.config import Settings
from rome.results import Comparison
from rome.study.validation import Validation


def _percent(value: float) -> str:
    return f"{100 * value:+.0f}%".replace("-", "−").replace("+0%", "0%").replace("−0%", "0%")


def _change(comparison: Comparison, confidence: float) -> str:
    if not math.isfinite(comparison.relative):
        return "by no share that can be told, since one pooled model makes no error there,"
    if not math.isfinite(comparison.relative_low):
        return f"{_percent(comparison.relative)} (no interval)"
    limits = f"{_percent(comparison.relative_low)} to {_percent(comparison.relative_high)}"
    return f"{_percent(comparison.relative)} ({confidence:.0%} interval {limits})"


def recommendation_sentence(validation: Validation, settings: Settings) -> str:
    """Return what is recommended and why, in two or three plain sentences."""
    if settings.n_groups == 1:
        return (
            "Use one model: this study has a single group, and ROME with a single group is one pooled model."
        )
    recommendation = validation.recommendation
    by_strength = {candidate.strength: candidate.comparison for candidate in validation.candidates}
    at = by_strength[recommendation.strength]
    guarded = at[f"worst_{settings.guard}"]
    confidence = settings.confidence
    if guarded.reason is not None:
        why = f"the {settings.guard} groups can't be ranked on validation rows"
        return f"Use one model: {why}, so nothing shows that ROME would help. {guarded.reason}"
    change = f"error of the worst {settings.guard} group {_change(guarded, confidence)}"
    overall = _change(at["overall"], confidence)
    if recommendation.accepted:
        return (
            f"Use ROME at DRO strength {recommendation.strength:g}. On validation rows it changes the "
            f"{change} against one pooled model, and the error of everybody {overall}."
        )
    shown = (
        f"At strength {recommendation.strength:g}, ROME changes the {change}, that of everybody {overall}."
    )
    return f"Use one model: {_why(recommendation.reason, settings.guard)}. {shown}"


def _why(reason: str, guard: str) -> str:
    """Return which condition of the do-no-harm rule failed."""
    reasons = {
        "groups": (
            "on validation rows a mixture of groups does not describe the outcome better than one group "
            "does, by more than its interval"
        ),
        "guarded": (
            f"no DRO strength lowers the error of the worst {guard} group on validation rows "
            "by more than its interval"
        ),
        "observed": (
            "the worst latent group gains on validation rows, but the worst observed group loses by more "
            "than its interval"
        ),
        "overall": (
            f"every DRO strength that helps the worst {guard} group on validation rows raises the "
            "error of everybody together by more than its interval"
        ),
    }
    return reasons[reason]
