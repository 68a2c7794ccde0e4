"""Scores of models by group: worst, gap, intervals, comparisons, and what is too small to rank."""

from __future__ import annotations

import numpy as np
import pytest

from rome.groups import evaluate
from rome.groups.groupings import Grouped, from_labels
from rome.groups.scoring import disparity
from rome.results import GroupScore
from rome.stats.bootstrap import Resampling, group_sums, resampled_group_sums, two_sided_p
from rome.stats.estimate import Estimate

RESAMPLING = Resampling(8, 200, 7)


def score(name: str, value: float, metric: str = "mse", too_small: bool = False) -> GroupScore:
    return GroupScore(name, 10, 0.5, too_small, {"pooled": {metric: Estimate(value, value, value)}})


def scores_of(predictions, labels, outcome=None, weights=None, kind="numeric", min_group_size=2):
    n = len(labels)
    return evaluate(
        np.zeros(n) if outcome is None else np.array(outcome, dtype=float),
        {name: np.array(values, dtype=float) for name, values in predictions.items()},
        {"observed": from_labels(np.array(labels))},
        np.ones(n) if weights is None else np.array(weights, dtype=float),
        kind=kind,
        resampling=Resampling(n, 300, 0),
        min_group_size=min_group_size,
    )


def test_disparity_names_the_worst_and_the_best_group():
    found = disparity([score("a", 2.0), score("b", 8.0), score("c", 4.0)], "pooled", "mse")
    assert (found.worst_group, found.best_group) == ("b", "a")
    assert (found.worst, found.best, found.gap, found.ratio) == (8.0, 2.0, 6.0, 4.0)
    assert found.reason is None


def test_disparity_of_a_metric_that_is_better_when_higher_takes_the_lowest_as_worst():
    found = disparity([score("a", 0.9, "auc"), score("b", 0.6, "auc")], "pooled", "auc")
    assert (found.worst_group, found.best_group) == ("b", "a")
    assert found.gap == pytest.approx(0.3)
    assert found.ratio == pytest.approx(0.6 / 0.9)


def test_disparity_of_the_mean_residual_is_by_distance_from_zero():
    rows = [
        score("a", 1.0, "mean_residual"),
        score("b", -3.0, "mean_residual"),
        score("c", 0.5, "mean_residual"),
    ]
    found = disparity(rows, "pooled", "mean_residual")
    assert (found.worst_group, found.best_group) == ("b", "c")
    assert found.gap == pytest.approx(4.0)
    assert np.isnan(found.ratio)


def test_disparity_leaves_out_what_is_too_small_or_undefined():
    found = disparity(
        [score("a", 2.0), score("b", 99.0, too_small=True), score("c", np.nan)], "pooled", "mse"
    )
    assert found.worst_group == found.best_group == "a"
    assert found.gap == 0


def test_disparity_without_a_large_enough_group_says_so():
    found = disparity([score("a", 2.0, too_small=True)], "pooled", "mse")
    assert np.isnan([found.worst, found.best, found.gap, found.ratio]).all()
    assert found.worst_group is None
    assert "too small" in found.reason


def test_a_best_value_of_zero_has_no_ratio():
    assert np.isnan(disparity([score("a", 0.0), score("b", 1.0)], "pooled", "mse").ratio)


def test_scores_by_group_and_overall_are_those_worked_by_hand():
    found = scores_of({"pooled": [1, 1, 3, 3]}, ["a", "a", "b", "b"])
    first, second = found.groups["observed"]
    assert first.scores["pooled"]["mse"].value == pytest.approx(1)
    assert second.scores["pooled"]["mse"].value == pytest.approx(9)
    assert found.overall.scores["pooled"]["mse"].value == pytest.approx(5)
    assert (first.n, first.share, first.too_small) == (2, 0.5, False)
    assert found.worst("observed", "pooled") == pytest.approx(9)


def test_row_weights_count_in_every_score():
    found = scores_of({"pooled": [1, 3, 0]}, ["a", "a", "b"], weights=[3, 1, 1])
    assert found.groups["observed"][0].scores["pooled"]["mse"].value == pytest.approx((3 * 1 + 9) / 4)
    assert found.overall.scores["pooled"]["mse"].value == pytest.approx((3 * 1 + 9) / 5)


