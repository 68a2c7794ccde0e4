"""Metrics: hand-worked numbers, scikit-learn and fairlearn as oracles, NaN where nothing can be said."""

from __future__ import annotations

import numpy as np
import pytest
from fairlearn.metrics import (
    MetricFrame,
    false_positive_rate,
    mean_prediction,
    selection_rate,
    true_positive_rate,
)
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    log_loss,
    mean_absolute_error,
    mean_squared_error,
    r2_score,
    roc_auc_score,
)

from rome.groups import evaluate
from rome.groups.groupings import from_labels
from rome.groups.metrics import auc, from_sums, model_columns, truth_columns
from rome.stats.bootstrap import Resampling


def numeric(outcome, prediction, weights=None) -> dict[str, float]:
    """Metrics of one group, by the sums."""
    outcome, prediction = np.array(outcome, dtype=float), np.array(prediction, dtype=float)
    weights = np.ones(len(outcome)) if weights is None else np.array(weights, dtype=float)
    centre = float(np.average(outcome, weights=weights))
    sums = from_sums(
        weights @ truth_columns(outcome, "numeric", centre),
        weights @ model_columns(outcome, prediction, "numeric"),
        "numeric",
    )
    return {name: float(value) for name, value in sums.items()}


def binary(outcome, probability, weights=None) -> dict[str, float]:
    outcome, probability = np.array(outcome, dtype=float), np.array(probability, dtype=float)
    weights = np.ones(len(outcome)) if weights is None else np.array(weights, dtype=float)
    sums = from_sums(
        weights @ truth_columns(outcome, "binary", 0.0),
        weights @ model_columns(outcome, probability, "binary"),
        "binary",
    )
    return {name: float(value) for name, value in sums.items()}


def test_numeric_metrics_of_four_rows_are_those_worked_by_hand():
    # Errors 1, -1, 0, 2; outcomes 1, 2, 3, 6 with mean 3 and squared deviations 4 + 1 + 0 + 9 = 14.
    found = numeric([1, 2, 3, 6], [0, 3, 3, 4])
    assert found == pytest.approx(
        {"mse": 1.5, "rmse": 1.5**0.5, "mae": 1.0, "r2": 1 - 6 / 14, "mean_residual": 0.5}
    )


def test_weighted_numeric_metrics_are_those_worked_by_hand():
    # Weights 1 and 3, errors 2 and -1: squared error (4 + 3) / 4, mean error (2 - 3) / 4.
    found = numeric([2, 0], [0, 1], [1, 3])
    assert found["mse"] == pytest.approx(7 / 4)
    assert found["mae"] == pytest.approx(5 / 4)
    assert found["mean_residual"] == pytest.approx(-1 / 4)


def test_binary_metrics_of_five_rows_are_those_worked_by_hand():
    # Selected at 0.5 and above: rows 1, 2 and 4; two of the three positives, one of the two negatives.
    found = binary([1, 1, 1, 0, 0], [0.9, 0.5, 0.2, 0.6, 0.1])
    assert found["accuracy"] == pytest.approx(3 / 5)
    assert found["selection_rate"] == pytest.approx(3 / 5)
    assert found["tpr"] == pytest.approx(2 / 3)
    assert found["fpr"] == pytest.approx(1 / 2)
    assert found["brier"] == pytest.approx((0.01 + 0.25 + 0.64 + 0.36 + 0.01) / 5)
    expected = -np.log([0.9, 0.5, 0.2, 0.4, 0.9]).mean()
    assert found["log_loss"] == pytest.approx(expected)


def test_a_certain_and_wrong_prediction_has_a_large_but_finite_log_loss():
    assert binary([1.0, 0.0], [0.0, 0.0])["log_loss"] == pytest.approx(-np.log(1e-12) / 2)


def test_r2_of_a_group_with_one_outcome_is_nan():
    found = numeric([0.1, 0.1, 0.1], [0.0, 0.2, 0.3])
    assert np.isnan(found["r2"])
    assert np.isfinite(found["mse"])


@pytest.mark.parametrize(("outcome", "undefined"), [(1.0, "fpr"), (0.0, "tpr")])
def test_a_rate_without_rows_to_count_is_nan_whatever_the_rounding(outcome, undefined):
    rng = np.random.default_rng(0)
    for n in range(3, 60):
        found = binary(np.full(n, outcome), rng.random(n), rng.random(n))
        assert np.isnan(found[undefined]), n
        assert 0 <= found["accuracy"] <= 1


def test_what_is_left_by_rounding_is_not_a_row():
    # All the weight is on positives; the sums of 1 and of y differ in the last digit.
    truth = np.array([1.0, 1.0 - 2.0**-53, 1.0])
    found = from_sums(truth, np.array([0.1, 0.2, 0.9, 0.5, 0.5]), "binary")
    assert np.isnan(found["fpr"])
    assert found["tpr"] == pytest.approx(0.5)


def test_an_empty_group_is_nan_in_every_metric():
    sums = from_sums(np.zeros(3), np.zeros(3), "numeric")
    assert all(np.isnan(float(value)) for value in sums.values())
    sums = from_sums(np.zeros(3), np.zeros(5), "binary")
    assert all(np.isnan(float(value)) for value in sums.values())


