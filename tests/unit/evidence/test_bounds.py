"""From what gain on groups are supported, and from what gain on s tells them apart."""

from __future__ import annotations

import numpy as np
import pytest
from study_runs import one_split

from rome.evidence import Problem, assess, assess_groups, sweep
from rome.evidence.null_models import null_models_of
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


def test_the_bound_is_one_standard_error_below_the_gain():
    values = np.random.default_rng(0).normal(0.1, 1.0, (1, 400))
    gain = repeated_mean_interval(values, np.ones(400), CONFIDENCE)
    assert assess.lower_bound(gain) == pytest.approx(values.mean() - values.std(ddof=1) / 20)


def test_that_s_tells_groups_apart_is_asked_of_the_shown_interval(monkeypatch):
    # The gate's gain comes last: 1.1 standard errors, which is enough for groups and too little for this.
    beaten = [Estimate(0.2, 0.1, 0.3)] * len(null_models_of("numeric"))
    gains = iter([*beaten, Estimate(0.11, -0.0545, 0.2745)])
    monkeypatch.setattr(assess, "repeated_mean_interval", lambda *_: next(gains))
    with one_split():
        verdict = assess_groups(sweep(_two_lines(), (1, 2)), 2, beside=False)
    assert verdict.level == "supported"
    assert verdict.gate_gain.value == 0.11
    assert not verdict.findable


def test_a_gain_of_more_than_one_standard_error_is_in_no_doubt_whatever_the_shown_interval():
    narrow = Estimate(0.11, -0.0545, 0.2745)
    assert assess._doubt(narrow, sweep(_two_lines(), (1, 2)).at(2)) is None


@pytest.mark.parametrize(
    ("gain", "least", "doubt", "stability", "level"),
    [
        (Estimate(0.2, 0.1, 0.3), 0.2, None, 0.6, "supported"),
        (Estimate(0.2, 0.1, 0.3), 0.2, "degenerate", 0.6, "weak"),
        (
            Estimate(0.11, -0.0545, 0.2745),
            0.11,
            None,
            0.6,
            "supported",
        ),  # 1.1 errors of 1.645 a side; then .9
        (Estimate(0.09, -0.0745, 0.2545), 0.09, "chance", 0.6, "weak"),
        (Estimate(0.09, -0.0745, 0.2545), -0.01, "chance", 0.6, "not supported"),
        (Estimate(0.09, -0.0745, 0.2545), 0.09, "chance", 0.1, "not supported"),
        (Estimate(-0.01, -0.02, 0.0), -0.01, "chance", 0.9, "not supported"),
    ],
)
def test_the_level_follows_from_gain_doubt_and_agreement(gain, least, doubt, stability, level):
    assert assess._level(gain, least, doubt, stability) == level
