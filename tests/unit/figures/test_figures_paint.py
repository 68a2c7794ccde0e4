"""A map can be coloured by errors and columns: held-out errors stay out of sight, levels are named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from results_factory import make_result

from rome import figures
from rome.results.verdict import SelectionCandidate
from rome.stats.estimate import Estimate


@pytest.fixture
def result():
    """A study of the even rows of a table of 1,212."""
    return make_result(3)


def _rows(trace):
    return {data[0] for data in trace.customdata or ()}


def test_errors_are_coloured_for_training_rows_and_never_for_held_out_ones(result):
    paint = figures.error_paint(result)
    assert np.isnan(paint.values[result.rows.is_test]).all()
    train = ~result.rows.is_test
    np.testing.assert_allclose(paint.values[train], np.abs(result.rows.outcome - result.rows.pooled)[train])
    figure = figures.group_map(result, paint=paint)
    blank = figure.data[0]
    assert _rows(blank) == set(result.rows.row[result.rows.is_test].tolist())
    assert not isinstance(blank.marker.color, tuple)
    coloured = set().union(*(_rows(trace) for trace in figure.data[1:]))
    assert coloured == set(result.rows.row[train].tolist())
    assert "training rows only" in figures.caption(figure)


def test_the_models_have_their_own_errors(result):
    pooled, rome = figures.error_paint(result, "pooled"), figures.error_paint(result, "rome")
    assert pooled.title != rome.title
    assert not np.allclose(pooled.values, rome.values, equal_nan=True)


def test_a_number_gets_a_scale_that_a_few_values_can_not_flatten(result):
    values = np.linspace(0, 1, 1212)
    values[1] = 1e9
    paint = figures.column_paint(result, pd.Series(values, name="x"))
    assert paint.names == ()
    assert paint.high < 2
    assert "98th percentile" in paint.note
    bar = figures.group_map(result, paint=paint).layout.coloraxis
    assert (bar.cmin, bar.cmax) == (paint.low, paint.high)


def test_levels_are_named_and_the_rare_share_one_entry(result):
    levels = [f"level {min(row // 2 % 30, 20)}" for row in range(1212)]
    levels[1] = None
    paint = figures.column_paint(result, pd.Series(levels, name="town", dtype="str"))
    assert len(paint.names) == 12
    assert paint.names[-2:] == ("other levels", "missing")
    assert paint.names[paint.values[0]] == "missing"
    named = np.array(paint.names)[paint.values]
    used = pd.Series(levels).iloc[result.rows.row - 1].to_numpy()
    kept = np.isin(named, paint.names[:-2])
    assert (named[kept] == used[kept]).all()
    figure = figures.group_map(result, paint=paint)
    assert any("other levels" in trace.name for trace in figure.data)


def test_a_number_with_few_values_is_coloured_value_by_value_in_order(result):
    paint = figures.column_paint(result, pd.Series(np.arange(1212.0) // 2 % 3 + 9, name="code"))
    assert paint.names == ("9", "10", "11")


def test_a_column_without_a_value_is_still_a_map(result):
    paint = figures.column_paint(result, pd.Series(np.full(1212, np.nan), name="x"))
    assert not figures.is_empty(figures.group_map(result, paint=paint))


@pytest.mark.parametrize("paint", ["error", "column"])
def test_unselected_points_stay_and_turn_grey(result, paint):
    series = pd.Series(np.arange(1212.0), name="x")
    made = figures.error_paint(result) if paint == "error" else figures.column_paint(result, series)
    chosen = result.rows.row[:50].tolist()
    figure = figures.group_map(result, paint=made, selected=chosen)
    points = [trace for trace in figure.data if trace.customdata]
    assert sum(len(trace.selectedpoints) for trace in points) == 50
    assert sum(len(trace.customdata) for trace in points) == 600
    assert {trace.unselected.marker.color for trace in points} == {figures.GREY}


def test_a_small_group_is_drawn_whole_on_a_thinned_map():
    result = make_result(12, rows=20_000)
    figure = figures.group_map(result, max_points=3000)
    totals = np.bincount(result.rows.predicted_group, minlength=12)
    drawn = [len(trace.customdata) for trace in figure.data]
    for group in np.flatnonzero(totals <= 3000 // 12):
        assert drawn[group] == totals[group]
    assert "of 20,000 rows are drawn" in figures.caption(figure)


def _candidate(number):
    return SelectionCandidate(
        number, 5 * number, -100.0, 300.0 - number, 290.0, 310.0, Estimate(-1.0, -1.2, -0.8), 4.0, 3.0, 0.2,
        float("nan") if number == 3 else 0.5,
    )  # fmt: skip


def test_criteria_are_drawn_by_number_of_groups_with_the_chosen_one_filled():
    figure = figures.selection_curves([_candidate(number) for number in (1, 2, 3)], 2)
    assert len(figure.data) == 3
    assert [colour == figures.ACCENT for colour in figure.data[0].marker.color] == [False, True, False]
    assert figure.data[2].y[2] is None
    assert "2 is chosen, BIC is lowest at 3" in figures.alt_text(figure)


def test_one_number_of_groups_makes_no_curve():
    assert figures.is_empty(figures.selection_curves([_candidate(1)], 1))