def test_responsibilities_weigh_rows_in_the_latent_grouping():
    grouped = Grouped(("1", "2"), np.array([[1.0, 0.0], [0.25, 0.75]]))
    found = evaluate(
        np.zeros(2),
        {"pooled": np.array([1.0, 2.0])},
        {"latent": grouped},
        np.ones(2),
        kind="numeric",
        resampling=Resampling(2, 50, 0),
        min_group_size=2,
    )
    values = [row.scores["pooled"]["mse"].value for row in found.groups["latent"]]
    assert values == pytest.approx([(1 + 0.25 * 4) / 1.25, 4.0])


def test_a_group_that_is_too_small_is_shown_and_never_ranked():
    labels = ["big"] * 40 + ["tiny"] * 3
    found = scores_of({"pooled": [1] * 40 + [50] * 3, "rome": [2] * 43}, labels, min_group_size=30)
    shown = {row.group: row for row in found.groups["observed"]}
    assert shown["tiny"].too_small
    assert shown["tiny"].scores["pooled"]["mse"].value == pytest.approx(2500)
    compared = found.compare("observed", "pooled", "rome")
    assert (compared.worst_pooled, compared.worst_rome) == ("big", "big")
    assert compared.pooled == pytest.approx(1)
    assert found.worst("observed", "pooled") == pytest.approx(1)


def test_thinly_spread_responsibilities_make_a_group_too_small():
    # Every row has a little of the second group; together they are five rows, not a hundred.
    weights = np.column_stack([np.full(100, 0.95), np.full(100, 0.05)])
    grouped = Grouped(("1", "2"), weights)
    found = evaluate(
        np.zeros(100),
        {"pooled": np.ones(100)},
        {"latent": grouped},
        np.ones(100),
        kind="numeric",
        resampling=Resampling(100, 50, 0),
        min_group_size=30,
    )
    assert [row.too_small for row in found.groups["latent"]] == [False, True]
    assert [row.n for row in found.groups["latent"]] == [95, 5]


def test_a_group_whose_case_weight_lies_on_few_rows_is_too_small():
    weights = np.ones(80)
    weights[:3] = 1000.0
    labels = ["heavy"] * 40 + ["even"] * 40
    found = scores_of({"pooled": np.ones(80)}, labels, weights=weights, min_group_size=30)
    assert {row.group: row.too_small for row in found.groups["observed"]} == {"even": False, "heavy": True}


def test_where_no_group_is_large_enough_the_comparison_is_nan_with_its_reason():
    found = scores_of({"pooled": [1, 2], "rome": [1, 2]}, ["a", "b"], min_group_size=30)
    compared = found.compare("observed", "pooled", "rome")
    assert compared.reason == "no group ranked"
    assert compared.worst_pooled is None
    numbers = [value for value in vars(compared).values() if isinstance(value, float)]
    assert len(numbers) == 13
    assert np.isnan(numbers).all()
    assert np.isnan(found.worst("observed", "pooled"))
    assert found.compare(None, "pooled", "rome").pooled == pytest.approx(2.5)


def test_the_worst_group_may_differ_between_the_two_models():
    found = scores_of({"pooled": [1, 1, 3, 3], "rome": [2, 2, 1, 1]}, ["a", "a", "b", "b"])
    compared = found.compare("observed", "pooled", "rome")
    assert (compared.worst_pooled, compared.worst_rome) == ("b", "a")
    assert compared.difference == pytest.approx(4 - 9)
    assert compared.relative == pytest.approx(-5 / 9)


