"""The What-if page: typical values, a real row, an edit, and what leaves the training range."""

from __future__ import annotations

import pytest
from page_driver import charts, go, press, start, upload, words

from rome.datasets import load_sample
from rome.score import answer_of, load_scorer, typical_row
from rome.score.words import what_if_sentence
from rome.store import Library


@pytest.fixture
def by(studies, hiring_study):
    return load_scorer(Library(studies).folder(hiring_study))


def field(at, name):
    """Return the field of a column."""
    boxes = [*at.number_input, *at.selectbox]
    return next(box for box in boxes if str(box.label).replace("\\", "").split(" · ")[0] == name)


def test_without_a_study_the_page_says_why_and_where_to_go():
    assert "no table to make one of" in words(go(start(), "what_if"))


def test_it_starts_from_typical_values_with_every_column_and_its_range(hiring_study, by):
    at = go(start(hiring_study), "what_if")
    typical = typical_row(by)
    assert field(at, "age").value == typical["age"]
    assert field(at, "sex").value == typical["sex"]
    low, high = by.reference.column("age").low, by.reference.column("age").high
    assert field(at, "age").label.replace("\\", "") == f"age · {low:g} to {high:g}"
    assert "Change a value on the left." in words(at)
    assert charts(at) == 2
    assert not at.warning


def test_an_edit_changes_the_answer_and_says_what_was_before(hiring_study, by):
    at = go(start(hiring_study), "what_if")
    field(at, "age").set_value(26.0).run()
    row = typical_row(by)
    before, now = answer_of(row, by), answer_of(row | {"age": 26.0}, by)
    said = words(at)
    assert what_if_sentence(before, now, by.study) in said
    assert f"**age** {row['age']:.0f} → 26" in said
    press(at, "what-if-reset")
    assert "Change a value on the left." in words(at)
    assert field(at, "age").value == row["age"]


def test_an_edit_that_leaves_the_training_range_is_warned_of(hiring_study):
    at = go(start(hiring_study), "what_if")
    field(at, "age").set_value(99.0).run()
    assert "age leaves what the training rows held" in at.warning[0].value
    assert not at.exception


def test_a_value_can_be_missing(hiring_study):
    at = go(start(hiring_study), "what_if")
    field(at, "sex").select_index(0).run()
    assert "→ missing" in words(at)
    assert not at.exception


def test_it_can_start_from_a_row_of_the_scored_file(hiring_study):
    frame = load_sample("hiring").iloc[:40].copy()
    frame.iloc[2, frame.columns.get_loc("age")] = 61
    at = upload(go(start(hiring_study), "score"), "new.csv", frame.to_csv(index=False).encode())
    at = go(at, "what_if")
    starts = next(group for group in at.button_group if "what-if-start" in group.key)
    at = starts.set_value("file").run()
    number = next(box for box in at.number_input if box.key.startswith("what-if-row"))
    at = number.set_value(3).run()
    assert field(at, "age").value == 61
    assert not at.exception


def test_one_group_has_predictions_and_no_membership(one_group_study):
    at = go(start(one_group_study), "what_if")
    assert charts(at) == 1
    assert "likeliest group" not in words(at)


def test_hostile_names_and_a_binary_outcome_are_shown_without_harm(hostile_study):
    at = go(start(hostile_study), "what_if")
    assert not at.exception
    for element in [*at.markdown, *at.caption]:
        assert "<b>sex</b>" not in element.value
