"""Which rows are called unlike anything seen, and why."""

from __future__ import annotations

import json

import numpy as np
import pytest
from reference_people import flags_of, learn, people

from rome.errors import StoreError
from rome.reference import Reference
from rome.reference.novelty import FALSE_FLAG_RATE, _limit


@pytest.fixture(scope="module")
def learnt():
    return learn(1400, 600, 0)


def one(frame, **values):
    row = frame.iloc[[0]].copy()
    for name, value in values.items():
        row[name] = value
    return row


def reasons(learnt, **values):
    typical = {"height": 170.0, "weight": 70.0, "income": 22_000.0, "job": "clerk", "sex": "f", "town": "t1"}
    found = flags_of(*learnt, one(people(5, 1), **{**typical, **values}))
    return [reason for reason, flag in found.items() if flag[0]]


def test_a_typical_row_is_not_flagged(learnt):
    assert reasons(learnt) == []


def test_a_category_that_never_came_is_flagged(learnt):
    assert "category" in reasons(learnt, sex="x")


def test_a_new_category_is_no_surprise_where_new_ones_are_usual(learnt):
    reference, _ = learnt
    assert reference.column("town").unseen_mass > FALSE_FLAG_RATE
    assert "town" not in reference.novelty.watched
    assert "category" not in reasons(learnt, town="elsewhere")


def test_a_number_far_outside_the_range_is_flagged_and_one_inside_is_not(learnt):
    assert "range" in reasons(learnt, height=300.0, weight=187.0)
    assert "range" not in reasons(learnt, height=185.0, weight=83.5)


def test_a_combination_that_never_came_is_flagged_though_each_value_is_usual(learnt):
    assert reasons(learnt, height=190.0, weight=52.0) == ["far"]
    assert reasons(learnt, height=190.0, weight=88.0) == []


def test_the_columns_of_an_odd_combination_are_named(learnt):
    reference, design = learnt
    row = one(people(5, 1), height=190.0, weight=52.0, income=22_000.0, job="clerk", sex="f", town="t1")
    strange = reference.novelty.strangeness(reference.columns, design, row, design.transform(row))
    places = reference.novelty.far_places(strange.parts)[0]
    assert {reference.columns[place].column for place in places} == {"height", "weight"}
    assert strange.parts.sum(axis=1) == pytest.approx(strange.distance)


def test_a_limit_is_the_quantile_that_bounds_the_rate_and_the_largest_of_few():
    scores = np.arange(1.0, 1000.0)
    # The 990th of 999: nine larger, as many as 1% of 1,000 allows besides the new row itself.
    assert _limit(scores, 0.01) == 990
    assert _limit(np.array([3.0, 1.0, 2.0]), 0.01) == 3


def test_few_held_out_rows_promise_less():
    few, _ = learn(300, 40, 3)
    many, _ = learn(300, 900, 3)
    assert many.novelty.rate <= FALSE_FLAG_RATE + 1e-12
    assert few.novelty.rate == pytest.approx(2 / 41, abs=FALSE_FLAG_RATE)


def test_a_reference_comes_back_as_it_was(learnt, tmp_path):
    reference, design = learnt
    reference.save(tmp_path)
    back = Reference.load(tmp_path)
    assert (back.columns, back.cells) == (reference.columns, reference.cells)
    new = people(500, 9)
    before, after = flags_of(reference, design, new), flags_of(back, design, new)
    assert all(np.array_equal(before[reason], after[reason]) for reason in before)
    assert np.array_equal(back.observed(new), reference.observed(new))


def test_a_study_from_before_references_says_what_to_do(tmp_path):
    with pytest.raises(StoreError, match="make the study again to score rows"):
        Reference.load(tmp_path)


@pytest.mark.parametrize(
    "content", ["", "[1]", '{"schema": "rome.reference/9"}', '{"schema": "rome.reference/1"}']
)
def test_a_damaged_reference_is_refused_in_words(learnt, tmp_path, content):
    learnt[0].save(tmp_path)
    (tmp_path / "reference.json").write_text(content)
    with pytest.raises(StoreError, match="damaged"):
        Reference.load(tmp_path)


def test_an_entry_of_another_kind_is_refused_in_words(learnt, tmp_path):
    learnt[0].save(tmp_path)
    document = json.loads((tmp_path / "reference.json").read_text(encoding="utf-8"))
    document["novelty"]["held_out"] = "many"
    (tmp_path / "reference.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(StoreError, match="damaged"):
        Reference.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "entry", "value"),
    [
        ("height", "knots", []),
        ("height", "upto", [0.5]),
        ("height", "missing", -1),
        ("sex", "counts", {"f": 3}),
    ],
)
def test_a_column_that_contradicts_itself_is_refused_in_words(learnt, tmp_path, name, entry, value):
    learnt[0].save(tmp_path)
    document = json.loads((tmp_path / "reference.json").read_text(encoding="utf-8"))
    column = next(column for column in document["columns"] if column["column"] == name)
    column[entry] = value
    (tmp_path / "reference.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(StoreError, match=f'"{name}"'):
        Reference.load(tmp_path)
