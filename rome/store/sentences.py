"""The sentences that a study's files hold for people, beside the codes and numbers that ROME reads.

Studies of version 0.2.0 hold the sentences alone. Their codes follow from their numbers where those leave one
possibility; else the sentence stays as it was written, to be shown and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rome.evidence.assess import STABLE
from rome.evidence.splits import errors_below
from rome.results import Evaluation, StudyResult
from rome.results.description import FEWEST_RULE_ROWS
from rome.serialize.codec import from_plain, to_plain
from rome.stats.estimate import Estimate
from rome.text.advice import recommendation_sentence
from rome.text.groups import NO_SPLIT, why_no_rule
from rome.text.numbers import NOT_COMPARED, as_sentence
from rome.text.verdict import NULL_MODEL_WORDS, choice_sentence, null_model_words, verdict_sentence

#: A part of a document: plain values by their keys.
Plain = dict[str, Any]
_CODES = {words: code for code, words in NULL_MODEL_WORDS.items()}


def of_advice(result: StudyResult) -> Plain:
    """Return the summary of DRO with the advice as a sentence; its codes stand in a part of their own."""
    plain = to_plain(result.dro)
    del plain["older_words"]
    return plain | {"sentence": recommendation_sentence(result)}


def advice_in(document: Mapping[str, Any]) -> Plain:
    """Return the summary of DRO as its class has it; words where the study was stored without codes."""
    plain = dict(document["dro"])
    sentence = plain.pop("sentence")
    return plain | {"older_words": None if "advice" in document else sentence}


def of_verdict(result: StudyResult) -> Plain | None:
    """Return the verdict as level, sentence and the evidence behind them; None where none was asked for."""
    verdict = result.verdict
    if verdict is None:
        return None
    plain = to_plain(verdict)
    older = plain.pop("older_words")
    if older is not None:
        del plain["doubt"]
    head = {"level": plain.pop("level"), "sentence": verdict_sentence(verdict, result.settings.family)}
    evidence = {}
    for name, value in plain.items():
        if name == "hardest":
            evidence["best_account"] = null_model_words(value)
        elif name == "null_models":
            evidence["accounts"] = [
                {"name": null_model_words(score["code"]), "gain": score["gain"]} for score in value
            ]
        else:
            evidence[name] = value
    return {**head, "evidence": evidence}


def verdict_in(document: Mapping[str, Any]) -> Plain | None:
    """Return the verdict as its class has it, from a study of any version."""
    stored = document.get("verdict")
    if not isinstance(stored, dict):
        return None
    # The first studies had no part of its own for the evidence.
    plain = {"bootstrap": None, "worst_group": None, **stored, **stored.get("evidence", {})}
    plain["hardest"] = _CODES.get(plain["best_account"], plain["best_account"])
    plain["null_models"] = [
        {"code": _CODES.get(score["name"], score["name"]), "gain": score["gain"]}
        for score in plain["accounts"]
    ]
    if "doubt" not in plain:
        plain |= _doubt(plain)
    later = {"older_words": None, "kind": None, "tried": [], "agreement": None}
    return later | plain


def _doubt(plain: Plain) -> Plain:
    """Return the doubt of a verdict that was stored without it, or its sentence where that can't be known."""
    if plain["level"] == "supported":
        return {"doubt": None}
    if not errors_below(from_plain(Estimate, plain["gain"]), 1) > 0:
        return {"doubt": "chance"}
    if plain["stability"] is not None and plain["stability"] >= STABLE:
        return {"doubt": "degenerate"}
    return {"doubt": None, "older_words": plain["sentence"]}


def of_choice(result: StudyResult) -> Plain:
    """Return how the number of groups was chosen, as a sentence and as codes where there are any."""
    choice = result.selection_reason
    if choice is None:
        return {"selection_reason": None}
    words = choice_sentence(choice, result.selection, result.settings.family)
    codes = {} if isinstance(choice, str) else {"selection_choice": to_plain(choice)}
    return {"selection_reason": words, **codes}


def choice_in(document: Mapping[str, Any]) -> Plain | str | None:
    """Return how the number of groups was chosen; words where the study was stored without codes."""
    words = document.get("selection_reason")
    if words is None:
        return None
    if "selection_choice" in document:
        return {"left_out": []} | document["selection_choice"]
    verdict, fitted = verdict_in(document), document["fit"]["n_groups"]
    if (
        fitted == 1
        and verdict is not None
        and verdict["level"] == "not supported"
        and verdict["n_groups"] > 2
    ):
        # More than two groups are judged only where they were suggested.
        hardest = verdict["hardest"]
        choice = {"reason": "null model", "n_groups": 1, "other": verdict["n_groups"]}
        return {**choice, "null_model": hardest, "left_out": []}
    return words


def of_groups(result: StudyResult) -> list[Plain]:
    """Return the groups with the reasons in their descriptions as clauses."""
    groups = to_plain(result.groups)
    for index, group in enumerate(groups):
        group["description"]["reason"] = why_no_rule(result, index) or None
        for rule in group["description"]["rules"]:
            rule["reason"] = None if rule["reason"] is None else NO_SPLIT
    return groups


def groups_in(document: Mapping[str, Any]) -> list[Plain]:
    """Return the groups with the codes of the reasons in their descriptions, which the numbers tell."""
    groups = []
    for stored in document["groups"]:
        description = dict(stored["description"])
        description["rules"] = [
            {**rule, "reason": None if rule["reason"] is None else "no split"}
            for rule in description["rules"]
        ]
        if description["reason"] is not None:
            description["reason"] = _why_no_rule(document)
        groups.append({**stored, "description": description})
    return groups


def _why_no_rule(document: Mapping[str, Any]) -> str:
    if len(document["groups"]) == 1:
        return "one group"
    few = document["data"]["n_train"] < FEWEST_RULE_ROWS
    return "few training rows" if few else "few held-out rows"


def of_evaluation(evaluation: Evaluation) -> Plain:
    """Return an evaluation with the reasons in its comparisons as sentences."""
    plain = to_plain(evaluation)
    for compared in plain["comparison"].values():
        if compared["reason"] is not None:
            compared["reason"] = as_sentence(NOT_COMPARED[compared["reason"]])
    return plain


def evaluation_in(stored: Mapping[str, Any]) -> Plain:
    """Return an evaluation with the code of why a comparison is missing: there is only one such reason."""
    compared = {
        key: {**value, "reason": None if value["reason"] is None else "no group ranked"}
        for key, value in stored["comparison"].items()
    }
    return {**stored, "comparison": compared}
