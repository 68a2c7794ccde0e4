"""Rules that find a group: what they say, whom they catch, and what they are worth on held-out rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from rome.groups.rules import (
    Attribute,
    Found,
    conditions,
    find,
    inside,
    roundest,
    score,
    without_the_needless,
)
from rome.results.description import Condition
from rome.stats.bootstrap import Resampling

INF = float("inf")
AGE = Attribute("age", "age", "numeric", True, mean=40.0, scale=10.0)
NO_AGE = Attribute("age is missing", "age", "missing", True)
SMOKER = Attribute("smoker = yes", "smoker", "level", True, level="yes", opposite="no")
NORTH = Attribute("region = north", "region", "level", False, level="north")
SOUTH = Attribute("region = south", "region", "level", False, level="south")
WEST = Attribute("region = west", "region", "level", False, level="west")
ALL = (AGE, SMOKER, NORTH, SOUTH, WEST)


def people(n: int, seed: int = 0) -> np.ndarray:
    """Ages from 20 to 60, smokers, and three regions, as a description's matrix."""
    rng = np.random.default_rng(seed)
    region = np.eye(3)[rng.integers(0, 3, n)]
    return np.column_stack([(rng.integers(20, 61, n) - 40) / 10, rng.integers(0, 2, n), region])


def member(values: np.ndarray) -> np.ndarray:
    """The planted rule: over 43, and a smoker."""
    return ((values[:, 0] * 10 + 40 > 43.5) & (values[:, 1] == 1)).astype(float)


def rated(rule: Found, values: np.ndarray, membership: np.ndarray, weights: np.ndarray, resamples: int = 200):
    (scored,) = score(
        [rule],
        rule.catches(values)[:, None],
        membership[:, None],
        weights,
        Resampling(len(values), resamples, 1),
    )
    return scored


def test_a_planted_rule_is_said_in_the_tables_own_units_and_levels():
    values = people(2000)
    found = find(values, ALL, member(values), np.ones(2000), "all")
    assert found.clauses() == (
        (Condition("age", "between", low=43.0), Condition("smoker", "is", levels=("yes",))),
    )
    new = people(1000, seed=1)
    assert np.array_equal(found.catches(new), member(new) == 1)
    scored = rated(found, new, member(new), np.ones(1000))
    assert (scored.coverage.value, scored.precision.value, scored.fidelity.value) == (1, 1, 1)
    assert scored.level == "good"


def test_a_planted_rule_in_blurred_membership_keeps_its_words_and_has_the_coverage_it_should():
    values, new = people(4000), people(4000, seed=1)
    # Of those in the rule nine tenths are members, of the others one tenth.
    membership, truth = 0.1 + 0.8 * member(values), 0.1 + 0.8 * member(new)
    found = find(values, ALL, membership, np.ones(4000), "sensitive")
    scored = rated(found, new, truth, np.ones(4000))
    caught = member(new).mean()
    assert scored.clauses[0][0] == Condition("age", "between", low=43.0)
    assert scored.precision.value == pytest.approx(0.9)
    assert scored.coverage.value == pytest.approx(0.9 * caught / (0.9 * caught + 0.1 * (1 - caught)))
    assert scored.fidelity.value == pytest.approx(0.9)


def test_a_rules_shares_are_those_worked_by_hand():
    # Five people; the rule catches those over 40: the last three.
    values = np.array([[-2.0], [-1.0], [1.0], [2.0], [3.0]])
    membership = np.array([0.0, 0.5, 1.0, 0.5, 1.0])
    weights = np.array([1.0, 2.0, 1.0, 2.0, 4.0])
    rule = Found("all", ({0: (40.0, INF)},), (AGE,), 5)
    scored = rated(rule, values, membership, weights)
    assert scored.coverage.value == pytest.approx((1 + 1 + 4) / 7)
    assert scored.precision.value == pytest.approx((1 + 1 + 4) / 7)
    assert scored.lift.value == pytest.approx(6 / 7 - 0.7)
    assert scored.fidelity.value == pytest.approx((1 + 1 + 1 + 1 + 4) / 10)
    assert scored.baseline == pytest.approx(0.7)
    assert scored.gain.value == pytest.approx(0.1)
    for estimate in (scored.coverage, scored.precision, scored.fidelity, scored.gain):
        assert estimate.low <= estimate.value <= estimate.high


def test_a_row_of_weight_two_is_a_row_that_stands_twice():
    values, rng = people(400), np.random.default_rng(3)
    membership = np.clip(member(values) * 0.7 + rng.random(400) * 0.3, 0, 1)
    weights = rng.integers(1, 3, 400)
    twice = np.repeat(np.arange(400), weights)
    heavy = find(values, ALL, membership, weights.astype(float), "all")
    long = find(values[twice], ALL, membership[twice], np.ones(len(twice)), "all")
    assert heavy.clauses() == long.clauses()
    first = rated(heavy, values, membership, weights.astype(float))
    second = rated(long, values[twice], membership[twice], np.ones(len(twice)))
    for name in ("coverage", "precision", "lift", "fidelity", "gain"):
        assert getattr(first, name).value == pytest.approx(getattr(second, name).value)


