"""What moves people into a group, as odds."""

from __future__ import annotations

from dataclasses import replace
from math import exp, inf

import pytest
from results_factory import make_result

from rome.figures.membership import membership_table
from rome.results import Coefficient


def _with_gates(*gates):
    result = make_result(len(gates))
    groups = tuple(replace(group, gate=gate) for group, gate in zip(result.groups, gates, strict=True))
    return replace(result, groups=groups)


def _gate(age, sex):
    return (
        Coefficient("(intercept)", "", 0.7 * bool(age), 0.7 * bool(age)),
        Coefficient("age", "age", age / 10, age),
        Coefficient("sex = female", "sex", sex * 2, sex),
    )


def test_odds_are_per_standard_deviation_against_the_reference_largest_first():
    table = membership_table(_with_gates(_gate(0.5, -1.0), _gate(0.1, 0.2), _gate(0, 0)))
    assert table["term"].tolist() == ["sex = female", "age"]
    assert table["Group 1 against Group 3"].tolist() == pytest.approx([exp(-1), exp(0.5)])
    assert table["Group 2 against Group 3"].tolist() == pytest.approx([exp(0.2), exp(0.1)])


def test_the_reference_may_be_any_group():
    table = membership_table(_with_gates(_gate(0, 0), _gate(1, 2)))
    assert list(table.columns) == ["term", "Group 2 against Group 1"]


def test_one_group_has_no_gate():
    assert membership_table(_with_gates(_gate(0, 0))).empty


def test_boundless_odds_are_infinite_and_no_error():
    table = membership_table(_with_gates(_gate(1e6, 1), _gate(0, 0)))
    assert table["Group 1 against Group 2"].tolist()[0] == inf
