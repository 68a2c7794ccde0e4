"""Rules over many tables: planted ones are found, and noise has none."""

from __future__ import annotations

import numpy as np
import pytest

from rome.groups.rules import Attribute, find, score
from rome.results.description import GroupRule
from rome.stats.bootstrap import Resampling

pytestmark = pytest.mark.statistical
SEEDS = range(60)
ATTRIBUTES = (
    *(Attribute(f"x{j}", f"x{j}", "numeric", True) for j in range(6)),
    *(Attribute(f"c{j} = yes", f"c{j}", "level", True, level="yes", opposite="no") for j in range(4)),
)


def table(seed: int, n: int) -> tuple[np.ndarray, np.random.Generator]:
    rng = np.random.default_rng([seed, n])
    return np.column_stack([rng.normal(size=(n, 6)), rng.integers(0, 2, (n, 4))]), rng


def studied(seed: int, membership, n_train: int = 700, n_test: int = 300) -> GroupRule:
    """Learn a rule on one table and score it on another one of the same kind."""
    (train, first), (test, second) = table(seed, n_train), table(seed, n_test)
    found = find(train, ATTRIBUTES, membership(train, first), np.ones(n_train), "sensitive")
    (rule,) = score(
        [found],
        found.catches(test)[:, None],
        membership(test, second)[:, None],
        np.ones(n_test),
        Resampling(n_test, 300, seed),
    )
    return rule


@pytest.mark.parametrize("share", [0.5, 0.25, 0.1])
def test_a_group_that_no_column_tells_has_no_rule(share):
    """A one-sided 2.5% error of the interval, less for the overfitting that held-out rows punish."""
    rules = [studied(seed, lambda values, rng: rng.random(len(values)) < share) for seed in SEEDS]
    assert np.mean([rule.level != "none" for rule in rules]) <= 0.05
    assert np.mean([rule.lift.low > 0 for rule in rules]) <= 0.1


def test_a_group_that_no_column_tells_has_no_rule_where_membership_is_soft():
    rules = [studied(seed, lambda values, rng: rng.beta(0.6, 0.8, len(values))) for seed in SEEDS]
    assert np.mean([rule.level != "none" for rule in rules]) <= 0.05


def test_a_planted_rule_is_found_through_noise_and_its_interval_holds_the_truth():
    def membership(values, rng):
        inside = (values[:, 0] > 0) & (values[:, 6] == 1)
        return np.where(inside, rng.random(len(values)) < 0.9, rng.random(len(values)) < 0.1)

    rules = [studied(seed, membership) for seed in SEEDS]
    named = [{condition.column for clause in rule.clauses for condition in clause} for rule in rules]
    assert np.mean([{"x0", "c0"} <= columns for columns in named]) >= 0.95
    assert np.mean([columns == {"x0", "c0"} for columns in named]) >= 0.8
    assert all(rule.level != "none" for rule in rules)
    assert np.mean([rule.fidelity.value for rule in rules]) == pytest.approx(0.9, abs=0.015)
    assert np.mean([rule.precision.value for rule in rules]) == pytest.approx(0.9, abs=0.03)
    held = [rule.fidelity.low <= 0.9 <= rule.fidelity.high for rule in rules]
    assert np.mean(held) >= 0.8
