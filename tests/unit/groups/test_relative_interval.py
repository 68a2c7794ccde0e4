"""The interval of a relative difference: (rome − pooled) over pooled, anew in every resample."""

from __future__ import annotations

import numpy as np
import pytest

from rome.groups import evaluate
from rome.groups.groupings import from_labels
from rome.stats.bootstrap import Resampling

LABELS = np.repeat(["a", "b", "c"], 30)
RESAMPLING = Resampling(90, 300, 11, 0.9)


def compared(outcome, predictions, grouping, weights):
    scores = evaluate(
        outcome,
        predictions,
        {"observed": from_labels(LABELS)},
        weights,
        kind="numeric",
        resampling=RESAMPLING,
        min_group_size=5,
    )
    return scores.compare(grouping, "pooled", "rome")


def worst_losses(outcome, predictions, weights, counts, by_group) -> np.ndarray:
    """Return the largest loss over the groups of both models, (2,), worked out anew."""
    masks = [name == LABELS for name in "abc"] if by_group else [np.ones(90, dtype=bool)]
    mass = weights * counts
    return np.array(
        [
            max(np.average((outcome - prediction)[rows] ** 2, weights=mass[rows]) for rows in masks)
            for prediction in predictions.values()
        ]
    )


@pytest.mark.parametrize("grouping", [None, "observed"])
@pytest.mark.parametrize("stretch", [0.4, 1.6])
def test_the_difference_is_divided_by_the_pooled_loss_of_the_same_resample(grouping, stretch):
    rng = np.random.default_rng(2)
    outcome, weights = rng.standard_t(4, 90), rng.uniform(0.5, 2, 90)
    predictions = {"pooled": np.full(90, 0.3), "rome": (1 - stretch) * outcome + 0.2 * rng.normal(size=90)}
    found = compared(outcome, predictions, grouping, weights)
    given = outcome, predictions, weights
    pooled, rome = worst_losses(*given, np.ones(90), grouping is not None)
    assert found.relative == pytest.approx((rome - pooled) / pooled)
    drawn = np.array(
        [
            worst_losses(*given, counts, grouping is not None)
            for chunk in RESAMPLING.counts()
            for counts in chunk
        ]
    )
    relative = (drawn[:, 1] - drawn[:, 0]) / drawn[:, 0]
    limits = found.relative_low, found.relative_high
    assert limits == pytest.approx(tuple(np.quantile(relative, [0.05, 0.95])))
    # Neither other denominator gives the same limits.
    for other in (drawn[:, 1], pooled):
        apart = np.quantile((drawn[:, 1] - drawn[:, 0]) / other, [0.05, 0.95]) - limits
        assert np.abs(apart).max() > 0.02


def test_a_model_without_any_error_is_better_by_all_of_it():
    outcome = np.random.default_rng(0).normal(size=90)
    found = compared(outcome, {"pooled": np.zeros(90), "rome": outcome}, "observed", np.ones(90))
    assert (found.relative, found.relative_low, found.relative_high) == (-1, -1, -1)


def test_nothing_is_relative_to_a_pooled_model_without_any_error():
    outcome = np.random.default_rng(0).normal(size=90)
    found = compared(outcome, {"pooled": outcome, "rome": np.zeros(90)}, "observed", np.ones(90))
    assert np.isnan([found.relative, found.relative_low, found.relative_high]).all()
    assert found.low > 0
