"""The Groups page: the answer, the cards, the map, and the rows that are picked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from page_driver import charts, go, press, primary, start, words

from dashboard import wording
from dashboard.components import map_card
from rome.report.description import group_sentence, movers_sentence, rules_said
from rome.report.sentences import reality_sentence
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
    assert at.markdown[0].value.replace("\\", "") == reality_sentence(result)
    for index in range(2):
        assert group_sentence(result, index) in words(at)
    assert charts(at) == 6
    assert primary(at) == ["Compare with one model"]


def test_a_card_says_the_rule_in_bold_what_it_is_worth_and_what_moves_people(hiring_study, result):
    said = words(go(start(hiring_study), "groups"))
    for index in range(2):
        rule = rules_said(result, index)[0]
        assert rule.rule
        assert f"{rule.lead} **{rule.rule}.** {rule.worth}" in said
        assert movers_sentence(result, index) in said


def test_a_card_says_that_no_simple_rule_finds_the_group(hiring_study, result):
    at = go(start(hiring_study), "groups")
    assert "No simple rule" not in words(at)
    first, *others = result.groups
    rules = tuple(replace(rule, level="none") for rule in first.description.rules)
    poor = replace(first, description=replace(first.description, rules=rules))
    at.session_state["rome"].study = replace(result, groups=(poor, *others))
    assert "No simple rule on the sensitive columns finds this group." in words(at.run())


@pytest.mark.parametrize("colour", ["predicted", "posterior", "doubt", "observed"])
def test_the_map_can_be_coloured_in_every_way(hiring_study, colour):
    at = go(start(hiring_study), "groups")
    at.button_group(key="map-colour").set_value(colour).run()
    assert not at.exception
    assert charts(at) == 6


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
    assert "rule on" not in words(at)
    assert charts(at) == 4


def test_hostile_names_weights_and_a_binary_outcome_are_shown_without_harm(hostile_study):
    at = go(start(hostile_study), "groups")
    _pick(at, ("posterior", "Group 1"))
    assert not at.exception
    for element in [*at.markdown, *at.caption]:
        assert "<b>sex</b>" not in element.value
        assert "[x](http" not in element.value


def test_a_picked_group_without_rows_is_called_empty_and_not_unpicked(hiring_study, monkeypatch):
    monkeypatch.setattr(map_card, "rows_of_group", lambda *named: ())
    at = _pick(go(start(hiring_study), "groups"), ("predicted", "Group 2"))
    assert "No row is in Group 2, before the outcome" in words(at)
    assert "Nothing is selected" not in words(at)


def test_groups_that_the_map_cannot_show_are_named_under_it(hiring_study, monkeypatch):
    assert "No row is in" not in words(go(start(hiring_study), "groups"))
    monkeypatch.setattr(map_card, "rows_of_group", lambda result, kind, name: (1,) * (name != "Group 2"))
    assert "No row is in Group 2, before the outcome" in words(go(start(hiring_study), "groups"))


def test_a_group_of_too_few_held_out_rows_says_so_on_its_card(hiring_study, result):
    at = go(start(hiring_study), "groups")
    assert wording.groups.too_few(30) not in words(at)
    small = {
        key: tuple(replace(each, too_small=True) for each in scored)
        for key, scored in result.chosen.groupings.items()
    }
    evaluations = tuple(replace(stored, groupings=small) for stored in result.evaluations)
    at.session_state["rome"].study = replace(result, evaluations=evaluations)
    assert words(at.run()).count(wording.groups.too_few(30)) == 2


def test_groups_that_describe_better_do_not_hide_that_one_model_is_recommended(hiring_study, result):
    at = go(start(hiring_study), "groups")
    assert wording.groups.NOT_RECOMMENDED not in words(at)
    at.session_state["rome"].study = replace(result, dro=replace(result.dro, recommended="pooled"))
    assert wording.groups.NOT_RECOMMENDED in words(at.run())
