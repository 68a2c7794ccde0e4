"""What is recommended, and why: no more than the numbers say.

Sentences are plain text with names from the user's table in them as they are: whoever shows one as HTML or
Markdown escapes it first.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from rome.results import StudyResult
from rome.results.advice import Advice, CandidateModel, Kind, Standing
from rome.stats.estimate import Estimate
from rome.text.failed import audited_words
from rome.text.groups import one_value_group
from rome.text.measures import evaluation_at, measure
from rome.text.numbers import (
    as_sentence,
    format_confidence,
    format_number,
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
