"""A study from end to end: what comes out, and what must not leak."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from study_runs import ADVISED, ROLES, as_table, hiring, run, run_once, squared

from rome.baselines import Pooled
from rome.em.matching import match_groups
from rome.results import StudyResult
from rome.settings.study import STRENGTHS
from rome.stats.bootstrap import Resampling
from rome.study import StudyRun
from rome.study.validation import mean_with_interval


def test_a_study_finds_the_planted_groups_and_helps_the_worst(finished):
    result = finished.result
    advice = run_once(as_table(hiring()), ROLES, ADVISED).result.advice
    assert advice.model.kind == "groups"
    slopes = [{c.column: c.value for c in group.coefficients} for group in result.groups]
    by_work = sorted(slopes, key=lambda found: found["work_sample"])
    assert by_work[0]["work_sample"] == pytest.approx(0.12, abs=0.06)
    assert by_work[1]["work_sample"] == pytest.approx(0.72, abs=0.06)
    assert by_work[0]["years_experience"] == pytest.approx(1.1, abs=0.15)
    assert result.chosen.comparison["worst_latent"].high < 0
    assert result.fit.gain.low > 0
    assert result.fit.log_likelihood["test"] > result.fit.one_group_log_likelihood["test"]


def plain(value: object) -> bool:
    if value is None or isinstance(value, (str, int, float, bool, np.ndarray)):
        return not isinstance(value, np.generic) or isinstance(value, float)
    if isinstance(value, Mapping):
        return all(plain(key) and plain(item) for key, item in value.items())
    if isinstance(value, tuple):
        return all(map(plain, value))
    return is_dataclass(value) and all(plain(getattr(value, field.name)) for field in fields(value))


def test_the_result_is_plain_data(finished):
    for field in fields(StudyResult):
        assert plain(getattr(finished.result, field.name)), field.name
    arrays = [values for values in vars(finished.result.rows).values() if values is not None]
    assert all(values.dtype.kind in "fibU" for values in arrays)


def test_every_score_is_that_of_the_held_out_rows(finished):
    result, rows = finished.result, finished.result.rows
    test = rows.is_test
    assert test.sum() == result.data.n_test == 270
    weights = {
        "latent": rows.responsibilities[test],
        "predicted": np.eye(2)[rows.predicted_group[test]],
    }
    names = np.unique(rows.observed_group[test])
    weights["observed"] = (rows.observed_group[test][:, None] == names).astype(float)
    for model in ("pooled", "rome", "pooled_with_sensitive"):
        loss = squared(rows, model)[test]
        assert result.chosen.overall.scores[model]["mse"].value == pytest.approx(loss.mean())
        for grouping, weight in weights.items():
            found = [score.scores[model]["mse"].value for score in result.chosen.groupings[grouping]]
            assert found == pytest.approx((weight * loss[:, None]).sum(axis=0) / weight.sum(axis=0)), grouping
    assert [score.group for score in result.chosen.groupings["observed"]] == names.tolist()


def test_the_path_repeats_the_evaluations_strength_by_strength(finished):
    result = finished.result
    assert tuple(point.strength for point in result.path) == STRENGTHS
    for point in result.path:
        stored = result.at(point.strength)
        assert point.worst_group == stored.comparison["worst_latent"].rome
        assert point.overall == stored.comparison["overall"].rome
        assert point.overall == stored.overall.scores["rome"]["mse"].value
        assert sum(stored.prior) == pytest.approx(1)


def test_held_out_outcomes_decide_nothing_but_the_scores(unjudged):
    frame = hiring()
    held_out = unjudged.result.rows.row[unjudged.result.rows.is_test] - 1
    frame.iloc[held_out, frame.columns.get_loc("rating")] += np.linspace(-40, 60, len(held_out)).round(1)
    moved, before = run(frame, assess_groups=False, advise=False).result, unjudged.result
    assert np.array_equal(moved.rows.is_test, before.rows.is_test)
    assert np.array_equal(moved.rows.pooled, before.rows.pooled)
    assert np.array_equal(moved.rows.rome, before.rows.rome)
    assert (moved.dro.strength, moved.dro.prior) == (before.dro.strength, before.dro.prior)
    for now, then in zip(moved.groups, before.groups, strict=True):
        # As text: the gate of the reference group has no interval, and NaN is unequal to itself.
        assert repr((now.coefficients, now.gate, now.sigma)) == repr(
            (then.coefficients, then.gate, then.sigma)
        )
    for now, then in zip(moved.path, before.path, strict=True):
        assert now.validation_difference == then.validation_difference
        assert now.overall != then.overall


def test_held_out_features_decide_nothing_that_is_fitted(unjudged):
    frame = hiring()
    held_out = np.flatnonzero(unjudged.result.rows.is_test)
    for column, change in (("work_sample", 500.0), ("age", 40.0), ("school_rank", -300.0)):
        frame.iloc[held_out, frame.columns.get_loc(column)] += change
    frame.iloc[held_out, frame.columns.get_loc("referral")] = "never seen"
    moved, before = run(frame, assess_groups=False, advise=False).result, unjudged.result
    train = ~before.rows.is_test
    assert np.array_equal(moved.rows.is_test, before.rows.is_test)
    # The strength may differ: which columns are crossed depends on how many held-out rows a cell has.
    assert np.array_equal(moved.rows.group_predictions[train], before.rows.group_predictions[train])
    assert np.array_equal(moved.rows.membership[train], before.rows.membership[train])
    assert np.array_equal(moved.rows.pooled[train], before.rows.pooled[train])
    cuts = [
        [label.split(" · ")[0] for label in rows.observed_group[train]] for rows in (moved.rows, before.rows)
    ]
    assert cuts[0] == cuts[1]
    assert repr([group.gate for group in moved.groups]) == repr([group.gate for group in before.groups])
    assert any("no training row has" in finding.what for finding in moved.findings)


def shuffled(column: str) -> pd.DataFrame:
    frame = hiring()
    frame[column] = np.random.default_rng(0).permutation(frame[column].to_numpy())
    return frame


@pytest.fixture(scope="module")
def aggregated() -> StudyRun:
    return run(predictor="aggregate", criterion="reward", dro_strength=0.5, assess_groups=False, advise=False)


@pytest.mark.parametrize("column", ["age", "sex", "origin"])
def test_a_sensitive_column_never_moves_aggregate_or_pooled_predictions(aggregated, column):
    mixture, path, design = aggregated.fitted.mixture, aggregated.fitted.path, aggregated.data.design

    def aggregate(frame: pd.DataFrame) -> np.ndarray:
        X = design.transform(as_table(frame).frame)
        return path.predict(mixture.group_predictions(X), mixture.membership(X))

    assert np.array_equal(aggregate(hiring()), aggregate(shuffled(column)))
    again, before = run(shuffled(column), n_groups=1).result.rows, aggregated.result.rows
    assert np.array_equal(again.pooled, before.pooled)
    assert not np.array_equal(again.pooled_with_sensitive, before.pooled_with_sensitive)


def test_no_expert_and_no_pooled_term_comes_from_a_sensitive_column(finished):
    result = finished.result
    for coefficients in (result.pooled_coefficients, *(group.coefficients for group in result.groups)):
        assert {term.column for term in coefficients} == {"", *ROLES.features}
    assert {term.column for term in result.groups[0].gate} == {"", *ROLES.sensitive}


def by_hand(frame: pd.DataFrame, is_test: np.ndarray, columns: tuple[str, ...]) -> np.ndarray:
    """Return least-squares predictions from an independent fit on the training rows."""
    X = pd.get_dummies(frame[list(columns)], drop_first=True, dtype=float)
    return LinearRegression().fit(X[~is_test], frame["rating"][~is_test]).predict(X)


def test_both_pooled_models_are_least_squares_on_the_training_rows(finished):
    rows, frame = finished.result.rows, hiring()
    assert rows.pooled == pytest.approx(by_hand(frame, rows.is_test, ROLES.features))
    everything = (*ROLES.features, *ROLES.sensitive)
    assert rows.pooled_with_sensitive == pytest.approx(by_hand(frame, rows.is_test, everything))


def test_the_coefficients_of_a_group_give_its_predictions(finished):
    rows, frame = finished.result.rows, hiring()
    train = frame[~rows.is_test]
    for k, group in enumerate(finished.result.groups):
        intercept, *terms = group.coefficients
        expected = np.full(len(frame), intercept.value)
        for term in terms:
            values = frame[term.column]
            if term.column == "referral":
                expected += term.value * (values == "yes")
            else:
                expected += term.value * (values - train[term.column].mean())
                assert term.per_sd == pytest.approx(term.value * train[term.column].std(ddof=0))
        assert rows.group_predictions[:, k] == pytest.approx(expected)


def test_log_likelihoods_and_their_gain_are_those_of_the_rows_they_name(finished):
    data, fit, fitted = finished.data, finished.result.fit, finished.fitted
    for name, part in (("train", data.train), ("test", data.test)):
        X, y = data.X[part], data.y[part]
        assert fit.log_likelihood[name] == pytest.approx(fitted.mixture.log_likelihood_of_rows(X, y).sum())
        assert fit.one_group_log_likelihood[name] == pytest.approx(
            fitted.single.log_likelihood_of_rows(X, y).sum()
        )
    difference = fit.log_likelihood["test"] - fit.one_group_log_likelihood["test"]
    assert fit.gain.value == pytest.approx(difference / len(data.test))
    assert fit.log_likelihood["train"] == pytest.approx(fitted.mixture.log_likelihood_)


def test_a_weighted_mean_of_equal_values_has_no_spread():
    weights = np.random.default_rng(0).uniform(0.1, 9, 50)
    found = mean_with_interval(np.full(50, 2.5), weights, Resampling(50, 100, 0))
    assert (found.value, found.low, found.high) == pytest.approx((2.5, 2.5, 2.5))


def test_groups_of_the_folds_are_matched_to_those_of_the_study(monkeypatch, unjudged):
    calls = []

    def astray(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
        calls.append(len(reference))
        return np.array([1, 0]) if len(calls) == 1 else match_groups(reference, other)

    monkeypatch.setattr("rome.study.validation.match_groups", astray)
    mixed_up = run(assess_groups=False, advise=False).result
    # Made lightly, a study is validated on three folds.
    assert len(calls) == 3
    assert mixed_up.path[0].validation_worst_group != unjudged.result.path[0].validation_worst_group
    assert mixed_up.path[0].validation_overall == unjudged.result.path[0].validation_overall


def test_a_warning_of_another_library_is_passed_on(monkeypatch):
    class Loud(Pooled):
        def fit(self, X, y, sample_weight=None):
            warnings.warn("it did not converge", UserWarning, stacklevel=2)
            return super().fit(X, y, sample_weight)

    # The package's name "run" is the function, so the module is taken from where modules are kept.
    monkeypatch.setattr(sys.modules["rome.study.lines"], "Pooled", Loud)
    with pytest.warns(UserWarning, match="did not converge"):
        run(n_groups=1)
