"""The Groups page: the answer, the cards, the map, and the rows that are picked."""

from __future__ import annotations

import pytest
from page_driver import charts, go, press, primary, start, words

from rome.report.sentences import gain_sentence, group_sentence
from rome.store import Library


@pytest.fixture
def result(studies, hiring_study):
    """The study that the page shows."""
    return Library(studies).load(hiring_study)


def _pick(at, option):
    box = next(box for box in at.selectbox if box.key.startswith("map-pick"))
    return box.set_value(option).run()


def test_without_a_study_the_page_says_why_and_where_to_go():
    assert "no table to make one of" in words(go(start(), "groups"))
    assert "Train one first" in words(go(press(start(), "sample-hiring"), "groups"))


def test_the_answer_comes_first_and_every_group_has_its_card(hiring_study, result):
    at = go(start(hiring_study), "groups")
    assert at.markdown[0].value.replace("\\", "") == gain_sentence(result)
    for index in range(2):
        assert group_sentence(result, index) in words(at)
    assert charts(at) == 4
    assert primary(at) == ["Compare with one model"]


@pytest.mark.parametrize("colour", ["predicted", "posterior", "doubt", "observed"])
def test_the_map_can_be_coloured_in_every_way(hiring_study, colour):
    at = go(start(hiring_study), "groups")
    at.button_group(key="map-colour").set_value(colour).run()
    assert not at.exception
    assert charts(at) == 4


def test_a_group_can_be_picked_by_keyboard_and_is_scored_on_held_out_rows(hiring_study, result):
    at = go(start(hiring_study), "groups")
    assert "Nothing is selected" in words(at)
    _pick(at, ("predicted", "Group 2"))
    inside = result.rows.predicted_group == 1
    held_out = inside & result.rows.is_test
    assert f"**{inside.sum():,} rows**" in words(at)
    assert f"{held_out.sum():,} of them held out" in words(at)
    assert "pooled → ROME" in words(at)
    assert len(at.dataframe[0].value) == inside.sum()


def test_picked_rows_show_the_tables_own_columns_where_the_table_is_open(hiring_study):
    at = _pick(go(start(hiring_study), "groups"), ("predicted", "Group 2"))
    assert "work_sample" not in at.dataframe[0].value.columns
    press(go(at, "data"), "sample-hiring")
    at = _pick(go(at, "groups"), ("predicted", "Group 2"))
    assert "work_sample" in at.dataframe[0].value.columns


def test_an_observed_group_can_be_picked(hiring_study, result):
    name = str(result.rows.observed_group[0])
    at = _pick(go(start(hiring_study), "groups"), ("observed", name))
    assert f"**{(result.rows.observed_group == name).sum():,} rows**" in words(at)


def test_a_umap_without_the_table_is_refused_beforehand_with_the_reason(hiring_study):
    at = go(start(hiring_study), "groups")
    assert at.button(key="map-umap").disabled
    assert "Open the table" in at.button(key="map-umap").help


def test_one_group_is_shown_as_one_group(one_group_study):
    at = go(start(one_group_study), "groups")
    assert "One group was fitted" in words(at)
    assert charts(at) == 4


def test_hostile_names_weights_and_a_binary_outcome_are_shown_without_harm(hostile_study):
    at = go(start(hostile_study), "groups")
    _pick(at, ("posterior", "Group 1"))
    assert not at.exception
    for element in [*at.markdown, *at.caption]:
        assert "<b>sex</b>" not in element.value
        assert "[x](http" not in element.value
