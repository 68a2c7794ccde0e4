"""What decides a study: columns, weights, seed, strength; and what is refused in words."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from study_runs import QUICK, ROLES, as_table, hiring, made_lightly, run, squared

from rome import study
from rome.errors import Cancelled, ColumnError, OutcomeError, RomeError, SettingError
from rome.results import StudyResult
from rome.settings.study import STRENGTHS, Settings
from rome.store import study_document
from rome.text.advice import recommendation_sentence


def test_an_allowed_sensitive_column_enters_the_experts_and_the_pooled_model():
    result = run(roles=replace(ROLES, allowed=("sex",)), assess_groups=False, advise=False).result
    assert {term.column for term in result.pooled_coefficients} == {"", "sex", *ROLES.features}
    assert {term.column for term in result.groups[0].coefficients} == {"", "sex", *ROLES.features}


def test_rows_without_outcome_are_counted_and_their_numbers_skipped():
    frame = hiring()
    frame.loc[frame.index[[0, 3, 10]], "rating"] = np.nan
    result = run(frame, assess_groups=False, advise=False).result
    assert result.data.left_out == {"outcome is missing": 3}
    assert (result.data.rows, result.data.used) == (900, 897)
    assert result.rows.row[:4].tolist() == [2, 3, 5, 6]
    assert result.rows.row[-1] == 900
    assert any(finding.column == "rating" and finding.severity == "warning" for finding in result.findings)


def without_time(result: StudyResult) -> dict[str, object]:
    return study_document(replace(result, fit=replace(result.fit, seconds=0.0)))


def test_the_same_seed_gives_the_same_study_to_the_last_digit(finished):
    again = run().result
    # Compared as text: numbers that could not be computed are NaN, which equals nothing, not even itself.
    assert repr(without_time(again)) == repr(without_time(finished.result))
    assert repr(again.evaluations) == repr(finished.result.evaluations)
    for field in fields(again.rows):
        assert np.array_equal(getattr(again.rows, field.name), getattr(finished.result.rows, field.name))


def test_another_seed_gives_another_split_and_another_identity(unjudged):
    other = run(random_state=6, assess_groups=False, advise=False).result
    assert not np.array_equal(other.rows.is_test, unjudged.result.rows.is_test)
    assert other.study_id != unjudged.result.study_id


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


def test_a_chosen_strength_outside_the_grid_is_computed_and_marked_in_the_path(unjudged):
    result = run(dro_strength=0.333, assess_groups=False, advise=False).result
    assert result.dro.strength == result.chosen.strength == 0.333
    assert 0.333 in [point.strength for point in result.path]
    assert len(result.path) == len(result.evaluations) == len(STRENGTHS) + 1
    assert result.dro.recommended == unjudged.result.dro.recommended
    expected = squared(result.rows, "rome")[result.rows.is_test].mean()
    assert result.chosen.overall.scores["rome"]["mse"].value == pytest.approx(expected)
    with pytest.raises(SettingError, match=r"0\.34 was not computed"):
        result.at(0.34)


def test_a_strength_that_differs_by_rounding_is_the_one_of_the_grid():
    result = run(dro_strength=0.1 + 0.2, assess_groups=False, advise=False).result
    assert len(result.path) == len(STRENGTHS)
    assert result.dro.strength == 0.3


def test_the_chosen_strength_may_differ_from_the_recommended_one(unjudged):
    result = run(dro_strength=1.0, assess_groups=False, advise=False).result
    assert result.dro.strength == 1.0
    assert result.at(0.3).comparison == unjudged.result.at(0.3).comparison


def test_a_binary_outcome_is_scored_as_one():
    frame = hiring()
    frame["hired"] = np.where(frame["rating"] > frame["rating"].median(), "yes", "no")
    roles = replace(ROLES, outcome="hired", ignored=("rating",))
    result = run(frame, roles, assess_groups=False, advise=False).result
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
    monkeypatch.setattr("rome.study.cross_fit.KFold", None)
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


def test_equal_weights_change_nothing_and_weightless_rows_are_left_out(unjudged):
    frame = hiring()
    frame["weight"] = 3.0
    roles = replace(ROLES, weight="weight")
    same = run(frame, roles, assess_groups=False, advise=False).result
    assert same.rows.pooled == pytest.approx(unjudged.result.rows.pooled)
    assert same.rows.rome == pytest.approx(unjudged.result.rows.rome, rel=1e-3)
    frame.loc[frame.index[:4], "weight"] = 0.0
    frame.loc[frame.index[4], "weight"] = np.nan
    less = run(frame, roles, assess_groups=False, advise=False).result
    assert less.data.left_out == {"weight is zero": 4, "weight is missing": 1}
    assert less.data.used == 895


def test_weights_count_in_the_scores_of_held_out_rows():
    frame = hiring()
    frame["weight"] = np.random.default_rng(0).uniform(0.2, 5, len(frame))
    result = run(frame, replace(ROLES, weight="weight"), assess_groups=False, advise=False).result
    rows, test = result.rows, result.rows.is_test
    expected = np.average(squared(rows, "pooled")[test], weights=rows.weight[test])
    assert result.chosen.overall.scores["pooled"]["mse"].value == pytest.approx(expected)
    assert expected != pytest.approx(squared(rows, "pooled")[test].mean(), rel=1e-3)


def test_one_group_is_the_pooled_model():
    result = run(n_groups=1, advise=True, assess_groups=False).result
    assert result.rows.rome == pytest.approx(result.rows.pooled)
    assert result.dro.recommended == "pooled"
    assert not result.advice.own
    assert result.chosen.comparison["worst_latent"].difference == 0
    assert result.chosen.comparison["worst_observed"].p_value == 1
    assert result.fit.gain.value == 0
    assert result.groups[0].share == 1


@pytest.mark.parametrize("seed", [0, 1])
def test_one_line_is_advised_where_it_is_the_truth(seed):
    frame = hiring(600)
    rng = np.random.default_rng(seed)
    frame["rating"] = (
        30 + frame["work_sample"] * 0.5 - frame["school_rank"] * 0.2 + rng.normal(0, 4, 600)
    ).round(2)
    result = run(frame, random_state=seed, advise=True, assess_groups=False).result
    assert result.advice.model.kind == "line"
    assert recommendation_sentence(result).startswith("Use one line: ")


def test_observed_columns_can_be_named_and_guarded():
    result = run(observed=("referral",), guard="observed", assess_groups=False, advise=False).result
    assert result.data.observed_columns == ("referral",)
    assert {score.group for score in result.chosen.groupings["observed"]} == {
        "referral = no",
        "referral = yes",
    }
    assert result.path[0].worst_group == result.evaluations[0].comparison["worst_observed"].rome


def test_a_sensitive_column_that_is_not_crossed_is_told():
    result = run(min_group_size=100, assess_groups=False, advise=False).result
    told = [finding.column for finding in result.findings if "not split by" in finding.what]
    assert told
    assert set(told) == set(ROLES.sensitive) - set(result.data.observed_columns)


def test_fewer_resamples_than_asked_are_told(monkeypatch, finished):
    assert not any("resamples" in finding.what for finding in finished.result.findings)
    monkeypatch.setattr("rome.stats.bootstrap._MOST_CELLS", 1000)
    told = [finding.what for finding in run(n_groups=1, n_bootstrap=300).result.findings]
    assert "With 270 held-out rows, intervals rest on 200 resamples, not 300." in told


def test_progress_rises_to_one_and_is_told_in_words():
    seen = []
    with made_lightly():
        study.run(
            as_table(hiring(300)), ROLES, QUICK, progress=lambda share, what: seen.append((share, what))
        )
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
        study.run(
            as_table(hiring(300)), ROLES, replace(QUICK, assess_groups=False, advise=False), progress=stop
        )


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


def test_the_evidence_chooses_the_number_of_groups_from_training_rows():
    result = run(n_groups="auto", max_groups=3).result
    assert result.settings.n_groups == "auto"
    assert result.fit.n_groups == len(result.groups)
    assert [candidate.n_groups for candidate in result.selection] == [1, 2, 3]
    assert result.selection_reason is not None
    assert result.verdict.level == "supported"


def test_a_study_can_go_without_a_verdict():
    result = run(assess_groups=False, advise=False).result
    assert result.verdict is None
    assert result.selection == ()
