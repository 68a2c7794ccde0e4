"""Two studies against each other, on numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from results_factory import make_result
from sklearn.metrics import adjusted_rand_score

from rome.contrast import contrast
from rome.contrast import words as sentences
from rome.contrast.membership import adjusted_rand
from rome.figures.canvas import is_empty
from rome.figures.contrast import contrast_errors, contrast_errors_table
from rome.groups import scoring
from rome.results import StudyResult
from rome.runtime.random import stream_seed
from rome.settings.study import Settings
from rome.table import Roles


@pytest.fixture(scope="module")
def first() -> StudyResult:
    return make_result(2)


def with_rows(result: StudyResult, **changed) -> StudyResult:
    return replace(result, rows=replace(result.rows, **changed))


def swapped(result: StudyResult) -> StudyResult:
    """The same study with its two groups in the other order."""
    rows = result.rows
    return with_rows(
        result, membership=rows.membership[:, ::-1], responsibilities=rows.responsibilities[:, ::-1]
    )


def test_a_study_does_not_differ_from_itself(first):
    held = contrast(first, first)
    assert held.differences == ()
    assert held.movement.agreement == 1
    assert held.movement.rand == pytest.approx(1)
    assert [pair.against.difference.value for pair in held.scores if pair.against] == [0, 0]
    said = sentences.answer(held)
    assert "asked the same" in said
    assert "is the same in both" in said
    assert "All 600 shared rows stay" in said


def test_groups_are_matched_whatever_their_order(first):
    held = contrast(first, swapped(first))
    assert {(match.first, match.second) for match in held.movement.matches} == {(0, 1), (1, 0)}
    assert held.movement.agreement == 1


def test_rows_that_moved_are_counted_by_hand():
    result = make_result(2)
    sure = np.eye(2)[np.arange(600) % 2]
    moved = sure.copy()
    moved[:30] = moved[:30, ::-1]
    here = with_rows(result, membership=sure, responsibilities=sure)
    there = with_rows(result, membership=moved, responsibilities=moved)
    movement = contrast(here, there).movement
    assert movement.posterior.tolist() == [[285, 15], [15, 285]]
    assert movement.agreement == pytest.approx(0.95)
    assert movement.by_chance == pytest.approx(0.5)
    assert movement.matches[0].of_first == pytest.approx(0.95)
    said = sentences.answer(contrast(here, there))
    assert "30 of 600 shared rows (5.0%) are in another group" in said


def test_the_overlap_is_weighed_by_responsibilities_and_case_weights():
    result = make_result(2, rows=3)
    here = np.array([[0.8, 0.2], [0.5, 0.5], [0.1, 0.9]])
    there = np.array([[0.6, 0.4], [1.0, 0.0], [0.3, 0.7]])
    weight = np.array([1.0, 2.0, 1.0])
    studies = [
        with_rows(result, membership=each, responsibilities=each, weight=weight) for each in (here, there)
    ]
    overlap = (here * weight[:, None]).T @ there / 4
    [one, two] = contrast(*studies).movement.matches
    assert (one.overlap, two.overlap) == pytest.approx((overlap[0, 0], overlap[1, 1]))
    assert one.of_first == pytest.approx(overlap[0, 0] * 4 / (0.8 + 1.0 + 0.1))


def test_a_group_more_has_no_like(first):
    held = contrast(first, make_result(3))
    assert len(held.movement.matches) == 2
    assert any("of B has no like" in line for line in sentences.matches_said(held))
    assert held.movement.posterior.shape == (2, 3)


def test_only_rows_that_both_use_are_followed(first):
    later = with_rows(first, row=first.rows.row + 2)
    movement = contrast(first, later).movement
    assert movement.rows == 599


def test_the_adjusted_rand_index_is_that_of_an_independent_implementation():
    rng = np.random.default_rng(3)
    one, two = rng.integers(0, 3, 400), rng.integers(0, 4, 400)
    two[:200] = one[:200]
    counts = np.zeros((3, 4), int)
    np.add.at(counts, (one, two), 1)
    assert adjusted_rand(counts) == pytest.approx(adjusted_rand_score(one, two))


def test_errors_are_compared_on_the_rows_that_both_held_out(first):
    rows = first.rows
    worse = with_rows(first, rome=rows.rome + 1.0)
    held = contrast(first, worse)
    test = rows.is_test
    gap = (rows.outcome - rows.rome - 1)[test] ** 2 - (rows.outcome - rows.rome)[test] ** 2
    overall = next(pair for pair in held.scores if pair.whose == "overall")
    assert overall.rows == test.sum()
    assert overall.against.difference.value == pytest.approx(gap.mean())
    assert overall.against.difference.low < gap.mean() < overall.against.difference.high
    assert overall.first == first.chosen.comparison["overall"]


def test_a_difference_beyond_its_interval_is_claimed_and_one_within_is_not(first):
    rows = first.rows
    far = with_rows(first, rome=np.where(rows.is_test, rows.outcome, rows.rome))
    assert "is lower in B than in A" in sentences.answer(contrast(first, far))
    assert "is higher in B than in A" in sentences.answer(contrast(far, first))
    noise = np.random.default_rng(1).normal(size=len(rows.rome)) * 0.01
    assert "can't be told" in sentences.answer(contrast(first, with_rows(first, rome=rows.rome + noise)))


def test_rows_that_were_learnt_from_in_one_study_do_not_count(first):
    other = with_rows(first, is_test=~first.rows.is_test)
    held = contrast(first, other)
    assert all(pair.against is None for pair in held.scores)
    assert "Only 0 rows were held out by both" in sentences.answer(held)


def test_one_row_of_nearly_all_the_weight_leaves_too_few_to_compare_on(first):
    heavy = np.ones(600)
    heavy[np.flatnonzero(first.rows.is_test)[0]] = 1e6
    held = contrast(with_rows(first, weight=heavy), first)
    assert all(pair.against is None for pair in held.scores)
    assert "they say no more than 1 rows of equal weight, and 30 are needed" in sentences.answer(held)


def test_studies_of_different_tables_are_not_paired_nor_followed(first):
    other = replace(first, data=replace(first.data, fingerprint="0" * 32, name="b.csv"))
    held = contrast(first, other)
    assert held.movement is None
    assert not held.same_table
    assert all(pair.against is None for pair in held.scores)
    assert "different tables" in sentences.answer(held)
    assert {each.name for each in held.differences if each.kind == "table"} == {"name", "rows"}


def test_studies_of_different_outcomes_have_no_common_error(first):
    other = replace(first, roles=Roles("years of schooling", ("bmi",), ("age",)))
    held = contrast(first, other)
    assert held.scores == ()
    assert is_empty(contrast_errors(held))
    assert contrast_errors_table(held).empty
    assert "different outcomes" in sentences.answer(held)


def test_every_setting_role_and_version_that_differs_is_named(first):
    roles = first.roles
    other = replace(
        first,
        settings=Settings(
            n_groups=3, dro_strength=None, observed=("sex", "age"), assess_groups=False, advise=False
        ),
        roles=replace(roles, features=roles.features[:1], ignored=roles.features[1:]),
        versions=dict(first.versions) | {"numpy": "9"},
    )
    said = {
        sentences.difference_name(each): sentences.difference_values(each)
        for each in contrast(first, other).differences
    }
    assert said["number of groups"] == ("2", "3")
    assert said["DRO strength"] == ("0.3", "recommended")
    assert said["columns of the observed groups"] == ("the sensitive columns", "sex, age")
    assert said["groups assessed"] == ("yes", "no")
    assert said[f'the part of "{roles.features[1]}"'] == ("feature", "left out")
    assert said["the version of numpy"] == ("2.4.6", "9")


def of_networks(first: StudyResult, **moe) -> StudyResult:
    settings = Settings(n_groups=2, dro_strength=0.3, family="moe", moe=moe or None)
    return replace(first, settings=settings)


def test_settings_that_two_studies_of_networks_both_have_are_named_one_by_one(first):
    held = contrast(of_networks(first), of_networks(first, epochs=50, gate="as"))
    assert {each.name for each in held.differences} == {"moe.epochs", "moe.gate"}
    assert "differ in settings of the networks." in sentences.answer(held)


def test_lines_against_networks_are_told_once_and_not_setting_by_setting(first):
    lines = replace(first, settings=replace(first.settings, gate="flexible", noise="t"))
    networks = replace(of_networks(first, epochs=50), settings=of_networks(first).settings)
    held = contrast(lines, replace(networks, settings=replace(networks.settings, test_size=0.5)))
    assert {each.name for each in held.differences} == {"family", "test_size"}
    said = sentences.answer(held)
    assert said.startswith("A was trained as lines, B as networks. They also differ in share held out.")
    assert sentences.answer(contrast(networks, lines)).startswith("A was trained as networks, B as lines.")


def test_errors_are_resampled_from_a_stream_of_their_own(first, monkeypatch):
    seeds = []
    known = scoring.evaluate

    def noted(*given, resampling, **more):
        seeds.append(resampling.seed)
        return known(*given, resampling=resampling, **more)

    monkeypatch.setattr(scoring, "evaluate", noted)
    contrast(first, first)
    seed = first.settings.random_state
    assert seeds == [stream_seed(seed, "contrast bootstrap")]
    assert seeds != [seed]


def test_shares_are_of_the_first_studys_groups_and_none_of_an_empty_one():
    result = make_result(2, rows=8)
    here, there = np.eye(2)[[0] * 8], np.eye(2)[[0, 0, 0, 1, 1, 1, 1, 1]]
    studies = [with_rows(result, membership=each, responsibilities=each) for each in (here, there)]
    movement = contrast(*studies).movement
    for when in ("posterior", "predicted"):
        assert movement.counts(when).tolist() == [[3, 5], [0, 0]]
        np.testing.assert_allclose(movement.shares_of_first(when), [[0.375, 0.625], [np.nan, np.nan]])


def test_figure_and_table_hold_both_studies_with_intervals(first):
    held = contrast(first, make_result(3, seed=2))
    figure, table = contrast_errors(held), contrast_errors_table(held)
    assert [trace.name for trace in figure.data] == ["A: one model", "A: ROME", "B: one model", "B: ROME"]
    assert list(table["whose error"]) == ["Everybody", "Worst latent group", "Worst observed group"]
    overall = held.second.chosen.comparison["overall"]
    assert table.loc[0, ["B, ROME", "B, ROME_low", "B, ROME_high"]].tolist() == [
        overall.rome,
        overall.rome_low,
        overall.rome_high,
    ]
    assert np.isnan(table.loc[1, "relative change"])


def test_hostile_names_stay_words():
    held = contrast(make_result(2, hostile=True), make_result(3, hostile=True))
    assert "<script>" not in contrast_errors(held).to_json()
    assert sentences.answer(held)
