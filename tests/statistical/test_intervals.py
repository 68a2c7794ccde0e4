"""Intervals over many simulated tables: they cover what they claim to, or it is said here by how much not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import norm

from benchmarks.failed_calibration import CASES, failed_by_chance, worst_covered
from rome.groups import Scores, evaluate
from rome.groups.groupings import from_labels
from rome.groups.scoring import _area
from rome.stats.bootstrap import Resampling

pytestmark = pytest.mark.statistical

TABLES = 250
ROWS = 300
_SHARES = {"a": 0.5, "b": 0.3, "c": 0.2}
#: Squared distance of each model from the true mean, added to every row's noise.
_POOLED = 0.09
_ROME = {"a": 0.0625, "b": 0.0625, "c": 0.0025}


@dataclass(frozen=True)
class Truth:
    """Expected squared errors when the groups' noise has these standard deviations."""

    spread: dict[str, float]

    def pooled(self, group: str) -> float:
        return self.spread[group] ** 2 + _POOLED

    def rome(self, group: str) -> float:
        return self.spread[group] ** 2 + _ROME[group]

    @property
    def overall_pooled(self) -> float:
        return sum(share * self.pooled(group) for group, share in _SHARES.items())

    @property
    def overall_difference(self) -> float:
        return sum(share * (_ROME[group] - _POOLED) for group, share in _SHARES.items())

    @property
    def worst_pooled(self) -> float:
        return max(map(self.pooled, _SHARES))

    @property
    def worst_difference(self) -> float:
        return max(map(self.rome, _SHARES)) - self.worst_pooled


APART = Truth({"a": 1.0, "b": 1.5, "c": 2.0})
TIED = Truth({"a": 1.0, "b": 1.0, "c": 1.0})


def table(seed: int, truth: Truth) -> Scores:
    """Draw one table of held-out rows and score both models on it."""
    rng = np.random.default_rng([2311, seed])
    labels = rng.choice(list(_SHARES), ROWS, p=list(_SHARES.values()))
    spread = np.array([truth.spread[label] for label in labels])
    off = rng.standard_normal(ROWS)
    reach = np.sqrt([_ROME[label] for label in labels])
    return evaluate(
        spread * rng.standard_normal(ROWS),
        {"pooled": np.sqrt(_POOLED) * off, "rome": reach * off},
        {"observed": from_labels(labels)},
        np.ones(ROWS),
        kind="numeric",
        resampling=Resampling(ROWS, 300, seed),
        min_group_size=20,
    )


@pytest.fixture(scope="module")
def apart() -> list[Scores]:
    return [table(seed, APART) for seed in range(TABLES)]


@pytest.fixture(scope="module")
def tied() -> list[Scores]:
    return [table(seed, TIED) for seed in range(TABLES)]


def share(inside) -> float:
    return float(np.mean(list(inside)))


def test_the_interval_of_a_mean_squared_error_covers_it(apart):
    found = [scores.overall.scores["pooled"]["mse"] for scores in apart]
    assert 0.90 <= share(x.low <= APART.overall_pooled <= x.high for x in found) <= 0.98


def test_the_interval_of_a_groups_error_covers_it(apart):
    found = [scores.groups["observed"][2].scores["pooled"]["mse"] for scores in apart]
    assert 0.88 <= share(x.low <= APART.pooled("c") <= x.high for x in found) <= 0.98


def test_the_interval_of_the_paired_difference_covers_it(apart):
    found = [scores.compare(None, "pooled", "rome") for scores in apart]
    assert 0.90 <= share(x.low <= APART.overall_difference <= x.high for x in found) <= 0.985


def test_pairing_makes_the_difference_narrower_than_either_error(apart):
    found = [scores.compare(None, "pooled", "rome") for scores in apart[:50]]
    assert all(x.high - x.low < 0.5 * (x.pooled_high - x.pooled_low) for x in found)


def test_the_worst_groups_interval_covers_it_where_one_group_is_clearly_worst(apart):
    found = [scores.compare("observed", "pooled", "rome") for scores in apart]
    assert 0.88 <= share(x.pooled_low <= APART.worst_pooled <= x.pooled_high for x in found) <= 0.99
    assert 0.88 <= share(x.low <= APART.worst_difference <= x.high for x in found) <= 0.985


def test_the_worst_groups_interval_covers_it_where_all_groups_are_equal(tied):
    """The largest of several equal errors is too large, but its interval reaches down far enough."""
    found = [scores.compare("observed", "pooled", "rome") for scores in tied]
    assert share(x.pooled_low <= TIED.worst_pooled <= x.pooled_high for x in found) >= 0.93
    assert share(x.pooled_high < TIED.worst_pooled for x in found) <= 0.02
    assert 0.90 <= share(x.low <= TIED.worst_difference <= x.high for x in found) <= 1.0


@pytest.mark.parametrize("case", CASES[:5], ids=lambda case: case.name)
def test_the_worst_groups_interval_covers_it_however_many_groups_are_alike(case):
    assert np.mean([worst_covered(case, seed)[0] for seed in range(100)]) >= 0.9


def test_nobody_is_failed_by_chance_more_often_than_one_table_in_twenty():
    found = np.mean([failed_by_chance(600, 8, None, seed) for seed in range(150)], axis=0)
    assert (found <= 0.07).all()


def test_p_values_under_no_difference_are_small_no_more_often_than_they_say():
    small = []
    for seed in range(TABLES):
        rng = np.random.default_rng([2312, seed])
        outcome, first, second = rng.standard_normal((3, 150))
        scores = evaluate(
            outcome,
            {"pooled": 0.5 * first, "rome": 0.5 * second},
            {},
            np.ones(150),
            kind="numeric",
            resampling=Resampling(150, 200, seed),
            min_group_size=20,
        )
        small.append(scores.compare(None, "pooled", "rome").p_value < 0.05)
    assert 0.02 <= np.mean(small) <= 0.10


def test_the_interval_of_auc_covers_it():
    inside = []
    for seed in range(400):
        rng = np.random.default_rng([2313, seed])
        outcome = (rng.random(120) < 0.3).astype(float)
        estimate = _area(outcome, rng.standard_normal(120) + 1.5 * outcome, np.ones(120), 0.95)
        inside.append(estimate.low <= norm.cdf(1.5 / np.sqrt(2)) <= estimate.high)
    assert 0.92 <= np.mean(inside) <= 0.98
