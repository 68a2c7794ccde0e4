"""Sentences in study.json: made from codes, read by nobody, and kept where an older study has no more."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from results_factory import make_result, not_comparable, with_comparison

from rome.results.description import GroupDescription
from rome.results.verdict import Choice, NullModelScore, SelectionCandidate, Verdict
from rome.serialize.codec import from_plain
from rome.stats.estimate import Estimate
from rome.store import sentences, study_document
from rome.text.advice import recommendation_sentence
from rome.text.verdict import choice_sentence, verdict_detail

GAIN, CHANCE = Estimate(0.2, 0.1, 0.3), Estimate(0.01, -0.1, 0.12)


def judged(level: str, gain: Estimate = GAIN, stability: float = 0.6, **changes):
    scores = (NullModelScore("line", GAIN), NullModelScore("line_uneven", gain))
    verdict = Verdict(level, 2, gain, "line_uneven", GAIN, False, stability, scores)
    return replace(make_result(2), verdict=replace(verdict, **changes))


def older(result) -> dict:
    """What version 0.2.0 wrote of the same study: sentences without their codes."""
    document = json.loads(json.dumps(study_document(result), default=float))
    document.pop("advice")
    document.pop("selection_choice", None)
    if document["verdict"] is not None:
        document["verdict"]["evidence"].pop("doubt")
    return document


def verdict_of(document: dict) -> Verdict:
    return from_plain(Verdict, sentences.verdict_in(document))


@pytest.mark.parametrize("level", ["supported", "weak", "not supported"])
def test_a_verdict_comes_back_from_its_document(level):
    result = judged(level, doubt=None if level == "supported" else "unstable")
    document = json.loads(json.dumps(study_document(result)))
    assert document["verdict"]["sentence"] == verdict_detail(result)
    assert document["verdict"]["evidence"]["best_account"] == "one line, uneven spread"
    assert document["verdict"]["evidence"]["accounts"][0]["name"] == "one line, even normal spread"
    assert verdict_of(document) == result.verdict


def test_a_verdict_that_was_stored_before_there_was_anything_beside_it_is_still_read():
    document = study_document(judged("supported"))
    for name in ("bootstrap", "worst_group"):
        document["verdict"]["evidence"].pop(name)
    assert verdict_of(document) == judged("supported").verdict


@pytest.mark.parametrize(
    ("level", "gain", "stability", "doubt"),
    [
        ("supported", GAIN, 0.6, None),
        ("not supported", CHANCE, 0.1, "chance"),
        ("weak", CHANCE, 0.6, "chance"),
        ("weak", GAIN, 0.6, "degenerate"),
    ],
)
def test_the_doubt_of_an_older_verdict_follows_from_its_numbers(level, gain, stability, doubt):
    result = judged(level, gain, stability, doubt=doubt)
    assert verdict_of(older(result)) == result.verdict


@pytest.mark.parametrize("stability", [0.1, float("nan")])
def test_an_older_sentence_stays_where_the_numbers_leave_more_than_one_doubt(stability):
    document = older(judged("weak", stability=stability, doubt="unstable"))
    document["verdict"]["sentence"] = "Weak: as it was written."
    read = replace(make_result(2), verdict=verdict_of(document))
    assert verdict_detail(read) == "Weak: as it was written."
    again = study_document(read)["verdict"]
    assert again["sentence"] == "Weak: as it was written."
    assert "doubt" not in again["evidence"]


def test_older_advice_is_shown_as_it_was_written_and_written_so_again():
    result = make_result(2, recommended="pooled")
    document = older(result)
    document["dro"]["sentence"] = "Use one model: as it was written."
    document.pop("advice", None)
    dro = from_plain(type(result.dro), sentences.advice_in(document))
    read = replace(result, dro=dro, advice=None)
    assert recommendation_sentence(read) == "Use one model: as it was written."
    assert sentences.of_advice(read) == document["dro"]
    assert from_plain(type(result.dro), sentences.advice_in(study_document(result))) == result.dro


def chosen(choice, n_groups: int = 1, level: str = "not supported", judged_groups: int = 3):
    tried = tuple(SelectionCandidate(k, 5, -9.0, 1, 2, 3, GAIN, 1.0, 1.0, 0.5, 0.7) for k in (1, 2, 3))
    result = replace(judged(level, doubt="chance"), selection=tried, selection_reason=choice)
    verdict = replace(result.verdict, n_groups=judged_groups)
    return replace(result, verdict=verdict, fit=replace(result.fit, n_groups=n_groups))


def test_the_choice_of_a_number_of_groups_comes_back():
    choice = Choice("null model", 1, 3, "line_uneven")
    document = study_document(chosen(choice))
    assert document["selection_reason"] == choice_sentence(choice, chosen(choice).selection)
    assert from_plain(Choice | str | None, sentences.choice_in(document)) == choice


def test_an_older_choice_is_known_where_more_than_two_groups_were_refused_and_else_shown():
    choice = Choice("null model", 1, 3, "line_uneven")
    assert from_plain(Choice | str, sentences.choice_in(older(chosen(choice)))) == choice
    unclear = older(chosen(replace(choice, other=2), judged_groups=2))
    assert sentences.choice_in(unclear) == unclear["selection_reason"]
    best = older(chosen(Choice("best", 3, 3), 3, "supported"))
    assert sentences.choice_in(best) == best["selection_reason"]
    assert sentences.choice_in(older(make_result(2))) is None


@pytest.mark.parametrize("reason", ["one group", "few training rows", "few held-out rows"])
def test_why_a_group_has_no_rule_is_written_in_words_and_read_from_the_numbers(reason):
    result = make_result(1 if reason == "one group" else 2)
    if reason == "few training rows":
        result = replace(result, data=replace(result.data, n_train=45))
    group = replace(result.groups[0], description=GroupDescription(reason=reason))
    result = replace(result, groups=(group, *result.groups[1:]))
    document = study_document(result)
    assert " " in document["groups"][0]["description"]["reason"]
    assert document["groups"][0]["description"]["reason"] != reason
    assert sentences.groups_in(document)[0]["description"]["reason"] == reason


def test_why_there_is_no_comparison_is_written_in_words_and_read_as_its_code():
    result = with_comparison(make_result(2), "worst_observed", **not_comparable())
    written = sentences.of_evaluation(result.chosen)
    assert written["comparison"]["worst_observed"]["reason"].startswith("No group is large enough")
    assert sentences.evaluation_in(written)["comparison"]["worst_observed"]["reason"] == "no group ranked"
    assert sentences.evaluation_in(written)["comparison"]["overall"]["reason"] is None
