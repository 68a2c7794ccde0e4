"""Rows that are picked: who they are, and how pooled and ROME do on those of them that were held out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from results_factory import make_result

from rome.cohorts import rows_scores
from rome.cohorts.selection import observed_names, rows_of_group, selected_table


@pytest.fixture
def result():
    """A study of 600 rows with weights."""
    return make_result(weights=True)


def test_errors_are_those_of_the_held_out_rows_alone(result):
    rows = result.rows
    picked = rows.row[:200]
    inside = np.arange(600) < 200
    scored = inside & rows.is_test
    summary = rows_scores(result, picked)
    weights = rows.weight[scored]
    for value, prediction in ((summary.comparison.pooled, rows.pooled), (summary.comparison.rome, rows.rome)):
        squares = (rows.outcome - prediction)[scored] ** 2
        assert value == pytest.approx(np.average(squares, weights=weights))
    assert (summary.rows, summary.held_out) == (200, scored.sum())
    assert summary.share == pytest.approx(1 / 3)
    assert summary.outcome_mean == pytest.approx(np.average(rows.outcome[:200], weights=rows.weight[:200]))
    assert summary.comparison.low < summary.comparison.difference < summary.comparison.high


def test_rows_without_a_held_out_one_have_no_error(result):
    summary = rows_scores(result, result.rows.row[~result.rows.is_test])
    assert summary.comparison is None
    assert summary.held_out == 0
    assert summary.too_few


def test_numbers_of_rows_that_were_not_used_are_ignored(result):
    # The factory's rows are numbered 2, 4, 6, ….
    assert rows_scores(result, [2, 3, 4, 999_999]).rows == 2
    assert np.isnan(rows_scores(result, [1]).outcome_mean)


def test_few_held_out_rows_are_called_too_few():
    result = make_result()
    held_out = result.rows.row[result.rows.is_test]
    assert rows_scores(result, held_out[:29]).too_few
    assert not rows_scores(result, held_out[:30]).too_few


def test_groups_of_each_kind_hold_every_row_once(result):
    names = [group.name for group in result.groups]
    for kind, options in (("predicted", names), ("posterior", names), ("observed", observed_names(result))):
        rows = [row for name in options for row in rows_of_group(result, kind, name)]
        assert sorted(rows) == result.rows.row.tolist()


def test_observed_groups_come_largest_first(result):
    sizes = [len(rows_of_group(result, "observed", name)) for name in observed_names(result)]
    assert sizes == sorted(sizes, reverse=True)


def test_the_tables_own_columns_stand_beside_the_right_rows(result):
    frame = pd.DataFrame({"number": np.arange(1, 1213), "outcome": 0.0})
    table = selected_table(result, [4, 8], frame)
    assert table["row"].tolist() == [4, 8]
    assert table["number"].tolist() == [4, 8]
    assert table["outcome (table)"].tolist() == [0, 0]
    assert "number" not in selected_table(result, [4, 8]).columns
