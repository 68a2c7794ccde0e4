"""Descriptions of a study's groups: from its own rows, columns, units and levels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from study_runs import ROLES, hiring, run

from rome.results.description import Condition
from rome.study.describe import Describer
from rome.table import Roles
from rome.text.groups import group_sentence, rules_said, why_no_rule


def condition_holds(condition: Condition, frame) -> np.ndarray:
    """Read a condition as a person would, on the table as it is in the file."""
    values = frame[condition.column]
    if condition.kind == "between":
        low = -np.inf if condition.low is None else condition.low
        high = np.inf if condition.high is None else condition.high
        return ((values > low) & (values <= high)).to_numpy()
    inside = values.astype(str).isin(condition.levels).to_numpy()
    return inside if condition.kind == "is" else ~inside


def test_the_rule_on_the_sensitive_columns_is_the_planted_one(finished):
    rules = [group.description.rules[0] for group in finished.result.groups]
    planted = {(condition.kind, condition.levels) for rule in rules for c in rule.clauses for condition in c}
    assert planted == {("is", ("moved as adult",)), ("is not", ("moved as adult",))}
    assert all(rule.gain.low > 0 and rule.level != "none" for rule in rules)


def test_a_rules_shares_are_those_of_its_words_on_the_held_out_rows_of_the_file(finished):
    result, frame = finished.result, hiring()
    rows = result.rows
    table = frame.iloc[rows.row[rows.is_test] - 1]
    for k, group in enumerate(result.groups):
        member = rows.responsibilities[rows.is_test, k]
        for rule in group.description.rules:
            caught = np.any(
                [np.all([condition_holds(c, table) for c in clause], axis=0) for clause in rule.clauses],
                axis=0,
            )
            assert rule.coverage.value == pytest.approx(member[caught].sum() / member.sum())
            assert rule.precision.value == pytest.approx(member[caught].mean())
            assert rule.fidelity.value == pytest.approx(np.where(caught, member, 1 - member).mean())
            assert rule.baseline == pytest.approx(max(member.mean(), 1 - member.mean()))


def test_the_level_without_a_term_is_described_too(finished):
    for group in finished.result.groups:
        shares = {e.term: e.group_mean for e in group.profile if e.column == "origin"}
        assert len(shares) == 3
        assert sum(shares.values()) == pytest.approx(1)
        assert all(e.is_share for e in group.profile if e.column == "origin")


def test_profiles_have_intervals_in_the_columns_own_units(finished):
    for group in finished.result.groups:
        for entry in group.profile:
            assert entry.low <= entry.standardised_difference <= entry.high
            assert entry.group_low <= entry.group_mean <= entry.group_high
    ages = [
        entry.group_mean for group in finished.result.groups for entry in group.profile if entry.term == "age"
    ]
    assert all(30 < age < 55 for age in ages)


def test_movers_are_the_sensitive_columns_between_values_of_the_table(finished):
    frame = hiring()
    for group in finished.result.groups:
        assert {mover.column for mover in group.description.movers} == set(ROLES.sensitive)
        for mover in group.description.movers:
            known = set(frame[mover.column])
            assert mover.start in known
            assert mover.end in known
    age = next(m for m in finished.result.groups[0].description.movers if m.column == "age")
    assert (age.start, age.end) == pytest.approx(tuple(np.quantile(frame["age"], [0.25, 0.75])), abs=2)


def test_a_movers_change_is_that_of_the_gate_on_a_changed_table(finished):
    data, mixture, frame = finished.data, finished.fitted.mixture, hiring()
    rows = frame.iloc[data.index[data.test]]
    for mover in finished.result.groups[0].description.movers:
        start, end = (
            mixture.membership(data.design.transform(rows.assign(**{mover.column: value})))[:, 0].mean()
            for value in (mover.start, mover.end)
        )
        assert mover.change.value == pytest.approx(end - start, abs=1e-9)


def test_a_movers_interval_is_no_surer_than_the_gates_coefficient(finished):
    result = finished.result
    gate = {item.column: item for item in result.groups[0].gate if item.term == item.column}
    moving = {mover.column: mover.change for mover in result.groups[0].description.movers}
    # A small move along a nearly straight piece: its spread is the coefficient's, to the draws' own noise.
    relative = (moving["age"].high - moving["age"].low) / abs(moving["age"].value)
    assert relative == pytest.approx((gate["age"].high - gate["age"].low) / abs(gate["age"].value), rel=0.4)


def test_a_gate_that_the_rows_do_not_determine_gives_changes_without_intervals(finished):
    errors = finished.fitted.errors
    unknown = replace(errors, gate_covariance=np.full_like(errors.gate_covariance, np.nan))
    fitted = finished.fitted.mixture
    describer = Describer(finished.data, finished.result.settings, fitted, unknown)
    changes = [mover.change for description in describer.descriptions() for mover in description.movers]
    assert changes
    assert all(np.isfinite(change.value) and np.isnan(change.low) for change in changes)


def test_one_group_has_no_rule_and_says_why():
    result = run(n_groups=1).result
    description = result.groups[0].description
    assert description.rules == ()
    assert description.movers == ()
    assert description.reason == "one group"
    assert rules_said(result, 0) == ()


def test_a_group_of_too_few_held_out_rows_has_no_rule_and_says_why():
    result = run(min_group_size=150, assess_groups=False, advise=False).result
    small = [group for group in result.groups if not group.description.rules]
    assert small
    assert all(group.description.reason == "few held-out rows" for group in small)
    index = result.groups.index(small[0])
    assert "too few to say who is in it" in group_sentence(result, index)


def test_too_few_training_rows_give_no_rule_and_say_why():
    roles = Roles("rating", ("work_sample",), ("sex",))
    result = run(hiring(90), roles, test_size=0.5, min_group_size=5, assess_groups=False, advise=False).result
    assert all(group.description.reason == "few training rows" for group in result.groups)
    assert "45 training rows" in why_no_rule(result, 0)


def test_a_sensitive_column_with_missing_values_is_described():
    frame = hiring()
    frame.loc[frame.index[::7], "age"] = np.nan
    result = run(frame, assess_groups=False, advise=False).result
    for group in result.groups:
        assert {"age", "age is missing"} <= {entry.term for entry in group.profile}
        age = next(mover for mover in group.description.movers if mover.column == "age")
        assert frame["age"].min() <= age.start < age.end <= frame["age"].max()
