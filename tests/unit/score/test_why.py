"""What columns add to a prediction: exact sums, by hand from coefficients, and words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rome import figures
from rome.score import answer_of, contributions, row_at, typical_row
from rome.score.words import why_sentence


@pytest.fixture
def row(scorer, new):
    return row_at(new.frame, scorer, 17)


def test_parts_and_the_typical_rows_prediction_make_every_rules_prediction(scorer, row):
    found, answer = contributions(row, scorer), answer_of(row, scorer)
    assert found.rules == (*scorer.group_names, "rome", "pooled")
    told = [*answer.predictions, answer.rome, answer.pooled]
    assert found.total == pytest.approx(told)
    assert found.base + found.values.sum(axis=0) == pytest.approx(told)
    typical = answer_of(typical_row(scorer), scorer)
    assert found.base[: len(scorer.group_names)] == pytest.approx(typical.predictions)


def test_a_numbers_part_is_its_coefficient_times_the_distance_from_the_typical_value(scorer, row):
    found, typical = contributions(row, scorer), typical_row(scorer)
    place = found.columns.index("work_sample")
    for index, group in enumerate(scorer.study.groups):
        (coefficient,) = [each for each in group.coefficients if each.term == "work_sample"]
        step = row["work_sample"] - typical["work_sample"]
        assert found.values[place, index] == pytest.approx(coefficient.value * step)


def test_columns_that_no_rule_reads_add_nothing_and_those_that_add_most_come_first(scorer, row):
    found = contributions(row, scorer)
    assert not set(found.columns) & {"age", "sex", "origin"}
    largest = np.abs(found.values).max(axis=1)
    assert (np.diff(largest) <= 1e-12).all()


def test_a_typical_row_has_no_parts_and_says_so(scorer):
    found = contributions(typical_row(scorer), scorer)
    assert found.columns == ()
    assert "has its typical value" in why_sentence(found, scorer.study)
    assert figures.is_empty(figures.contributions_chart(scorer.study, found))


def test_a_row_that_differs_in_sensitive_columns_alone_is_not_called_typical(scorer):
    typical = typical_row(scorer)
    other = typical | {"age": typical["age"] + 20}
    found = contributions(other, scorer)
    assert found.columns == ()
    assert answer_of(other, scorer).rome != pytest.approx(answer_of(typical, scorer).rome)
    said = why_sentence(found, scorer.study)
    assert "Every value" not in said
    assert "only moves how much each group counts" in said


def test_a_missing_value_counts_as_what_the_rules_make_of_it(scorer, row):
    holed = dict(row) | {"work_sample": None}
    found, answer = contributions(holed, scorer), answer_of(holed, scorer)
    assert found.total == pytest.approx([*answer.predictions, answer.rome, answer.pooled])
    assert found.base + found.values.sum(axis=0) == pytest.approx(found.total)


def test_yes_or_no_is_explained_in_log_odds(weighted, new):
    row = row_at(new.frame, weighted, 3)
    found, answer = contributions(row, weighted), answer_of(row, weighted)
    assert found.rules == (*weighted.group_names, "pooled")
    odds = np.log(answer.pooled / (1 - answer.pooled))
    assert found.total[-1] == pytest.approx(odds)
    assert found.base + found.values.sum(axis=0) == pytest.approx(found.total)
    assert "log-odds" in why_sentence(found, weighted.study)


def test_the_chart_and_the_table_hold_the_same_numbers(scorer, row):
    found = contributions(row, scorer)
    table = figures.contributions_table(scorer.study, found).set_index("column")
    assert list(table.index) == ["typical row", *found.columns, "together"]
    assert table.iloc[:-1].sum().to_numpy() == pytest.approx(table.iloc[-1].to_numpy())
    chart = figures.contributions_chart(scorer.study, found)
    assert [trace.name for trace in chart.data] == list(table.columns)
    assert list(chart.data[0].x) == pytest.approx(list(table.iloc[1:-1, 0])[: len(chart.data[0].x)])


def test_the_sentence_names_the_largest_parts_of_rome_and_their_sum(scorer, row):
    found = contributions(row, scorer)
    place = found.rules.index("rome")
    first = found.columns[int(np.abs(found.values[:, place]).argmax())]
    said = why_sentence(found, scorer.study)
    assert said.startswith("ROME, with its groups weighted as for this row, predicts")
    assert f" for this one: {first} " in said


def test_a_column_that_was_not_moved_has_no_part(scorer):
    moved = typical_row(scorer) | {"work_sample": 90.0}
    found = contributions(moved, scorer)
    assert found.columns == ("work_sample",)


def test_networks_have_no_parts(scorer, row):
    other = replace(scorer, model=replace(scorer.model, groups=object()))
    assert contributions(row, other) is None
