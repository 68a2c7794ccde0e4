"""What moves people into a group, as odds."""

from __future__ import annotations

from dataclasses import replace
from math import exp, inf

import pytest
from results_factory import make_result

from rome.figures import membership_table
from rome.report.tables import text_table
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
    pair = "Group 2 against Group 1"
    assert list(table.columns) == ["term", pair, f"{pair}_low", f"{pair}_high"]


def test_odds_have_the_interval_of_their_coefficient():
    age = Coefficient("age", "age", -0.05, -0.5, low=-0.07, high=-0.03)
    table = membership_table(_with_gates((age,), _gate(0, 0)))
    ends = table[["Group 1 against Group 2_low", "Group 1 against Group 2_high"]].iloc[0].tolist()
    assert ends == pytest.approx([exp(-0.7), exp(-0.3)])
    assert "(0.50 to 0.74)" in text_table(table).rows[0][1]


def test_a_coefficient_that_the_rows_do_not_determine_has_odds_and_no_interval():
    table = membership_table(_with_gates(_gate(0.5, -1.0), _gate(0, 0)))
    assert table["Group 1 against Group 2_low"].isna().all()
    assert "(" not in text_table(table).rows[0][1]


def test_one_group_has_no_gate():
    assert membership_table(_with_gates(_gate(0, 0))).empty


def test_boundless_odds_are_infinite_and_no_error():
    table = membership_table(_with_gates(_gate(1e6, 1), _gate(0, 0)))
    assert table["Group 1 against Group 2"].tolist()[0] == inf
