"""What is recommended, and what may be said of ROME against one pooled model: no more than the numbers do.

Sentences are plain text with names from the user's table in them as they are: whoever shows one as HTML or
Markdown escapes it first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose, isfinite
from typing import Literal

from rome.results import Comparison, PathPoint, StudyResult
from rome.results.advice import Advice, CandidateModel, Kind, Standing
from rome.settings.study import Grouping
from rome.stats.estimate import Estimate
from rome.text.failed import audited_words
from rome.text.groups import one_value_group
from rome.text.measures import comparison_at, evaluation_at, measure, not_computed
from rome.text.names import shorten, visible
from rome.text.numbers import (
    NOT_COMPARED,
    as_sentence,
    format_change,
    format_confidence,
    format_number,
    format_percent,
    half_width,
)


def model_name(model: CandidateModel, dro_strength: float = 0.0) -> str:
    """Return a model by its form: ``one line``, ``ROME-EM: 3 curved groups, gate on all columns, …``."""
    if model.kind == "corrected":
        return f"{short_name(model)}, gate on {_gate(model)}, DRO strength {dro_strength:g}"
    if model.kind != "groups":
        seeing = "" if model.sees == "a" else " that sees the sensitive columns"
        return f"{_SINGLE[model.kind]}{seeing}"
    rules = "" if model.family == "moe" else "curved " if model.curves else "straight "
    return (
        f"ROME-{model.family.upper().replace('MOE', 'MoE')}: {model.n_groups} {rules}groups, "
        f"gate on {_gate(model)}, DRO strength {dro_strength:g}"
    )


def _gate(model: CandidateModel) -> str:
    return "all columns" if model.gate == "as" else "the sensitive columns"


_SINGLE: Mapping[Kind, str] = {
    "audited": "the audited model as it is",
    "recalibrated": "the audited model, recalibrated by one line through its predictions",
    "line": "one line",
    "curve": "one curved model",
    "trees": "one model of boosted trees",
    "network": "one network",
}


_SHORT: Mapping[Kind, str] = {
    "audited": "the audited model",
    "recalibrated": "the audited model, recalibrated",
    "trees": "boosted trees",
}


def short_name(model: CandidateModel, dro_strength: float = 0.0) -> str:
    """Return a model in two or three words, for lists."""
    if model.kind == "corrected":
        return f"the audited model, corrected by {model.n_groups} groups"
    if model.kind != "groups":
        return _SHORT.get(model.kind) or _SINGLE[model.kind]
    return f"ROME, {model.n_groups} groups, at {dro_strength:g}"


def recommendation_sentence(result: StudyResult) -> str:
    """Return which model to use and why, in two to four plain sentences."""
    advice = result.advice
    if advice is None:
        return result.dro.older_words or "No model is advised, since none was tried against one line."
    said = f"Use {model_name(advice.model, advice.dro_strength)}"
    if advice.model == advice.reference:
        said = f"Keep {audited_words(result)}" if advice.model.kind == "audited" else said
        said = f"{said}: {_why_reference(result, advice)}."
    else:
        said = f"{said}. {_gain(result, advice)}"
        if advice.withdrawn is not None:
            said = f"{said} {as_sentence(_withdrawn(result, advice))}"
    return " ".join(part for part in (said, _own_did_better(result, advice), _edge(advice)) if part)


def _edge(advice: Advice) -> str:
    return "This was close: another sample of the same kind could change the advice." * advice.near_edge


def _gain(result: StudyResult, advice: Advice) -> str:
    """Say what the advised model changes against the reference: on all rows, and on held-out ones."""
    overall, worst = advice.held_out["overall"], advice.held_out["worst_observed"]
    loss, confidence = measure(result.metric).inline, result.settings.confidence
    if advice.all_rows is None:
        changes = _changes(overall.relative_change, worst.relative_change, confidence)
        return f"On held-out rows, against {against(advice)}: {loss} {changes}."
    changes = _changes(advice.all_rows.overall_change, advice.all_rows.worst_change, confidence)
    alone = " and ".join(_percent(each.relative) for each in (overall, worst) if isfinite(each.relative))
    return (
        f"On rows that its fits left out, against {against(advice)}: {loss} {changes}; on held-out rows "
        f"alone {alone}."
    )


def against(advice: Advice) -> str:
    """Return what gains and harms are measured from, in words."""
    return short_name(advice.reference)


def _changes(overall: Estimate, worst: Estimate | None, confidence: float) -> str:
    """Return ``−28% (…) for everybody, −32% (…) for the worst observed group``, the latter if it is known."""
    said = f"{_change(overall, confidence)} for everybody"
    if worst is None or not isfinite(worst.value):
        return said
    return f"{said}, {_change(worst, confidence)} for the worst observed group"


def _own_did_better(result: StudyResult, advice: Advice) -> str:
    """Say that the study's own groups did better on held-out rows than the model that is advised instead of
    them, and why they are not advised; nothing where they did not, by more than the intervals."""
    if advice.own or len(result.groups) < 2:
        return ""
    change = _gain_over_advised(result, advice)
    own = next((each for each in advice.candidates if each.model == advice.study_model), None)
    if not change:
        return ""
    said = f"On held-out rows this study's own groups did better than that: {change}."
    if own is None:
        return f"{said} {_not_judged(result)}"
    if own.standing in ("denied", "unconfirmed"):
        # Why was said before this.
        return said
    why = f"by rows that their fits left out: {STANDINGS[own.standing]}"
    return f"{said} They are not advised all the same, {why}."


def _gain_over_advised(result: StudyResult, advice: Advice) -> str:
    """Return by how much the study's own groups have surely less error than the advised model for everybody;
    nothing where they have not."""
    evaluation = evaluation_at(result, result.dro.strength)
    if evaluation is None:
        return ""
    comparison = evaluation.comparison["overall"]
    if advice.model.kind == "line" and result.training is None:
        # The pooled model is that line, and the difference is paired.
        better = isfinite(comparison.relative_high) and comparison.relative_high < 0
        return _changes(comparison.relative_change, None, result.settings.confidence) if better else ""
    scores = evaluation.overall.scores
    if "advised" not in scores:
        return ""
    own, other = scores["rome"][result.metric], scores["advised"][result.metric]
    if not own.high < other.low:
        return ""
    return f"{measure(result.metric).inline} {format_number(own.value)} against {format_number(other.value)}"


def _why_reference(result: StudyResult, advice: Advice) -> str:
    """Return why the reference is advised, as a clause."""
    if advice.withdrawn is not None:
        return _withdrawn(result, advice)
    tried = [each for each in advice.candidates if each.model.sees == "a" and each.model != advice.reference]
    if not tried:
        return "nothing else could be tried on so few rows"
    gaining = [each for each in tried if each.standing in ("harms everybody", "harms observed")]
    if not gaining:
        return (
            f"none of the {len(tried)} other models that were tried has surely less error on rows that its "
            "fit left out, either for everybody or for the worst observed group"
        )
    best = min(gaining, key=lambda each: each.overall.value)
    everybody = best.standing == "harms everybody"
    change = best.overall_change if everybody else best.worst_change
    return f"{model_name(best.model)} may gain, but {_room_for_harm(result, advice, everybody, change)}"


def _room_for_harm(result: StudyResult, advice: Advice, everybody: bool, change: Estimate) -> str:
    whose = "everybody" if everybody else "the worst observed group"
    limit = advice.max_harm_overall if everybody else advice.max_harm_observed
    return (
        f"it could harm {whose} by more than the {100 * limit:g}% allowed: {measure(result.metric).inline} "
        f"{_change(change, result.settings.confidence)}"
    )


def _withdrawn(result: StudyResult, advice: Advice) -> str:
    """Say that held-out rows speak against, or do not confirm, what cross-fitting had spoken for."""
    candidate, confidence = advice.withdrawn, result.settings.confidence
    name = model_name(candidate.model, candidate.dro_strength)
    change = _changes(candidate.overall_change, candidate.worst_change, confidence)
    spoken = f"cross-fitting inside the training rows spoke for {name} with {change}"
    if not advice.withdrawn_held_out:
        # A study of an earlier version, which kept no number of what was withdrawn.
        word = "speak against it" if candidate.standing == "denied" else "do not confirm it"
        return f"{spoken}, but held-out rows {word}"
    if candidate.standing == "denied" and advice.all_rows is not None and advice.model == advice.reference:
        everybody = advice.all_rows.overall_bound > advice.max_harm_overall
        change = advice.all_rows.overall_change if everybody else advice.all_rows.worst_change
        return f"{spoken}, but with held-out rows {_room_for_harm(result, advice, everybody, change)}"
    if candidate.standing == "denied":
        # ``all_rows`` is about the model that is advised instead.
        return f"{spoken}, but {STANDINGS['denied']}"
    alone = [advice.withdrawn_held_out[key].relative_change for key in ("overall", "worst_observed")]
    return f"{spoken}, but held-out rows do not confirm it: {_changes(*alone, confidence)}"


def beside_sentence(result: StudyResult) -> str:
    """Say how the study's own groups do beside the advice; nothing where they are what is advised."""
    advice = result.advice
    if advice is None or advice.own or len(result.groups) < 2:
        return ""
    own = next((each for each in advice.candidates if each.model == advice.study_model), None)
    if own is None:
        # Said with the advice where they did better than it.
        better = _gain_over_advised(result, advice)
        return "" if better else f"This study's own groups were no candidate. {_not_judged(result)}"
    changes = _changes(own.overall_change, own.worst_change, result.settings.confidence)
    return (
        f"This study's own groups ({model_name(own.model, own.dro_strength)}), on rows that their fits left "
        f"out: {changes}. Not advised: {STANDINGS[own.standing]}."
    )