def test_the_tree_makes_the_splits_of_a_classification_tree_on_split_rows():
    values, rng = people(600), np.random.default_rng(5)
    membership = np.clip(0.3 * values[:, 0] + 0.4 * values[:, 1] + 0.3 * rng.random(600), 0, 1)
    found = find(values, ALL, membership, np.ones(600), "all")
    tree = DecisionTreeClassifier(max_depth=3, min_weight_fraction_leaf=0.02, random_state=0)
    both, label = np.vstack([values, values]), np.repeat([1, 0], 600)
    tree.fit(both, label, sample_weight=np.concatenate([membership, 1 - membership]))
    agreement = np.where(tree.predict(values) == 1, membership, 1 - membership).mean()
    ours = np.where(found.catches(values), membership, 1 - membership).mean()
    assert ours == pytest.approx(agreement, abs=0.01)


def test_a_rule_on_the_sensitive_columns_uses_no_other():
    values = people(1000)
    found = find(values, ALL, values[:, 2], np.ones(1000), "sensitive")
    used = {condition.column for clause in found.clauses() for condition in clause}
    assert used <= {"age", "smoker"}
    assert rated(found, people(1000, 1), people(1000, 1)[:, 2], np.ones(1000)).level == "none"


def test_the_complement_of_a_level_of_two_is_the_other_level():
    assert conditions({1: (-INF, 0.5)}, ALL) == (Condition("smoker", "is", levels=("no",)),)


def test_levels_that_are_ruled_out_are_one_condition_and_needless_if_another_is_required():
    out = {2: (-INF, 0.5), 4: (-INF, 0.5)}
    assert conditions(out, ALL) == (Condition("region", "is not", levels=("north", "west")),)
    assert without_the_needless({**out, 3: (0.5, INF)}, ALL) == {3: (0.5, INF)}


def test_the_only_level_left_is_the_one_that_is_asked_for():
    left = without_the_needless({2: (-INF, 0.5), 4: (-INF, 0.5)}, ALL)
    assert conditions(left, ALL) == (Condition("region", "is", levels=("south",)),)


def test_two_limits_of_a_number_are_one_condition():
    assert conditions({0: (30.0, 50.0)}, ALL) == (Condition("age", "between", low=30.0, high=50.0),)


def test_a_missing_number_lies_within_no_limits_and_has_none():
    attributes = (AGE, NO_AGE)
    values = np.array([[0.5, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    assert inside({0: (35.0, INF)}, values, attributes).tolist() == [True, False, False]
    assert without_the_needless({0: (35.0, INF), 1: (-INF, 0.5)}, attributes) == {0: (35.0, INF)}
    gone = without_the_needless({0: (35.0, INF), 1: (0.5, INF)}, attributes)
    assert conditions(gone, attributes) == (Condition("age", "missing"),)


@pytest.mark.parametrize(
    ("low", "high", "number"),
    [
        (43, 44, 43),
        (43, 47, 45),
        (38, 52, 40),
        (-0.2, 0.7, 0.0),
        (0.0, 3.0, 0.0),
        (0.1234, 0.1241, 0.124),
        (-44, -43, -44),
        (1e308, 1.2e308, 1e308),
        (5.0, INF, 5.0),
        (1e-9, 1.01e-9, 1e-9),
    ],
)
def test_a_threshold_has_the_fewest_digits_that_part_the_same_rows(low, high, number):
    assert roundest(low, high) == pytest.approx(number, rel=1e-12)
    assert low <= roundest(low, high) < high


def test_a_constant_column_gives_no_rule_and_says_so():
    values = np.zeros((200, 1))
    found = find(values, (AGE,), np.random.default_rng(0).random(200), np.ones(200), "all")
    scored = rated(found, values, np.full(200, 0.4), np.ones(200))
    assert scored.clauses == ()
    assert scored.level == "none"
    assert scored.reason == "no split"
    assert np.isnan(scored.fidelity.value)


def test_a_group_that_is_nowhere_the_majority_has_the_place_where_it_is_densest():
    values = people(3000)
    membership = 0.1 + 0.3 * member(values)
    found = find(values, ALL, membership, np.ones(3000), "all")
    scored = rated(found, people(3000, 1), 0.1 + 0.3 * member(people(3000, 1)), np.ones(3000))
    assert scored.level == "none"
    assert scored.clauses[0][:2] == (
        Condition("age", "between", low=43.0),
        Condition("smoker", "is", levels=("yes",)),
    )
    assert scored.precision.value == pytest.approx(0.4, abs=0.02)
    assert scored.lift.low > 0


def test_the_complement_of_a_rule_finds_the_other_of_two_groups():
    values = people(1500)
    one, other = (
        find(values, ALL, part, np.ones(1500), "all") for part in (member(values), 1 - member(values))
    )
    assert np.array_equal(one.catches(values), ~other.catches(values))


def test_an_empty_group_has_no_coverage():
    values = people(300)
    found = find(values, ALL, np.zeros(300), np.ones(300), "all")
    scored = rated(found, values, np.zeros(300), np.ones(300))
    assert scored.level == "none"
    assert np.isnan(scored.coverage.value)
