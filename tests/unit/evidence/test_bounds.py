"""From what gain on groups are supported, and from what gain on s tells them apart."""

from __future__ import annotations

import numpy as np
import pytest
from study_runs import one_split

from rome.em import RomeEM
from rome.evidence import Problem, assess, assess_groups, sweep
from rome.evidence.mixture import separate_levels
from rome.results.verdict import CONFIDENCE
from rome.stats.estimate import Estimate
from rome.stats.means import repeated_mean_interval


def _two_lines() -> Problem:
    """Two groups of 300 rows or so, opposite slopes, told apart by the last column."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((600, 4))
    second = rng.random(600) < 1 / (1 + np.exp(-3 * X[:, 3]))
    y = np.where(second, 2.0, -2.0) * X[:, 0] + 0.5 * rng.standard_normal(600)
    return Problem(X, y, np.ones(600), np.array([3]), np.arange(3), "numeric", 0)


def test_one_error_below_is_one_standard_error_below_the_gain():
    values = np.random.default_rng(0).normal(0.1, 1.0, (1, 400))
    gain = repeated_mean_interval(values, np.ones(400), CONFIDENCE)
    assert assess.errors_below(gain, 1) == pytest.approx(values.mean() - values.std(ddof=1) / 20)
    assert gain.low == pytest.approx(values.mean() - 1.645 * values.std(ddof=1) / 20, abs=1e-4)


def test_that_s_tells_groups_apart_is_asked_of_the_shown_interval(monkeypatch):
    monkeypatch.setattr(assess, "mean_interval", lambda *_: Estimate(0.11, -0.0545, 0.2745))
    with one_split():
        verdict = assess_groups(sweep(_two_lines(), (1, 2)), 2, beside=False)
    assert verdict.level == "supported"
    assert verdict.gate_gain.value == 0.11
    assert not verdict.findable


#: Errors of .1 a gain of which is 1.645 or 1.1 or .9 of them.
_CLEAR, _NEAR, _FAR = (Estimate(value, value - 0.1645, value + 0.1645) for value in (0.2, 0.11, 0.09))


@pytest.mark.parametrize(
    ("gain", "doubt", "level"),
    [
        (_CLEAR, None, "supported"),
        (_CLEAR, "unstable", "weak"),
        (_CLEAR, "small halves", "weak"),
        (_CLEAR, "degenerate", "not supported"),
        (_CLEAR, "close levels", "not supported"),
        (_NEAR, None, "weak"),
        (_NEAR, "unstable", "not supported"),
        (_FAR, "chance", "not supported"),
    ],
)
def test_the_level_follows_from_the_gain_and_the_doubt(gain, doubt, level):
    assert assess._level(gain, doubt, assess.errors_needed(1)) == level


def test_the_more_numbers_are_tried_the_more_errors_a_gain_needs():
    assert [round(assess.errors_needed(count), 3) for count in (1, 2, 3)] == [1.645, 1.96, 2.128]
    twice = Estimate(0.18, 0.18 - 0.1645, 0.18 + 0.1645)
    assert assess._level(twice, None, assess.errors_needed(1)) == "supported"
    assert assess._level(twice, None, assess.errors_needed(2)) == "weak"


def test_numbers_of_groups_are_halved_down_to_two():
    assert [assess.ladder(k) for k in (2, 3, 5, 8)] == [[2], [3, 2], [5, 2], [8, 4, 2]]


def test_levels_stand_apart_by_ashmans_d_above_two():
    def mixture(*levels: float) -> RomeEM:
        fitted = RomeEM(len(levels))
        fitted.intercept_, fitted.sigma_ = np.array(levels), np.ones(len(levels))
        return fitted

    assert separate_levels(mixture(3.0, 0.9))
    assert not separate_levels(mixture(0.0, 1.9))
    assert not separate_levels(mixture(5.0, 0.0, 1.5))
