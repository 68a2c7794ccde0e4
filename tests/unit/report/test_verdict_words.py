"""The verdict in plain words says neither more nor less than the exact one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from results_factory import make_result

from rome.report import sentences
from rome.report.verdict_words import nobodys_groups, verdict_answer, verdict_detail
from rome.results import Estimate, Verdict

ZERO = Estimate(0.0, 0.0, 0.0)


def _judged(level: str, findable: bool = False, n_groups: int = 2):
    verdict = Verdict(level, f"{level}: because.", n_groups, ZERO, "one line", ZERO, findable, 0.5, ())
    return replace(make_result(2), verdict=verdict)


def _with_shares(*sizes: int):
    """A study of three groups, ``sizes[k]`` rows of which are likeliest in group k."""
    result = make_result(3, rows=sum(sizes))
    membership = np.repeat(np.eye(3), sizes, axis=0)
    return replace(result, rows=replace(result.rows, membership=membership))


@pytest.mark.parametrize(
    ("level", "findable", "begins", "holds"),
    [
        ("not supported", False, "Use one model", "no sign of groups"),
        ("weak", True, "Perhaps there are 3 groups", "as a lead"),
        ("supported", True, "There are 3 groups", "the sensitive columns tell them apart."),
        ("supported", False, "There are 3 groups", "don't tell who is in which"),
    ],
)
def test_every_verdict_has_plain_words_and_keeps_its_exact_sentence(level, findable, begins, holds):
    result = _judged(level, findable, 3)
    assert verdict_answer(result).startswith(begins)
    assert holds in verdict_answer(result)
    assert verdict_detail(result) == f"{level}: because."


def test_without_a_verdict_the_gain_answers_alone():
    result = replace(make_result(2), verdict=None)
    assert verdict_answer(result) == sentences.gain_sentence(result)
    assert verdict_detail(result) == ""


def test_groups_that_are_nobodys_likeliest_are_named():
    names = [group.name for group in make_result(3).groups]
    assert nobodys_groups(_with_shares(40, 20, 10)) == ""
    assert f"{names[1]} is nobody's likeliest group" in nobodys_groups(_with_shares(40, 0, 10))
    assert f"everybody's likeliest group is {names[0]}" in nobodys_groups(_with_shares(40, 0, 0))
    assert nobodys_groups(make_result(1)) == ""
