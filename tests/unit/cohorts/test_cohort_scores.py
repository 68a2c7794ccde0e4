"""The errors of cohorts are those of their held-out rows alone, with a word on how the rows were chosen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from results_factory import make_result

from rome import figures
from rome.cohorts import Origin, cohort_scores, rows_scores
from rome.cohorts.cohort import make_cohort
from rome.cohorts.words import caution, cohort_line, scores_sentence

PLAIN = Origin("columns", "age up to 30", "nothing")


@pytest.fixture
def result():
    """A study of 600 rows with weights; its rows are numbered 2, 4, 6, …."""
    return make_result(weights=True)


def _cohort(result, name, places, origin=PLAIN):
    return make_cohort(name, result.rows.row[places], origin, made="2026-03-02T10:00:00+00:00")


def test_every_model_is_scored_on_the_held_out_rows_alone(result):
    rows = result.rows
    errors = rows_scores(result, rows.row[:200])
    scored = (np.arange(600) < 200) & rows.is_test
    assert (errors.rows, errors.held_out) == (200, scored.sum())
    for model in ("pooled", "rome", "pooled_with_sensitive"):
        squares = (rows.outcome - getattr(rows, model))[scored] ** 2
        found = errors.score.scores[model]["mse"]
        assert found.value == pytest.approx(np.average(squares, weights=rows.weight[scored]))
        assert found.low < found.value < found.high
    assert errors.score.share == pytest.approx(rows.weight[scored].sum() / rows.weight[rows.is_test].sum())


def test_a_cohort_of_training_rows_has_no_error_and_says_why(result):
    (found,) = cohort_scores(result, [_cohort(result, "Trained", ~result.rows.is_test)])
    assert found.scores.score is None
    assert np.isnan(found.p_holm)
    assert "none of its rows was held out" in scores_sentence(result, found)


def test_p_values_are_adjusted_for_the_cohorts_that_can_be_compared(result):
    cohorts = [
        _cohort(result, "a", slice(0, 300)),
        _cohort(result, "b", slice(200, 600)),
        _cohort(result, "few", slice(0, 12)),
    ]
    alone, _, few = cohort_scores(result, cohorts)
    plain = alone.scores.comparison.p_value
    assert alone.p_holm == pytest.approx(2 * plain)
    assert few.scores.too_few
    assert np.isnan(few.p_holm)


def test_rows_without_a_case_weight_do_not_count_as_held_out(result):
    held_out = np.flatnonzero(result.rows.is_test)[:50]
    weight = result.rows.weight.copy()
    weight[held_out[:20]] = 0
    lighter = replace(result, rows=replace(result.rows, weight=weight))
    assert rows_scores(lighter, result.rows.row[held_out]).held_out == 30
    nobody = replace(result, rows=replace(result.rows, weight=np.where(result.rows.is_test, 0.0, 1.0)))
    assert rows_scores(nobody, result.rows.row[held_out]).score is None


def test_one_row_of_nearly_all_the_weight_makes_a_cohort_too_small(result):
    held_out = np.flatnonzero(result.rows.is_test)[:100]
    even = replace(result, rows=replace(result.rows, weight=np.ones(600)))
    heavy = np.ones(600)
    heavy[held_out[0]] = 1e4
    uneven = replace(result, rows=replace(result.rows, weight=heavy))
    cohort = _cohort(result, "heavy", held_out)
    (before,), (after,) = cohort_scores(even, [cohort]), cohort_scores(uneven, [cohort])
    assert (before.scores.too_few, before.scores.score.too_small) == (False, False)
    assert (after.scores.too_few, after.scores.score.too_small) == (True, True)
    assert after.scores.held_out == 100
    assert np.isnan(after.p_holm)
    assert "too few to rely on" in scores_sentence(uneven, after)


def test_a_binary_outcome_is_scored_by_its_own_measures():
    result = make_result(2, "binary")
    errors = rows_scores(result, result.rows.row[:300])
    assert {"brier", "auc", "log_loss"} <= set(errors.score.scores["rome"])


@pytest.mark.parametrize(
    ("seen", "word"),
    [("nothing", "a question"), ("outcome", "selection effect"), ("training errors", "were not in view")],
)
def test_the_way_of_choosing_is_told_beside_the_errors(seen, word):
    assert word in caution(Origin("drawn", "Drawn on a map", seen))


def test_a_cohort_chosen_with_outcomes_in_view_is_called_no_confirmation(result):
    late = _cohort(result, "Late", slice(0, 300), Origin("group", "Group 2, after the outcome", "outcome"))
    (found,) = cohort_scores(result, [late])
    assert scores_sentence(result, found).endswith("with outcomes in view: not a confirmation.")
    assert cohort_line(late) == "300 rows, kept on 2026-03-02. How chosen: Group 2, after the outcome."


def test_the_figure_draws_large_cohorts_worst_first_and_names_small_ones(result):
    residual = np.abs(result.rows.outcome - result.rows.pooled)
    order = np.argsort(residual)
    cohorts = [
        _cohort(result, "close", order[:250]),
        _cohort(result, "far", order[-250:]),
        _cohort(result, "few", slice(0, 9)),
    ]
    found = cohort_scores(result, cohorts)
    figure = figures.cohort_errors(result, found)
    ticks = figure.layout.yaxis.ticktext
    assert ["far" in ticks[0], "close" in ticks[1], len(ticks)] == [True, True, 3]
    assert "few" in figures.caption(figure)
    table = figures.cohort_errors_table(result, found)
    assert table["cohort"].tolist() == ["far", "close", "few"]
    assert table["note"].tolist() == ["", "", "too few to rely on"]
    assert len(figures.alt_text(figure)) > 20


def test_without_a_large_cohort_the_figure_says_so(result):
    found = cohort_scores(result, [_cohort(result, "few", slice(0, 9))])
    assert figures.is_empty(figures.cohort_errors(result, found))