def test_the_difference_takes_the_maximum_in_every_resample_and_the_worst_has_the_ends_that_hold_together():
    rng = np.random.default_rng(0)
    labels, outcome = np.repeat(["a", "b"], 100), rng.normal(0, 1, 200)
    predictions = {"pooled": np.zeros(200), "rome": 0.5 * outcome}
    grouped = from_labels(labels)
    resampling = Resampling(200, 400, 3)
    found = evaluate(
        outcome,
        predictions,
        {"observed": grouped},
        np.ones(200),
        kind="numeric",
        resampling=resampling,
        min_group_size=30,
    ).compare("observed", "pooled", "rome")
    again = {name: [] for name in predictions}
    for count in np.concatenate(list(resampling.counts())):
        for name, prediction in predictions.items():
            loss = count * (outcome - prediction) ** 2
            again[name].append([loss[labels == g].sum() / count[labels == g].sum() for g in "ab"])
    difference = np.max(again["rome"], axis=1) - np.max(again["pooled"], axis=1)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(difference, [0.025, 0.975])))
    pooled = np.array([(outcome[labels == g] ** 2).mean() for g in "ab"])
    logs = np.log(again["pooled"])
    reach = np.quantile(np.abs((logs - np.log(pooled)) / logs.std(axis=0)).max(axis=1), 0.95)
    assert found.pooled_low == pytest.approx((pooled * np.exp(-reach * logs.std(axis=0))).max())
    assert found.pooled_high == pytest.approx(np.quantile(again["pooled"], 0.975, axis=0).max())


def test_rounding_is_no_difference():
    rng = np.random.default_rng(0)
    outcome, prediction = rng.normal(size=(2, 50))
    labels = np.repeat(["a", "b"], 25)
    almost = prediction * (1 + 1e-15) + 1e-15
    compared = scores_of({"pooled": prediction, "rome": almost}, labels, outcome).compare(
        "observed", "pooled", "rome"
    )
    assert (compared.difference, compared.low, compared.high, compared.p_value) == (0, 0, 0, 1)


def test_a_metric_that_few_resamples_define_has_no_interval():
    found = scores_of({"pooled": [0.2] * 19 + [0.9]}, ["a"] * 20, [0] * 19 + [1], kind="binary")
    row = found.groups["observed"][0].scores["pooled"]
    assert row["tpr"].value == 1
    assert np.isnan([row["tpr"].low, row["tpr"].high]).all()
    assert np.isfinite(row["brier"].low)
    assert np.isnan(two_sided_p(np.array([1.0] * 8 + [np.nan] * 2)))


def test_p_values_count_the_resamples_on_the_other_side():
    assert two_sided_p(np.array([-1.0] * 97 + [1.0] * 2)) == pytest.approx(2 * 3 / 100)
    assert two_sided_p(np.zeros(50)) == 1
    assert two_sided_p(np.array([-1.0, 1.0])) == 1


def test_resamples_draw_n_rows_and_are_the_same_at_every_call():
    first, second = (np.concatenate(list(RESAMPLING.counts())) for _ in range(2))
    assert np.array_equal(first, second)
    assert first.shape == (200, 8)
    assert (first.sum(axis=1) == 8).all()
    assert not np.array_equal(first, np.concatenate(list(Resampling(8, 200, 8).counts())))


def test_resampled_sums_of_the_rows_as_they_are_are_the_sums():
    rng = np.random.default_rng(0)
    weights, columns = rng.random((20, 3)) * (rng.random((20, 3)) > 0.4), rng.normal(size=(20, 4))
    once = resampled_group_sums(np.ones((1, 20)), weights, columns)[0]
    assert once == pytest.approx(group_sums(weights, columns))


def test_the_number_of_resamples_falls_with_the_rows_but_not_under_two_hundred():
    assert Resampling.within_budget(1000, 1000, 0, 0.95).n_resamples == 1000
    assert Resampling.within_budget(100_000, 1000, 0, 0.95).n_resamples == 600
    assert Resampling.within_budget(10_000_000, 1000, 0, 0.95).n_resamples == 200
    assert Resampling.within_budget(10_000_000, 100, 0, 0.95).n_resamples == 100


def test_auc_of_a_perfect_or_one_sided_group_has_no_interval():
    found = scores_of({"pooled": [0.1, 0.2, 0.8, 0.9]}, ["a"] * 4, [0, 0, 1, 1], kind="binary")
    area = found.overall.scores["pooled"]["auc"]
    assert area.value == 1
    assert np.isnan([area.low, area.high]).all()
    found = scores_of({"pooled": [0.1, 0.2]}, ["a"] * 2, [0, 0], kind="binary")
    assert np.isnan(found.overall.scores["pooled"]["auc"].value)


def test_the_share_of_a_group_counts_case_weights():
    found = scores_of({"pooled": [1, 3, 0]}, ["a", "a", "b"], weights=[3, 1, 4])
    assert [(group.n, group.share) for group in found.groups["observed"]] == [(2, 0.5), (1, 0.5)]
