"""Groups against everybody: errors worked out by hand, and the order in which they are listed."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np
import pytest

from rome.groups.failed import against_everybody, ranked_failures
from rome.groups.groupings import Grouped, from_labels
from rome.results import FailedGroup
from rome.results.description import Condition
from rome.stats.bootstrap import Resampling
from rome.stats.estimate import Estimate


def scored(grouped, outcome, weights=None, kind="numeric", fewest=1, **predictions) -> list[FailedGroup]:
    outcome = np.array(outcome, dtype=float)
    n = len(outcome)
    predictions = {name: np.array(values, dtype=float) for name, values in predictions.items()}
    return list(
        against_everybody(
            "observed",
            grouped,
            outcome,
            predictions or {"pooled": np.zeros(n)},
            np.ones(n) if weights is None else np.array(weights, dtype=float),
            kind=kind,
            resampling=Resampling(n, 200, 1),
            min_group_size=fewest,
        )
    )


def test_errors_ratios_biases_and_shares_are_those_worked_out_by_hand():
    a, b = scored(
        from_labels(np.array(["a", "a", "b", "b"])), [3, 5, 1, -1], pooled=[0, 0, 0, 0], rome=[3, 4, 1, -1]
    )
    assert a.error.value == pytest.approx(sqrt(17))
    assert a.ratio.value == pytest.approx(sqrt(17) / sqrt(9))
    assert (a.bias.value, b.bias.value) == pytest.approx((4, 0))
    assert (a.error_share.value, b.error_share.value) == pytest.approx((34 / 36, 2 / 36))
    assert (a.n, a.share) == (2, 0.5)
    assert a.others.keys() == {"rome"}
    assert a.others["rome"].value == pytest.approx(sqrt(0.5))


def test_a_binary_outcome_is_held_against_everybody_by_brier_score():
    a, b = scored(
        from_labels(np.array(["a", "a", "b", "b"])), [1, 0, 1, 0], kind="binary", pooled=[0.5, 0.5, 0.9, 0.1]
    )
    assert a.error.value == pytest.approx(0.25)
    assert a.ratio.value == pytest.approx(0.25 / ((0.5 + 0.02) / 4))
    assert b.error.value == pytest.approx(0.01)


def test_case_weights_count():
    a, _ = scored(from_labels(np.array(["a", "a", "b"])), [2, 0, 1], weights=[3, 1, 4])
    assert a.error.value == pytest.approx(sqrt(3))
    assert a.ratio.value == pytest.approx(sqrt(3) / sqrt((12 + 4) / 8))
    assert a.share == pytest.approx(0.5)


def test_rows_in_no_group_still_belong_to_everybody():
    half = Grouped(("a",), np.array([[1.0], [1.0], [0.0], [0.0]]))
    (a,) = scored(half, [2, 2, 0, 0])
    assert a.ratio.value == pytest.approx(2 / sqrt(2))
    assert a.share == 0.5


def test_intervals_of_ratios_hold_together_and_are_wider_than_one_alone():
    rng = np.random.default_rng(4)
    labels = np.repeat(list("abcdef"), 40)
    outcome = rng.normal(size=240)
    several = scored(from_labels(labels), outcome, fewest=20)
    alone = scored(from_labels(np.where(labels == "a", "a", "rest")), outcome, fewest=20)
    width = [np.log(found[0].ratio.high / found[0].ratio.low) for found in (several, alone)]
    assert width[0] > 1.15 * width[1]
    assert several[0].error == alone[0].error


def test_a_group_too_small_is_marked_and_never_failed():
    labels = np.array(["a"] * 5 + ["b"] * 95)
    outcome = np.where(labels == "a", 50.0, 1.0) * np.random.default_rng(0).choice([-1, 1], 100)
    a, b = scored(from_labels(labels), outcome, fewest=30)
    assert a.too_small
    assert not a.is_failed
    assert a.ratio.value > 3
    assert not b.too_small


def failed(name: str, ratio: float, too_small: bool = False) -> FailedGroup:
    one = Estimate(ratio, ratio - 0.1, ratio + 0.1)
    return FailedGroup("observed", name, (), 40, 0.1, too_small, one, one, one, one, {})


def test_the_worst_come_first_and_those_that_cannot_be_ranked_last():
    found = ranked_failures(
        [
            failed("small", 9, True),
            failed("b", 1.2),
            failed("unknown", nan),
            failed("a", 1.5),
            failed("c", 1.2),
        ]
    )
    assert [group.name for group in found[:3]] == ["a", "b", "c"]
    assert {group.name for group in found[3:]} == {"small", "unknown"}


def test_a_slice_has_conditions_in_the_place_of_a_name():
    condition = Condition("age", "between", low=60.0)
    (found,) = against_everybody(
        "slice",
        Grouped(("slice 1",), np.array([[1.0], [0.0], [1.0]])),
        np.array([3.0, 1, 2]),
        {"pooled": np.zeros(3)},
        np.ones(3),
        kind="numeric",
        resampling=Resampling(3, 50, 0),
        min_group_size=1,
        conditions=[(condition,)],
    )
    assert (found.name, found.conditions) == ("", (condition,))
