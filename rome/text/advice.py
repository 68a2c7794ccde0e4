"""The recommendation in words that claim no more than the numbers do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from rome.results import Comparison
from rome.results.recommendation import Recommendation, Validation, contradicted
from rome.results.verdict import Verdict
from rome.settings.study import Settings


def _percent(value: float, least: int = 0) -> str:
    """Write a share with ``least`` decimals, or in tenths where a whole percent would hide its sign."""
    decimals = 1 if 0.0005 <= abs(value) < 0.005 else least
    text = f"{100 * value:+.{decimals}f}%".replace("-", "−")
    return "0%" if text in ("+0%", "−0%", "+0.0%", "−0.0%") else text


def _change(comparison: Comparison, confidence: float) -> str:
    if not math.isfinite(comparison.relative):
        return "by no share that can be told, since one pooled model makes no error there,"
    if not math.isfinite(comparison.relative_low):
        return f"{_percent(comparison.relative)} (no interval)"
    numbers = (comparison.relative, comparison.relative_low, comparison.relative_high)
    value, low, high = (_percent(number) for number in numbers)
    if value in (low, high):
        # Rounded away: the value would seem to lie on the end of its own interval.
        value, low, high = (_percent(number, least=1) for number in numbers)
    return f"{value} ({100 * confidence:g}% interval {low} to {high})"


#: Said with the verdict, and with the number of groups that the evidence chose, where groups are networks.
_ASKED = "This was asked of the data with groups of lines (ROME-EM), not with the networks."
_CHOSEN = "The number was chosen with groups of lines (ROME-EM), not with the networks."


def worded(verdict: Verdict | None, settings: Settings) -> Verdict | None:
    """Return the verdict, saying which groups it was asked with where the study's are others."""
    if verdict is None or settings.family == "em":
        return verdict
    return replace(verdict, sentence=f"{verdict.sentence} {_ASKED}")


def worded_reason(reason: str | None, settings: Settings) -> str | None:
    """Return why the evidence chose a number of groups, saying with which groups it did."""
    return reason if reason is None or settings.family == "em" else f"{reason} {_CHOSEN}"


def recommendation_sentence(
    validation: Validation,
    recommendation: Recommendation,
    held_out: Mapping[str, Comparison],
    settings: Settings,
    verdict: Verdict | None,
) -> str:
    """Return what is recommended and why, in two or three plain sentences.

    ``held_out`` compares pooled and ROME at the recommended strength on held-out rows.
    """
    if settings.n_groups == 1:
        return (
            "Use one model: this study has a single group, and ROME with a single group is one pooled model."
        )
    by_strength = {candidate.strength: candidate.comparison for candidate in validation.candidates}
    at = by_strength[recommendation.strength]
    guarded = at[f"worst_{settings.guard}"]
    confidence = settings.confidence
    if guarded.reason is not None:
        why = f"the {settings.guard} groups can't be ranked on validation rows"
        return f"Use one model: {why}, so nothing shows that ROME would help. {guarded.reason}"
    change = f"error of the worst {settings.guard} group {_change(guarded, confidence)}"
    if recommendation.reason in ("held out", "unconfirmed"):
        return _withdrawn(recommendation, held_out, settings)
    overall = _change(at["overall"], confidence)
    if recommendation.accepted:
        return (
            f"Use ROME at DRO strength {recommendation.strength:g}. On validation rows it changes the "
            f"{change} against one pooled model, and the error of everybody {overall}."
        )
    shown = (
        f"At strength {recommendation.strength:g}, ROME changes the {change}, that of everybody {overall}."
    )
    if recommendation.reason == "verdict":
        why = (
            f"one group explains the training rows as well as {settings.n_groups} do ({verdict.best_account})"
        )
    else:
        why = _why(recommendation.reason, settings.guard)
    return f"Use one model: {why}. {shown}"


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


def _withdrawn(recommendation: Recommendation, held_out: Mapping[str, Comparison], settings: Settings) -> str:
    """Say where held-out rows speak against, or do not confirm, what validation rows had spoken for."""
    against = contradicted(held_out, settings.guard)
    key = against[0] if against else f"worst_{settings.guard}"
    who = "everybody" if key == "overall" else f"the worst {key.removeprefix('worst_')} group"
    word = "speak against it" if against else "do not confirm it"
    return (
        f"Use one model: validation rows spoke for ROME at DRO strength {recommendation.strength:g}, but "
        f"held-out rows {word}: it changes the error of {who} "
        f"{_change(held_out[key], settings.confidence)}."
    )