def _not_judged(result: StudyResult) -> str:
    """Say which of the study's own groups keeps them from being advised, and what to do instead."""
    found = [one_value_group(result, index) for index in range(len(result.groups))]
    named = next((said for said in found if said), "")
    if not named:
        return "They are not advised, since they could not be fitted in every fold."
    return f"They are not advised: {named}. Predict that first, as yes or no, and the other rows apart."


def beside_sentences(result: StudyResult) -> list[str]:
    """Return what stands beside the advice: the study's own groups, and what seeing S would give."""
    return [said for said in (beside_sentence(result), sensitive_sentence(result)) if said]


#: How a candidate ended, as a clause.
STANDINGS: Mapping[Standing, str] = {
    "advised": "advised",
    "as good": "as good, but not as simple as what is advised",
    "worse": "a gain, but a smaller one than what is advised",
    "harms everybody": "more harm to everybody can't be ruled out",
    "harms observed": "more harm to the worst observed group can't be ruled out",
    "no gain": "no sure gain",
    "denied": "with held-out rows, more harm than is allowed can't be ruled out",
    "unconfirmed": "held-out rows do not confirm it",
    "reference": "what gains are measured from",
    "sees sensitive": "shown to compare, never advised: it sees the sensitive columns",
}


def sensitive_sentence(result: StudyResult) -> str:
    """Say what letting a single model see the sensitive columns would give beside the advised one."""
    advice = result.advice
    seeing = [] if advice is None else [each for each in advice.candidates if each.model.sees != "a"]
    if not seeing:
        return ""
    best = min(seeing, key=lambda each: each.overall.value)
    own = next(each for each in advice.candidates if each.model == advice.model)
    changes = _changes(best.overall_change, best.worst_change, result.settings.confidence)
    said = f"To compare, {model_name(best.model)}: {changes}."
    # The candidates were judged at strength 0: another one may err more.
    free = own.model.kind == "groups" and advice.dro_strength == 0
    if free and own.overall.value <= best.overall.value:
        return f"{said} The advised rules never see them, and err no more."
    return said


def _change(relative: Estimate, confidence: float) -> str:
    if not isfinite(relative.value):
        return "no known change"
    if not isfinite(relative.low):
        return f"{_percent(relative.value)} (no interval)"
    numbers = (relative.value, relative.low, relative.high)
    value, low, high = (_percent(number) for number in numbers)
    if value in (low, high):
        # Rounded away: the value would seem to lie on the end of its own interval.
        value, low, high = (_percent(number, least=1) for number in numbers)
    return f"{value} ({format_confidence(confidence)} {low} to {high})"


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
