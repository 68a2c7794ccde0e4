"""Laws of scoring by group, over random tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rome.groups import Grouped, Scores, evaluate, observed
from rome.groups.groupings import from_labels
from rome.groups.metrics import auc
from rome.stats.bootstrap import Resampling

_SEEDS = st.integers(0, 2**32 - 1)
_KINDS = st.sampled_from(["numeric", "binary"])
_MANY = settings(max_examples=40, deadline=None)


class Rows:
    """A random table with two models, hard groups and responsibilities."""

    def __init__(self, seed: int, kind: str, n: int = 60) -> None:
        rng = np.random.default_rng(seed)
        self.kind = kind
        self.labels = rng.choice(["a", "b", "c"], n)
        self.responsibilities = rng.dirichlet([0.5, 0.5], n)
        self.weights = rng.integers(1, 4, n).astype(float)
        if kind == "binary":
            self.outcome = rng.integers(0, 2, n).astype(float)
            self.predictions = {name: rng.random(n).round(2) for name in ("pooled", "rome")}
        else:
            self.outcome = rng.normal(20, 5, n)
            self.predictions = {name: self.outcome + rng.normal(0, 3, n) for name in ("pooled", "rome")}

    def scores(self, rows=slice(None), names=("1", "2"), order=(0, 1), weights=None) -> Scores:
        weights = self.weights[rows] if weights is None else weights
        return evaluate(
            self.outcome[rows],
            {name: values[rows] for name, values in self.predictions.items()},
            {
                "latent": Grouped(names, self.responsibilities[rows][:, list(order)]),
                "observed": from_labels(self.labels[rows]),
            },
            weights,
            kind=self.kind,
            resampling=Resampling(len(weights), 40, 1),
            min_group_size=5,
        )


def values(scores: Scores) -> dict[tuple[str, ...], float]:
    """Every point value of a scoring, by grouping, group, model and metric."""
    tables = {**scores.groups, "overall": (scores.overall,)}
    return {
        (grouping, row.group, model, metric): estimate.value
        for grouping, table in tables.items()
        for row in table
        for model, by_metric in row.scores.items()
        for metric, estimate in by_metric.items()
    }


def same(first: dict, second: dict) -> None:
    assert first.keys() == second.keys()
    for key, value in first.items():
        assert second[key] == pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True), key


@_MANY
@given(_SEEDS, _KINDS)
def test_the_order_of_rows_changes_no_value(seed, kind):
    rows = Rows(seed, kind)
    order = np.random.default_rng(seed).permutation(len(rows.outcome))
    same(values(rows.scores()), values(rows.scores(order)))


@_MANY
@given(_SEEDS, _KINDS)
def test_relabelling_the_groups_changes_nothing_not_even_the_intervals(seed, kind):
    rows = Rows(seed, kind)
    plain, swapped = rows.scores(), rows.scores(names=("2", "1"), order=(1, 0))
    same(values(plain), values(swapped))
    before, after = plain.compare("latent", "pooled", "rome"), swapped.compare("latent", "pooled", "rome")
    assert (after.worst_pooled, after.worst_rome) == (before.worst_pooled, before.worst_rome)
    for name in ("difference", "low", "high", "p_value", "pooled_low", "rome_high"):
        assert getattr(after, name) == pytest.approx(getattr(before, name), nan_ok=True)


@_MANY
@given(_SEEDS, _KINDS)
def test_a_weight_of_two_is_a_row_twice(seed, kind):
    rows = Rows(seed, kind)
    repeated = np.repeat(np.arange(len(rows.outcome)), rows.weights.astype(int))
    once = np.ones(len(repeated))
    same(values(rows.scores()), values(rows.scores(repeated, weights=once)))


@_MANY
@given(_SEEDS, _KINDS)
def test_a_model_against_itself_is_exactly_nothing(seed, kind):
    rows = Rows(seed, kind)
    rows.predictions["rome"] = rows.predictions["pooled"].copy()
    scores = rows.scores()
    for grouping in (None, "latent", "observed"):
        compared = scores.compare(grouping, "pooled", "rome")
        assert (compared.difference, compared.low, compared.high) == (0, 0, 0)
        assert compared.p_value == 1
        assert compared.worst_pooled == compared.worst_rome


@_MANY
@given(_SEEDS, _KINDS)
def test_swapping_the_two_models_turns_the_difference_around(seed, kind):
    scores = Rows(seed, kind).scores()
    there, back = scores.compare("observed", "pooled", "rome"), scores.compare("observed", "rome", "pooled")
    assert back.difference == pytest.approx(-there.difference)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))
    assert back.p_value == pytest.approx(there.p_value)


@_MANY
@given(_SEEDS, _KINDS)
def test_overall_is_the_mean_of_the_groups_by_their_weight(seed, kind):
    rows = Rows(seed, kind)
    scores = rows.scores()
    loss = "brier" if kind == "binary" else "mse"
    for grouping, membership in (
        ("latent", rows.responsibilities),
        ("observed", from_labels(rows.labels).weights),
    ):
        size = membership.T @ rows.weights
        by_group = [row.scores["rome"][loss].value for row in scores.groups[grouping]]
        assert np.average(by_group, weights=size) == pytest.approx(scores.overall.scores["rome"][loss].value)


@_MANY
@given(_SEEDS)
def test_auc_turns_around_with_the_scores_and_ignores_their_scale(seed):
    rows = Rows(seed, "binary")
    rows.outcome[:2] = [0.0, 1.0]
    score = rows.predictions["pooled"]
    area, error = auc(rows.outcome, score, rows.weights)
    assert auc(rows.outcome, -score, rows.weights) == pytest.approx((1 - area, error))
    assert auc(rows.outcome, np.exp(3 * score), rows.weights) == pytest.approx((area, error))


@_MANY
@given(_SEEDS)
def test_observed_labels_go_with_their_rows(seed):
    import pandas as pd

    rng = np.random.default_rng(seed)
    n = 80
    age = pd.Series(np.where(rng.random(n) < 0.1, np.nan, rng.integers(18, 70, n)))
    place = pd.Series(rng.choice([*"abcdefghijk", None], n)).astype("str")
    is_train, order = rng.random(n) < 0.6, rng.permutation(n)
    columns = {"age": age, "place": place}
    labels, crossed = observed(columns, is_train, 3, fixed=False)
    moved = {name: column.iloc[order] for name, column in columns.items()}
    shuffled, crossed_again = observed(moved, is_train[order], 3, fixed=False)
    assert crossed == crossed_again
    assert np.array_equal(labels[order], shuffled)
