"""A study from end to end: what goes in, what comes out, and what must not leak."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from rome import study
from rome.baselines import Pooled
from rome.config import STRENGTHS, Settings
from rome.datasets import SAMPLES, load_sample
from rome.em.labels import match_groups
from rome.errors import Cancelled, ColumnError, OutcomeError, RomeError, SettingError
from rome.export import to_csv
from rome.groups.intervals import Resampling
from rome.results import StudyResult
from rome.store import study_document
from rome.study import StudyRun
from rome.study.validation import mean_with_interval
from rome.table import Roles, Table, read_table

ROLES = SAMPLES["hiring"].roles
QUICK = Settings(n_init=2, max_iter=60, n_bootstrap=100, random_state=5)


def hiring(rows: int = 900) -> pd.DataFrame:
    return load_sample("hiring").iloc[:rows].copy()


def as_table(frame: pd.DataFrame) -> Table:
    return read_table(to_csv(frame), name="hiring.csv")


def run(frame: pd.DataFrame | None = None, roles: Roles = ROLES, **settings: object) -> StudyRun:
    return study.run(as_table(hiring() if frame is None else frame), roles, replace(QUICK, **settings))


@pytest.fixture(scope="module")
def finished() -> StudyRun:
    return run()


def test_a_study_finds_the_planted_groups_and_helps_the_worst(finished):
    result = finished.result
    assert result.dro.recommended != "pooled"
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
    assert all(values.dtype.kind in "fibU" for values in vars(finished.result.rows).values())


def squared(rows, model: str) -> np.ndarray:
    return (rows.outcome - getattr(rows, model)) ** 2


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


def test_held_out_outcomes_decide_nothing_but_the_scores(finished):
    frame = hiring()
    held_out = finished.result.rows.row[finished.result.rows.is_test] - 1
    frame.iloc[held_out, frame.columns.get_loc("rating")] += np.linspace(-40, 60, len(held_out)).round(1)
    moved, before = run(frame).result, finished.result
    assert np.array_equal(moved.rows.is_test, before.rows.is_test)
    assert np.array_equal(moved.rows.pooled, before.rows.pooled)
    assert np.array_equal(moved.rows.rome, before.rows.rome)
    assert (moved.dro.strength, moved.dro.prior) == (before.dro.strength, before.dro.prior)
    for now, then in zip(moved.groups, before.groups, strict=True):
        assert (now.coefficients, now.gate, now.sigma) == (then.coefficients, then.gate, then.sigma)
    for now, then in zip(moved.path, before.path, strict=True):
        assert now.validation_difference == then.validation_difference
        assert now.overall != then.overall


def test_held_out_features_decide_nothing_that_is_fitted(finished):
    frame = hiring()
    held_out = np.flatnonzero(finished.result.rows.is_test)
    for column, change in (("work_sample", 500.0), ("age", 40.0), ("school_rank", -300.0)):
        frame.iloc[held_out, frame.columns.get_loc(column)] += change
    frame.iloc[held_out, frame.columns.get_loc("referral")] = "never seen"
    moved, before = run(frame).result, finished.result
    train = ~before.rows.is_test
    assert np.array_equal(moved.rows.is_test, before.rows.is_test)
    assert np.array_equal(moved.rows.rome[train], before.rows.rome[train])
    assert np.array_equal(moved.rows.pooled[train], before.rows.pooled[train])
    cuts = [
        [label.split(" · ")[0] for label in rows.observed_group[train]] for rows in (moved.rows, before.rows)
    ]
    assert cuts[0] == cuts[1]
    assert [group.gate for group in moved.groups] == [group.gate for group in before.groups]
    assert any("no training row has" in finding.what for finding in moved.findings)


def shuffled(column: str) -> pd.DataFrame:
    frame = hiring()
    frame[column] = np.random.default_rng(0).permutation(frame[column].to_numpy())
    return frame


@pytest.fixture(scope="module")
def aggregated() -> StudyRun:
    return run(predictor="aggregate", criterion="reward", dro_strength=0.5)


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
        assert fit.log_likelihood[name] == pytest.approx(fitted.mixture.score_samples(X, y).sum())
        assert fit.one_group_log_likelihood[name] == pytest.approx(fitted.single.score_samples(X, y).sum())
    difference = fit.log_likelihood["test"] - fit.one_group_log_likelihood["test"]
    assert fit.gain.value == pytest.approx(difference / len(data.test))
    assert fit.log_likelihood["train"] == pytest.approx(fitted.mixture.log_likelihood_)


def test_a_weighted_mean_of_equal_values_has_no_spread():
    weights = np.random.default_rng(0).uniform(0.1, 9, 50)
    found = mean_with_interval(np.full(50, 2.5), weights, Resampling(50, 100, 0))
    assert (found.value, found.low, found.high) == pytest.approx((2.5, 2.5, 2.5))


def test_groups_of_the_folds_are_matched_to_those_of_the_study(monkeypatch, finished):
    calls = []

    def astray(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
        calls.append(len(reference))
        return np.array([1, 0]) if len(calls) == 1 else match_groups(reference, other)

    monkeypatch.setattr("rome.study.validation.match_groups", astray)
    mixed_up = run().result
    assert len(calls) == 5
    assert mixed_up.path[0].validation_worst_group != finished.result.path[0].validation_worst_group
    assert mixed_up.path[0].validation_overall == finished.result.path[0].validation_overall


def test_a_warning_of_another_library_is_passed_on(monkeypatch):
    class Loud(Pooled):
        def fit(self, X, y, sample_weight=None):
            warnings.warn("it did not converge", UserWarning, stacklevel=2)
            return super().fit(X, y, sample_weight)

    # The package's name "run" is the function, so the module is taken from where modules are kept.
    monkeypatch.setattr(sys.modules["rome.study.run"], "Pooled", Loud)
    with pytest.warns(UserWarning, match="did not converge"):
        run(n_groups=1)


def test_an_allowed_sensitive_column_enters_the_experts_and_the_pooled_model():
    result = run(roles=replace(ROLES, allowed=("sex",))).result
    assert {term.column for term in result.pooled_coefficients} == {"", "sex", *ROLES.features}
    assert {term.column for term in result.groups[0].coefficients} == {"", "sex", *ROLES.features}


def test_rows_without_outcome_are_counted_and_their_numbers_skipped():
    frame = hiring()
    frame.loc[frame.index[[0, 3, 10]], "rating"] = np.nan
    result = run(frame).result
    assert result.data.left_out == {"outcome is missing": 3}
    assert (result.data.rows, result.data.used) == (900, 897)
    assert result.rows.row[:4].tolist() == [2, 3, 5, 6]
    assert result.rows.row[-1] == 900
    assert any(finding.column == "rating" and finding.severity == "warning" for finding in result.findings)


def without_time(result: StudyResult) -> dict[str, object]:
    return study_document(replace(result, fit=replace(result.fit, seconds=0.0)))


def test_the_same_seed_gives_the_same_study_to_the_last_digit(finished):
    again = run().result
    assert without_time(again) == without_time(finished.result)
    assert again.evaluations == finished.result.evaluations
    for field in fields(again.rows):
        assert np.array_equal(getattr(again.rows, field.name), getattr(finished.result.rows, field.name))


def test_another_seed_gives_another_split_and_another_identity(finished):
    other = run(random_state=6).result
    assert not np.array_equal(other.rows.is_test, finished.result.rows.is_test)
    assert other.study_id != finished.result.study_id


def test_identity_hangs_on_content_roles_and_settings():
    table = as_table(hiring(60))
    first = study.study_id(table.fingerprint, ROLES, QUICK)
    assert len(first) == 16
    assert first == study.study_id(
        as_table(hiring(60)).fingerprint, ROLES, Settings.from_dict(QUICK.as_dict())
    )
    others = {
        study.study_id(as_table(hiring(61)).fingerprint, ROLES, QUICK),
        study.study_id(table.fingerprint, replace(ROLES, sensitive=("age",)), QUICK),
        study.study_id(table.fingerprint, ROLES, replace(QUICK, criterion="risk")),
    }
    assert len({first, *others}) == 4


def test_a_chosen_strength_outside_the_grid_is_computed_and_marked_in_the_path(finished):
    result = run(dro_strength=0.333).result
    assert result.dro.strength == result.chosen.strength == 0.333
    assert 0.333 in [point.strength for point in result.path]
    assert len(result.path) == len(result.evaluations) == len(STRENGTHS) + 1
    assert result.dro.recommended == finished.result.dro.recommended
    expected = squared(result.rows, "rome")[result.rows.is_test].mean()
    assert result.chosen.overall.scores["rome"]["mse"].value == pytest.approx(expected)
    with pytest.raises(SettingError, match=r"0\.34 was not computed"):
        result.at(0.34)


def test_a_strength_that_differs_by_rounding_is_the_one_of_the_grid():
    result = run(dro_strength=0.1 + 0.2).result
    assert len(result.path) == len(STRENGTHS)
    assert result.dro.strength == 0.3


def test_the_chosen_strength_may_differ_from_the_recommended_one(finished):
    result = run(dro_strength=1.0).result
    assert result.dro.strength == 1.0
    assert result.dro.recommended == finished.result.dro.recommended
    assert result.dro.sentence == finished.result.dro.sentence
    assert result.at(0.3).comparison == finished.result.at(0.3).comparison


def test_a_binary_outcome_is_scored_as_one():
    frame = hiring()
    frame["hired"] = np.where(frame["rating"] > frame["rating"].median(), "yes", "no")
    roles = replace(ROLES, outcome="hired", ignored=("rating",))
    result = run(frame, roles).result
    assert (result.data.outcome_kind, result.data.positive, result.metric) == ("binary", "yes", "brier")
    assert all(group.sigma is None for group in result.groups)
    rows, test = result.rows, result.rows.is_test
    assert 0 <= rows.rome.min() <= rows.rome.max() <= 1
    assert result.chosen.overall.scores["rome"]["brier"].value == pytest.approx(
        squared(rows, "rome")[test].mean()
    )
    assert result.chosen.overall.scores["pooled"]["auc"].value > 0.7
    assert rows.outcome[test].mean() == pytest.approx(rows.outcome[~test].mean(), abs=0.01)


def test_validation_keeps_both_outcomes_in_every_fold(monkeypatch):
    monkeypatch.setattr("rome.study.validation.KFold", None)
    frame = hiring()
    frame["hired"] = np.where(np.arange(900) % 60 == 0, "yes", "no")
    assert (
        run(frame, replace(ROLES, outcome="hired", ignored=("rating",)), n_groups=1).result.data.used == 900
    )


def test_a_rare_binary_outcome_is_refused_in_words():
    frame = hiring()
    frame["hired"] = np.where(np.arange(900) < 12, "yes", "no")
    roles = replace(ROLES, outcome="hired", ignored=("rating",))
    with pytest.raises(OutcomeError, match=r'"hired" has 8 of 630 training rows; a study needs at least 10'):
        run(frame, roles)


def test_equal_weights_change_nothing_and_weightless_rows_are_left_out(finished):
    frame = hiring()
    frame["weight"] = 3.0
    roles = replace(ROLES, weight="weight")
    same = run(frame, roles).result
    assert same.rows.pooled == pytest.approx(finished.result.rows.pooled)
    assert same.rows.rome == pytest.approx(finished.result.rows.rome, rel=1e-3)
    frame.loc[frame.index[:4], "weight"] = 0.0
    frame.loc[frame.index[4], "weight"] = np.nan
    less = run(frame, roles).result
    assert less.data.left_out == {"weight is zero": 4, "weight is missing": 1}
    assert less.data.used == 895


def test_weights_count_in_the_scores_of_held_out_rows():
    frame = hiring()
    frame["weight"] = np.random.default_rng(0).uniform(0.2, 5, len(frame))
    result = run(frame, replace(ROLES, weight="weight")).result
    rows, test = result.rows, result.rows.is_test
    expected = np.average(squared(rows, "pooled")[test], weights=rows.weight[test])
    assert result.chosen.overall.scores["pooled"]["mse"].value == pytest.approx(expected)
    assert expected != pytest.approx(squared(rows, "pooled")[test].mean(), rel=1e-3)


def test_one_group_is_the_pooled_model_and_is_said_to_be():
    result = run(n_groups=1).result
    assert result.rows.rome == pytest.approx(result.rows.pooled)
    assert result.dro.recommended == "pooled"
    assert "single group" in result.dro.sentence
    assert result.chosen.comparison["worst_latent"].difference == 0
    assert result.chosen.comparison["worst_observed"].p_value == 1
    assert result.fit.gain.value == 0
    assert result.groups[0].share == 1


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_one_model_is_recommended_where_there_is_one_group(seed):
    frame = hiring()
    rng = np.random.default_rng(seed)
    frame["rating"] = (
        30 + frame["work_sample"] * 0.5 - frame["school_rank"] * 0.2 + rng.normal(0, 4, 900)
    ).round(2)
    result = run(frame, random_state=seed).result
    assert result.dro.recommended == "pooled"
    assert result.dro.sentence.startswith("Use one model")


def test_observed_columns_can_be_named_and_guarded():
    result = run(observed=("referral",), guard="observed").result
    assert result.data.observed_columns == ("referral",)
    assert {score.group for score in result.chosen.groupings["observed"]} == {
        "referral = no",
        "referral = yes",
    }
    assert result.path[0].worst_group == result.evaluations[0].comparison["worst_observed"].rome


def test_a_sensitive_column_that_is_not_crossed_is_told():
    result = run(min_group_size=100).result
    told = [finding.column for finding in result.findings if "not split by" in finding.what]
    assert told
    assert set(told) == set(ROLES.sensitive) - set(result.data.observed_columns)


def test_fewer_resamples_than_asked_are_told(monkeypatch, finished):
    assert not any("resamples" in finding.what for finding in finished.result.findings)
    monkeypatch.setattr("rome.groups.intervals._MOST_CELLS", 1000)
    told = [finding.what for finding in run(n_groups=1, n_bootstrap=300).result.findings]
    assert "With 270 held-out rows, intervals rest on 200 resamples, not 300." in told


def test_progress_rises_to_one_and_is_told_in_words():
    seen = []
    study.run(as_table(hiring(300)), ROLES, QUICK, progress=lambda share, what: seen.append((share, what)))
    shares = [share for share, _ in seen]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert seen[-1][1] == "Done"
    assert len({what for _, what in seen}) >= 4


@pytest.mark.parametrize("stage", ["Preparing", "Fitting", "Choosing", "Scoring"])
def test_an_exception_from_progress_ends_the_study(stage):
    def stop(share: float, what: str) -> None:
        if what.startswith(stage):
            raise Cancelled

    with pytest.raises(Cancelled):
        study.run(as_table(hiring(300)), ROLES, QUICK, progress=stop)


def test_a_finding_that_forbids_a_study_is_raised_with_its_column():
    frame = hiring(200)
    frame["weight"] = -1.0
    with pytest.raises(RomeError, match="weight"):
        run(frame, replace(ROLES, weight="weight"))


def test_unknown_columns_name_the_nearest():
    with pytest.raises(ColumnError, match=r'nearest name is "referral"'):
        run(observed=("referal",))
    with pytest.raises(ColumnError, match='nearest name is "age"'):
        run(roles=replace(ROLES, sensitive=("agee",)))


def test_too_few_rows_for_the_groups_are_refused_in_words():
    with pytest.raises(RomeError, match="fewer groups"):
        run(hiring(100), n_groups=12)
