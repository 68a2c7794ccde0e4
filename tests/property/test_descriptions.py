"""Laws of describing groups, over random tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rome.groups.rules import Attribute, find, inside, roundest, score
from rome.results.description import GroupRule
from rome.stats.bootstrap import Resampling

_SEEDS = st.integers(0, 2**32 - 1)
_MANY = settings(max_examples=40, deadline=None)
_POINTS = ("coverage", "precision", "lift", "fidelity", "gain")
ATTRIBUTES = (
    Attribute("age", "age", "numeric", True, mean=41.3, scale=12.7),
    Attribute("age is missing", "age", "missing", True),
    Attribute("pay", "pay", "numeric", False, mean=2800.0, scale=930.5),
    Attribute("region = a", "region", "level", True, level="a"),
    Attribute("region = b", "region", "level", True, level="b"),
    Attribute("region = c", "region", "level", True, level="c"),
)


class Rows:
    """A random table with memberships that depend on it a little."""

    def __init__(self, seed: int, n: int = 120) -> None:
        rng = np.random.default_rng(seed)
        age = (rng.integers(18, 80, n) - 41.3) / 12.7
        absent = (rng.random(n) < 0.1).astype(float)
        pay = (rng.normal(2800, 930, n).round(rng.integers(0, 3)) - 2800) / 930.5
        region = np.eye(3)[rng.integers(0, 3, n)]
        self.values = np.column_stack([np.where(absent, 0, age), absent, pay, region])
        pull = rng.normal(size=6) @ self.values.T + rng.normal(size=n)
        self.shares = np.column_stack([1 / (1 + np.exp(-pull)), 1 / (1 + np.exp(pull))])
        self.weights = rng.integers(1, 4, n).astype(float)

    def rules(self, rows=slice(None), order=(0, 1), weights=None) -> tuple[GroupRule, ...]:
        values, shares = self.values[rows], self.shares[rows][:, list(order)]
        weights = self.weights[rows] if weights is None else weights
        found = [
            find(values, ATTRIBUTES, shares[:, k], weights, columns)
            for k in (0, 1)
            for columns in ("sensitive", "all")
        ]
        return score(
            found,
            np.column_stack([rule.catches(values) for rule in found]),
            shares[:, [0, 0, 1, 1]],
            weights,
            Resampling(len(values), 50, 1),
        )


def same(first: tuple[GroupRule, ...], second: tuple[GroupRule, ...]) -> None:
    for one, other in zip(first, second, strict=True):
        assert one.clauses == other.clauses
        for name in _POINTS:
            expected = getattr(one, name).value
            assert getattr(other, name).value == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


@_MANY
@given(_SEEDS)
def test_the_order_of_rows_changes_no_rule_and_no_share(seed):
    rows = Rows(seed)
    same(rows.rules(), rows.rules(np.random.default_rng(seed).permutation(len(rows.values))))


@_MANY
@given(_SEEDS)
def test_relabelling_the_groups_relabels_their_rules(seed):
    rows = Rows(seed)
    plain, swapped = rows.rules(), rows.rules(order=(1, 0))
    assert plain == (*swapped[2:], *swapped[:2])


@_MANY
@given(_SEEDS)
def test_weights_are_repeated_rows(seed):
    rows = Rows(seed)
    twice = np.repeat(np.arange(len(rows.values)), rows.weights.astype(int))
    same(rows.rules(), rows.rules(twice, weights=np.ones(len(twice))))


@_MANY
@given(_SEEDS)
def test_a_rule_catches_exactly_those_of_whom_its_words_are_true(seed):
    rows = Rows(seed)
    for rule in (find(rows.values, ATTRIBUTES, rows.shares[:, 0], rows.weights, "all"),):
        age, pay = rows.values[:, 0] * 12.7 + 41.3, rows.values[:, 2] * 930.5 + 2800
        known = rows.values[:, 1] < 0.5
        region = np.array(["a", "b", "c"])[rows.values[:, 3:].argmax(axis=1)]
        expected = np.zeros(len(age), dtype=bool)
        for clause in rule.clauses():
            held = np.ones(len(age), dtype=bool)
            for condition in clause:
                value = age if condition.column == "age" else pay
                if condition.kind == "between":
                    low = -np.inf if condition.low is None else condition.low
                    high = np.inf if condition.high is None else condition.high
                    held &= (value > low + 1e-6) & (value <= high + 1e-6)
                    held &= known if condition.column == "age" else True
                elif condition.kind in ("is", "is not"):
                    held &= np.isin(region, condition.levels) == (condition.kind == "is")
                else:
                    held &= known == (condition.kind == "known")
            expected |= held
        assert np.array_equal(rule.catches(rows.values), expected)


@_MANY
@given(_SEEDS)
def test_every_share_lies_between_0_and_1_and_the_agreement_adds_up(seed):
    for rule in Rows(seed).rules():
        if not rule.clauses:
            continue
        for name in ("coverage", "precision", "fidelity"):
            assert -1e-12 <= getattr(rule, name).value <= 1 + 1e-12
        assert rule.gain.value == pytest.approx(rule.fidelity.value - rule.baseline)


@_MANY
@given(st.floats(-1e12, 1e12), st.floats(1e-9, 1e12))
def test_a_round_threshold_parts_the_same_values(low, gap):
    high = low + gap
    if high > low:
        assert low <= roundest(low, high) < high


def test_a_box_without_limits_holds_everybody():
    assert inside({}, Rows(0).values, ATTRIBUTES).all()
