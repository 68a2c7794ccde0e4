"""Decisions at a threshold: rates and gaps as fairlearn has them, with intervals; calibration by group."""

from __future__ import annotations

import numpy as np
import pytest
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_difference,
    demographic_parity_ratio,
    equalized_odds_difference,
    equalized_odds_ratio,
    false_positive_rate,
    selection_rate,
    true_positive_rate,
)
from sklearn.metrics import precision_score

from rome.errors import SettingError
from rome.groups.fairness import RATES, calibration, fairness
from rome.groups.groupings import Grouped, from_labels
from rome.stats.bootstrap import Resampling

N = 900
FAIRLEARN = {
    "selection_rate": selection_rate,
    "tpr": true_positive_rate,
    "fpr": false_positive_rate,
    "ppv": precision_score,
}


def table(seed: int = 0):
    """Return outcome, probability, label and weight of N rows of three groups."""
    rng = np.random.default_rng(seed)
    label = rng.choice(["a", "b", "c"], N, p=[0.5, 0.3, 0.2])
    probability = np.clip(rng.beta(2, 2, N) + (label == "b") * 0.1, 0, 1)
    outcome = (rng.random(N) < probability).astype(float)
    return outcome, probability, label, rng.exponential(1.0, N)


def scored(outcome, probability, grouped, weights, threshold=0.5, least=30, resamples=200):
    again = Resampling(len(outcome), resamples, 0)
    return fairness(
        outcome, probability, grouped, weights, threshold=threshold, resampling=again, min_group_size=least
    )


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.72])
@pytest.mark.parametrize("weighted", [False, True])
def test_rates_and_gaps_are_those_of_fairlearn(threshold, weighted):
    outcome, probability, label, weight = table()
    weight = weight if weighted else np.ones(N)
    found = scored(outcome, probability, from_labels(label), weight, threshold)
    decided = (probability >= threshold).astype(int)
    how = {"sample_weight": weight, "sensitive_features": label}
    frame = MetricFrame(
        metrics=FAIRLEARN,
        y_true=outcome.astype(int),
        y_pred=decided,
        sensitive_features=label,
        sample_params={name: {"sample_weight": weight} for name in FAIRLEARN},
    )
    for group in found.groups:
        for rate in RATES:
            assert group.rates[rate].value == pytest.approx(frame.by_group.loc[group.group, rate], abs=1e-9)
            assert found.overall.rates[rate].value == pytest.approx(frame.overall[rate], abs=1e-9)
    gaps = {
        "demographic_parity_difference": demographic_parity_difference,
        "demographic_parity_ratio": demographic_parity_ratio,
        "equalized_odds_difference": equalized_odds_difference,
        "equalized_odds_ratio": equalized_odds_ratio,
    }
    for name, theirs in gaps.items():
        assert found.gaps[name].value == pytest.approx(theirs(outcome, decided, **how), abs=1e-9)
        assert found.gaps[name].low <= found.gaps[name].high


def test_another_threshold_moves_the_rates():
    rows = table()
    low, high = (scored(rows[0], rows[1], from_labels(rows[2]), rows[3], at) for at in (0.2, 0.8))
    assert low.overall.rates["selection_rate"].value > high.overall.rates["selection_rate"].value + 0.3


def test_a_group_that_is_too_small_has_rates_and_no_part_in_a_gap():
    outcome, probability, label, _ = table()
    few = np.flatnonzero(label == "a")[:12]
    apart = label.astype("U8")
    apart[few], probability[few] = "few", 1.0
    found = scored(outcome, probability, from_labels(apart), np.ones(N))
    (small,) = [group for group in found.groups if group.too_small]
    assert (small.group, small.n, small.rates["selection_rate"].value) == ("few", 12, 1.0)
    without = apart != "few"
    kept = scored(outcome[without], probability[without], from_labels(apart[without]), np.ones(without.sum()))
    for name, gap in kept.gaps.items():
        assert found.gaps[name].value == pytest.approx(gap.value)


def test_soft_groups_count_rows_by_degree():
    outcome, probability, _, weight = table()
    soft = np.random.default_rng(1).dirichlet([1, 1], N)
    found = scored(outcome, probability, Grouped(("one", "two"), soft), weight)
    own = soft[:, 0] * weight
    assert found.groups[0].rates["selection_rate"].value == pytest.approx(
        own @ (probability >= 0.5) / own.sum()
    )


def test_a_rate_without_rows_is_not_a_number_and_neither_is_its_gap():
    outcome, probability, label, weight = table()
    outcome[label == "c"] = 0.0
    found = scored(outcome, probability, from_labels(label), weight)
    assert np.isnan(found.groups[2].rates["tpr"].value)
    assert np.isnan(found.gaps["equalized_odds_difference"].value)
    assert np.isfinite(found.gaps["demographic_parity_difference"].value)


def test_with_one_group_there_is_no_gap():
    outcome, probability, _, weight = table()
    found = scored(outcome, probability, from_labels(np.full(N, "all")), weight)
    assert all(np.isnan(gap.value) for gap in found.gaps.values())


@pytest.mark.parametrize("threshold", [-0.1, 1.2, float("nan"), "half"])
def test_a_threshold_outside_0_and_1_is_refused_by_value(threshold):
    with pytest.raises(SettingError, match=r"The threshold is .*from 0 to 1"):
        scored(*table()[:2], from_labels(table()[2]), np.ones(N), threshold)


def test_intervals_cover_a_rate_and_a_gap():
    inside = np.zeros(2)
    rates = {"a": 0.5, "b": 0.3}
    for seed in range(120):
        rng = np.random.default_rng(seed)
        label = rng.choice(["a", "b"], 400)
        chosen = rng.random(400) < np.where(label == "a", rates["a"], rates["b"])
        found = scored(np.zeros(400), chosen.astype(float), from_labels(label), np.ones(400))
        first = found.groups[0].rates["selection_rate"]
        gap = found.gaps["demographic_parity_difference"]
        inside += [first.low <= rates["a"] <= first.high, gap.low <= 0.2 <= gap.high]
    # 120 draws at 95%: fewer than 105 would be one in a thousand.
    assert (inside >= 105).all()


def test_calibration_bins_hold_equal_weight_and_cover_the_truth_where_probabilities_are_right():
    rng = np.random.default_rng(3)
    probability = rng.beta(2, 3, 6000)
    outcome = (rng.random(6000) < probability).astype(float)
    bins = calibration(outcome, probability, np.ones(6000), np.ones(6000))
    assert [each.n for each in bins] == [600] * 10
    assert [each.predicted for each in bins] == sorted(each.predicted for each in bins)
    assert sum(each.observed.low <= each.predicted <= each.observed.high for each in bins) >= 8
    too_sure = calibration(outcome, np.clip(2 * probability - 0.4, 0, 1), np.ones(6000), np.ones(6000))
    assert sum(each.observed.low <= each.predicted <= each.observed.high for each in too_sure) <= 3


def test_a_small_group_has_fewer_bins_and_a_tiny_one_none():
    rng = np.random.default_rng(4)
    probability = rng.random(100)
    outcome = (rng.random(100) < probability).astype(float)
    member = np.ones(100)
    assert len(calibration(outcome, probability, member, np.ones(100), fewest=30)) == 3
    assert calibration(outcome, probability, member * 0.2, np.ones(100), fewest=200) == ()
    assert calibration(outcome, probability, np.zeros(100), np.ones(100)) == ()
