"""What stands beside the verdict: the bootstrap of the likelihood ratio, the worst group, the document."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from study_runs import one_split

from rome.evidence import Problem, assess_groups, sweep
from rome.evidence.bootstrap import MOST_ROWS, RESAMPLES, likelihood_ratio_test, worst_group_gain
from rome.results.verdict import CONFIDENCE
from rome.text.verdict import verdict_sentence


def table(pull: float, n: int = 400, seed: int = 0, outcome: str = "numeric") -> Problem:
    """Slopes of ``pull`` and −``pull`` in two groups that column 2 tells apart."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 3))
    sign = np.where(rng.random(n) < 1 / (1 + np.exp(-3 * X[:, 2])), 1.0, -1.0)
    mean = pull * sign * X[:, 0] + X[:, 1]
    y = mean + rng.standard_normal(n)
    if outcome == "binary":
        y = (rng.random(n) < 1 / (1 + np.exp(-mean))).astype(float)
    return Problem(X, y, np.ones(n), np.array([2]), np.arange(2), outcome, seed)


@pytest.fixture(scope="module")
def verdict():
    with one_split():
        return assess_groups(sweep(table(2.0), (1, 2)), 2)


@pytest.mark.parametrize("outcome", ["numeric", "binary"])
def test_the_bootstrap_rejects_one_line_where_there_are_two(outcome):
    strong = likelihood_ratio_test(table(3.0, outcome=outcome), 2, lambda: None)
    assert strong.p_value == 1 / (RESAMPLES + 1)
    assert strong.statistic > 0


def test_the_bootstrap_is_at_home_where_there_is_one_line():
    p_values = [likelihood_ratio_test(table(0.0, 200, seed), 2, lambda: None).p_value for seed in range(6)]
    # Under the line p is uniform on 1/20 … 1: half of six or more at .1 or less has a chance of 1.6%.
    assert sum(p <= 0.1 for p in p_values) < 3
    assert max(p_values) > 0.3


def test_a_shift_by_the_sensitive_column_is_no_group_to_the_bootstrap():
    p_values = []
    for seed in range(6):
        drawn = table(0.0, 200, seed)
        shifted = replace(drawn, y=drawn.y + 0.5 * drawn.X[:, 2])
        p_values.append(likelihood_ratio_test(shifted, 2, lambda: None).p_value)
    assert sum(p <= 0.1 for p in p_values) < 3


def test_the_bootstrap_is_bounded_in_rows_and_tells_each_table():
    told = []
    test = likelihood_ratio_test(table(1.0, MOST_ROWS + 50), 2, lambda: told.append(1))
    assert test.n_rows == MOST_ROWS
    assert test.n_resamples == len(told) == RESAMPLES


def test_the_worst_group_is_taken_for_each_prediction_on_its_own():
    problem = replace(table(0.0, 4), y=np.zeros(4))
    groups = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    gain = worst_group_gain(problem, np.array([1.0, 1, 3, 3]), np.array([2.0, 2, 1, 1]), groups, 2)
    assert (gain.pooled, gain.mixture, gain.gain.value) == (9, 4, 5)
    assert gain.gain.low <= gain.gain.value <= gain.gain.high


def test_weights_count_in_the_worst_group():
    problem = replace(table(0.0, 3), y=np.zeros(3), weights=np.array([3.0, 1.0, 1.0]))
    groups = np.array([[1.0, 0], [1, 0], [0, 1]])
    gain = worst_group_gain(problem, np.array([2.0, 0, 1]), np.zeros(3), groups, 1)
    assert gain.pooled == pytest.approx((3 * 4 + 0) / 4)


def test_a_group_of_few_rows_is_never_the_worst_one():
    problem = replace(table(0.0, 41), y=np.append(np.zeros(40), 30.0))
    groups = np.column_stack([np.append(np.ones(40), 0.0), np.append(np.zeros(40), 1.0)])
    gain = worst_group_gain(problem, np.ones(41), np.zeros(41), groups, 30)
    assert (gain.pooled, gain.mixture) == (1, 0)
    assert worst_group_gain(problem, np.ones(41), np.zeros(41), groups, 50) is None


def test_a_group_with_one_row_of_nearly_all_the_weight_is_never_the_worst_one():
    weights = np.append(np.ones(99), 1e4)
    problem = replace(table(0.0, 100), y=np.append(np.zeros(99), 30.0), weights=weights)
    groups = np.column_stack([np.arange(100) < 50, np.arange(100) >= 50]).astype(float)
    gain = worst_group_gain(problem, np.ones(100), np.zeros(100), groups, 30)
    assert (gain.pooled, gain.mixture) == (1, 0)


def test_two_lines_save_the_worst_group_error(verdict):
    assert verdict.worst_group.gain.low > 0
    assert verdict.worst_group.pooled > verdict.worst_group.mixture


def test_what_stands_beside_can_be_left_out():
    with one_split():
        verdict = assess_groups(sweep(table(2.0, 200), (1, 2)), 2, beside=False)
    assert verdict.bootstrap is None
    assert verdict.worst_group is None


def test_the_sentence_names_the_level_of_its_interval(verdict):
    assert f"{CONFIDENCE:.0%}" in verdict_sentence(verdict)


def test_every_step_of_the_verdict_is_told():
    steps = []
    assess_groups(sweep(table(2.0, 200), (1, 2)), 2, lambda done, total: steps.append((done, total)))
    assert steps == [(step, len(steps)) for step in range(1, len(steps) + 1)]


def test_the_same_seed_gives_the_same_verdict(verdict):
    with one_split():
        assert assess_groups(sweep(table(2.0), (1, 2)), 2) == verdict
