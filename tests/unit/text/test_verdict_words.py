"""The verdict in plain words says neither more nor less than the exact one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from results_factory import make_result

from rome.results.verdict import NULL_MODELS, Choice, SelectionCandidate, Tried, Verdict
from rome.settings.study import Settings
from rome.stats.estimate import Estimate
from rome.text.fixes import remedy
from rome.text.verdict import (
    NULL_MODEL_WORDS,
    choice_sentence,
    gain_sentence,
    nobodys_groups,
    verdict_answer,
    verdict_detail,
    verdict_sentence,
)

ZERO = Estimate(0.0, 0.0, 0.0)


def _judged(level: str, findable: bool = False):
    verdict = Verdict(level, 2, ZERO, "line", ZERO, findable, 0.5, (), doubt="unstable")
    return replace(make_result(2), verdict=verdict)


#: As much of a candidate as a sentence reads.
_ONE = SelectionCandidate(1, 3, 0.0, 0.0, 0.0, 0.0, ZERO, 1.0, 1.0, 1.0, 1.0)


def _with_shares(*sizes: int):
    """A study of three groups, ``sizes[k]`` rows of which are likeliest in group k."""
    result = make_result(3, rows=sum(sizes))
    membership = np.repeat(np.eye(3), sizes, axis=0)
    return replace(result, rows=replace(result.rows, membership=membership))


@pytest.mark.parametrize(
    ("level", "findable", "begins", "holds"),
    [
        ("not supported", False, "This table does not support 2 groups", "one rule for everybody"),
        ("weak", True, "Perhaps there are 2 groups", "as a lead"),
        ("supported", True, "This table supports 2 groups", "say something about who is in which"),
        ("supported", False, "This table supports 2 groups", "can't be relied on"),
    ],
)
def test_every_verdict_has_plain_words_and_keeps_its_exact_sentence(level, findable, begins, holds):
    result = _judged(level, findable)
    assert verdict_answer(result).startswith(begins)
    assert holds in verdict_answer(result)
    assert verdict_detail(result).startswith(f"{level.capitalize()}: ")


@pytest.mark.parametrize("findable", [True, False])
def test_where_the_gate_sees_all_columns_the_sensitive_ones_are_not_said_to_tell_the_groups_apart(findable):
    gain = Estimate(0.2, 0.1 if findable else -0.1, 0.3)
    found = replace(_judged("supported", findable).verdict, gain=Estimate(0.2, 0.1, 0.3), gate_gain=gain)
    seeing_all = replace(make_result(2), verdict=found, settings=Settings(gate_sees="as"))
    said = f"{verdict_answer(seeing_all)} {verdict_detail(seeing_all)}"
    assert "the columns" in said.lower()
    assert "sensitive" not in said


def test_support_by_less_than_the_shown_interval_is_called_narrow():
    assert "if narrowly" in verdict_answer(_judged("supported"))
    clear = replace(_judged("supported").verdict, gain=Estimate(0.2, 0.1, 0.3))
    assert "narrowly" not in verdict_answer(replace(make_result(2), verdict=clear))


@pytest.mark.parametrize("level", ["weak", "supported"])
def test_a_study_of_one_group_says_that_others_were_only_tried(level):
    result = replace(make_result(1), verdict=_judged(level).verdict)
    assert verdict_answer(result).startswith("This study has one group. Beside it, 2 were tried.")


def test_without_a_verdict_the_gain_answers_alone():
    result = replace(make_result(2), verdict=None)
    assert verdict_answer(result) == gain_sentence(result)
    assert verdict_detail(result) == ""


def test_groups_that_are_nobodys_likeliest_are_named_and_not_called_useless():
    names = [group.name for group in make_result(3).groups]
    assert nobodys_groups(_with_shares(40, 20, 10)) == ""
    assert f"before the outcome is seen: {names[1]}. Such groups count" in nobodys_groups(
        _with_shares(40, 0, 10)
    )
    assert f"{names[0]} is everybody's likeliest group. Such groups" in nobodys_groups(_with_shares(40, 0, 0))
    assert nobodys_groups(make_result(1)) == ""


def test_support_whose_shown_interval_includes_zero_says_why_it_is_support():
    verdict = replace(_judged("supported").verdict, gain=Estimate(0.05, -0.01, 0.11))
    assert "includes 0, but the gain is larger than its standard error" in verdict_sentence(verdict)
    clear = replace(verdict, gain=Estimate(0.11, 0.05, 0.17))
    assert "includes 0" not in verdict_sentence(clear)


@pytest.mark.parametrize(
    ("doubt", "words"),
    [
        ("chance", "could be chance"),
        ("degenerate", "fitted without error"),
        ("one value", "hardly more than one value of the outcome"),
        ("small halves", "too small to see"),
        ("unstable", "don't agree"),
    ],
)
def test_weak_support_says_what_the_doubt_is(doubt, words):
    assert words in verdict_sentence(replace(_judged("weak").verdict, doubt=doubt))


def test_the_words_of_an_older_study_are_shown_as_they_are():
    verdict = replace(_judged("weak").verdict, doubt=None, older_words="Weak: as it was written.")
    assert verdict_sentence(verdict) == verdict_sentence(verdict, "moe") == "Weak: as it was written."
    assert choice_sentence("2 groups: as it was written.", ()) == "2 groups: as it was written."


def test_every_null_model_has_its_own_words():
    assert set(NULL_MODEL_WORDS) == set(NULL_MODELS)
    assert len(set(NULL_MODEL_WORDS.values())) == len(NULL_MODELS)


@pytest.mark.parametrize("doubt", ["degenerate", "one value", "close levels"])
def test_where_a_fault_of_a_group_refutes_them_no_single_rule_is_said_to_do_as_well(doubt):
    gain = Estimate(0.45, 0.40, 0.50)
    verdict = replace(_judged("not supported").verdict, doubt=doubt, gain=gain, hardest="quadratic_any_noise")
    result = replace(make_result(2), verdict=verdict, fit=replace(make_result(2).fit, gain=gain), advice=None)
    said = " ".join([verdict_answer(result), verdict_detail(result), gain_sentence(result), remedy(result)])
    assert "as well" not in said
    assert "curve" not in said.replace("curved (quadratic)", "")
    assert ("hardly more than one value" in said) == (doubt == "one value")
    assert ("fault in one" in said, "levels don't stand apart" in gain_sentence(result)) == (
        False,
        doubt == "close levels",
    )
    chosen = Choice("null model", 1, 2, "quadratic_any_noise", doubt=doubt)
    assert "as well" not in choice_sentence(chosen, [_ONE, _ONE])


def test_where_more_groups_refute_than_the_verdict_is_about_all_are_named():
    tried = tuple(Tried(k, "none", "not supported", ZERO, "line", "chance") for k in (6, 3, 2))
    gain = Estimate(0.05, -0.02, 0.12)
    verdict = replace(_judged("not supported").verdict, doubt="chance", gain=gain, tried=tried)
    assert "2 groups explain held-out rows better than one line" in verdict_sentence(verdict)
    assert verdict_sentence(verdict).endswith("6 and 3 groups are not supported either.")