def by_group(outcome, prediction, labels, weights, kind) -> dict[str, dict[str, float]]:
    """Scores of one model by group, from the product's own table."""
    scores = evaluate(
        outcome,
        {"pooled": prediction},
        {"observed": from_labels(labels)},
        weights,
        kind=kind,
        resampling=Resampling(len(outcome), 20, 0),
        min_group_size=2,
    )
    return {
        score.group: {name: estimate.value for name, estimate in score.scores["pooled"].items()}
        for score in scores.groups["observed"]
    }


def test_numeric_groups_agree_with_fairlearn():
    rng = np.random.default_rng(1)
    n = 500
    outcome, labels, weights = rng.normal(50, 9, n), rng.choice(list("abc"), n), rng.uniform(0.2, 3, n)
    prediction = outcome + rng.normal(0, 4, n)
    oracle = MetricFrame(
        metrics={
            "mse": mean_squared_error,
            "mae": mean_absolute_error,
            "r2": r2_score,
            "mean": mean_prediction,
        },
        y_true=outcome,
        y_pred=prediction,
        sensitive_features=labels,
        sample_params={name: {"sample_weight": weights} for name in ("mse", "mae", "r2", "mean")},
    ).by_group
    found = by_group(outcome, prediction, labels, weights, "numeric")
    for group in "abc":
        for metric in ("mse", "mae", "r2"):
            assert found[group][metric] == pytest.approx(oracle.loc[group, metric])
        chosen = labels == group
        mean = np.average(outcome[chosen], weights=weights[chosen])
        assert found[group]["mean_residual"] == pytest.approx(mean - oracle.loc[group, "mean"])


def test_binary_groups_agree_with_fairlearn():
    rng = np.random.default_rng(2)
    n = 600
    probability, labels, weights = rng.random(n), rng.choice(list("abc"), n), rng.uniform(0.2, 3, n)
    outcome = (rng.random(n) < probability).astype(float)
    names = ("accuracy", "selection_rate", "tpr", "fpr")
    oracle = MetricFrame(
        metrics=dict(
            zip(names, (accuracy_score, selection_rate, true_positive_rate, false_positive_rate), strict=True)
        ),
        y_true=outcome,
        y_pred=(probability >= 0.5).astype(float),
        sensitive_features=labels,
        sample_params={name: {"sample_weight": weights} for name in names},
    ).by_group
    found = by_group(outcome, probability, labels, weights, "binary")
    for group in "abc":
        chosen = labels == group
        given = {"sample_weight": weights[chosen]}
        for metric in names:
            assert found[group][metric] == pytest.approx(oracle.loc[group, metric])
        assert found[group]["brier"] == pytest.approx(
            brier_score_loss(outcome[chosen], probability[chosen], **given)
        )
        assert found[group]["log_loss"] == pytest.approx(
            log_loss(outcome[chosen], probability[chosen], **given)
        )
        assert found[group]["auc"] == pytest.approx(
            roc_auc_score(outcome[chosen], probability[chosen], **given)
        )


@pytest.mark.parametrize("levels", [3, 1000], ids=["many ties", "few ties"])
def test_auc_agrees_with_scikit_learn_with_weights_and_ties(levels):
    rng = np.random.default_rng(3)
    for _ in range(20):
        n = int(rng.integers(5, 200))
        outcome = np.concatenate([[0.0, 1.0], rng.integers(0, 2, n - 2)])
        score = rng.integers(0, levels, n) / levels + 0.1 * outcome * (levels > 3)
        weights = rng.choice([0.0, 0.3, 1.0, 5.0], n)
        weights[:2] = 1.0
        area, _ = auc(outcome, score, weights)
        assert area == pytest.approx(roc_auc_score(outcome, score, sample_weight=weights))


def test_auc_of_four_rows_is_that_worked_by_hand():
    # Pairs (positive, negative): .9 beats .5 and .1, .5 ties with .5 and beats .1: 3.5 of 4.
    area, error = auc(np.array([1.0, 1, 0, 0]), np.array([0.9, 0.5, 0.5, 0.1]), np.ones(4))
    assert area == pytest.approx(3.5 / 4)
    # Placements of the positives 1 and .75, of the negatives .75 and 1: variance 2 * (.03125 / 2).
    assert error == pytest.approx(np.sqrt(2 * 0.03125 / 2))


def test_auc_of_one_outcome_is_nan():
    area, error = auc(np.ones(4), np.linspace(0, 1, 4), np.ones(4))
    assert np.isnan(area)
    assert np.isnan(error)
    area, _ = auc(np.array([1.0, 0.0]), np.array([0.2, 0.1]), np.array([1.0, 0.0]))
    assert np.isnan(area)


def test_delong_error_agrees_with_a_bootstrap():
    rng = np.random.default_rng(4)
    n = 400
    outcome = (rng.random(n) < 0.3).astype(float)
    score = rng.normal(0, 1, n) + 0.8 * outcome
    weights = rng.uniform(0.5, 2, n)
    _, error = auc(outcome, score, weights)
    again = []
    for _ in range(600):
        rows = rng.integers(0, n, n)
        again.append(roc_auc_score(outcome[rows], score[rows], sample_weight=weights[rows]))
    assert error == pytest.approx(np.std(again), rel=0.12)
