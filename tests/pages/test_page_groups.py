"""The Groups page: the answer, the cards, the map, and the rows that are picked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from page_driver import charts, go, press, primary, start, words

from dashboard.screens.groups import map as group_map
from dashboard.screens.groups import rows as group_rows
from rome.cohorts import CohortBook
from rome.store import Library
from rome.text.failed import failed_sentence
from rome.text.groups import group_sentence, movers_sentence, rules_said
from rome.text.verdict import verdict_answer, verdict_detail


@pytest.fixture
def result(studies, hiring_study):
    """The study that the page shows."""
    return Library(studies).load(hiring_study)


def _pick(at, option):
    box = next(box for box in at.selectbox if box.key.startswith("map-pick"))
    return box.set_value(option).run()


def _rows(at):
    """Return the table of the selected rows."""
    return next(frame.value for frame in at.dataframe if "Row" in frame.value.columns)


def _name(at, name):
    key = next(box.key for box in at.text_input if box.key.startswith("cohort-name"))
    at.text_input(key=key).set_value(name)
    return press(at, "cohort-save")


@pytest.fixture
def book(studies, hiring_study):
    """The cohorts of the study, empty before and after each test."""
    kept = CohortBook(Library(studies).folder(hiring_study))
    kept.path.unlink(missing_ok=True)
    yield kept
    kept.path.unlink(missing_ok=True)


def test_without_a_study_the_page_says_why_and_where_to_go():
    assert "no table to make one of" in words(go(start(), "groups"))
    assert "Train one first" in words(go(press(start(), "sample-hiring"), "groups"))


def test_the_answer_comes_first_and_every_group_has_its_card(hiring_study, result):
    at = go(start(hiring_study), "groups")
    assert at.markdown[0].value.replace("\\", "") == verdict_answer(result)
    assert verdict_detail(result) in words(at)
    for index in range(2):
        assert group_sentence(result, index) in words(at)
    assert charts(at) == 7
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


@pytest.mark.parametrize("colour", ["predicted", "posterior", "doubt", "observed", "error", "column"])
def test_the_map_can_be_coloured_in_every_way(hiring_study, colour):
    at = go(start(hiring_study), "groups")
    at.selectbox(key="map-colour").set_value(colour).run()
    assert not at.exception
    assert charts(at) == 7


def test_a_group_can_be_picked_by_keyboard_and_is_scored_on_held_out_rows(hiring_study, result):
    at = go(start(hiring_study), "groups")
    assert "Nothing is selected" in words(at)
    _pick(at, ("predicted", "Group 2"))
    inside = result.rows.predicted_group == 1
    held_out = inside & result.rows.is_test
    assert f"**{inside.sum():,} rows**" in words(at)
    assert f"{held_out.sum():,} of them held out" in words(at)
    assert "pooled → ROME" in words(at)
    assert len(_rows(at)) == inside.sum()


def test_picked_rows_show_the_tables_own_columns_where_the_table_is_open(hiring_study, hostile_study):
    # The table of a sample's study is opened with it; that of a file of one's own is not at hand.
    at = _pick(go(start(hostile_study), "groups"), ("posterior", "Group 1"))
    assert "weight" not in _rows(at).columns
    at = _pick(go(start(hiring_study), "groups"), ("predicted", "Group 2"))
    assert "work_sample" in _rows(at).columns


def test_an_observed_group_can_be_picked(hiring_study, result):
    name = str(result.rows.observed_group[0])
    at = _pick(go(start(hiring_study), "groups"), ("observed", name))
    assert f"**{(result.rows.observed_group == name).sum():,} rows**" in words(at)


def test_a_umap_without_the_table_is_refused_beforehand_with_the_reason(hostile_study):
    at = go(start(hostile_study), "groups")
    assert at.button(key="map-umap").disabled
    assert "Open the table" in at.button(key="map-umap").help


def test_one_group_is_shown_as_one_group(one_group_study):
    at = go(start(one_group_study), "groups")
    assert "One group was fitted" in words(at)
    assert "rule on" not in words(at)
    assert charts(at) == 5


def test_hostile_names_weights_and_a_binary_outcome_are_shown_without_harm(hostile_study):
    at = go(start(hostile_study), "groups")
    _pick(at, ("posterior", "Group 1"))
    assert not at.exception
    for element in [*at.markdown, *at.caption]:
        assert "<b>sex</b>" not in element.value
        assert "[x](http" not in element.value


def test_a_picked_group_without_rows_is_called_empty_and_not_unpicked(hiring_study, monkeypatch):
    monkeypatch.setattr(group_rows, "rows_of_group", lambda *named: ())
    at = _pick(go(start(hiring_study), "groups"), ("predicted", "Group 2"))
    assert "No row is in Group 2, before the outcome" in words(at)
    assert "Nothing is selected" not in words(at)


def test_groups_that_the_map_cannot_show_are_named_under_it(hiring_study, monkeypatch):
    assert "No row is in" not in words(go(start(hiring_study), "groups"))
    monkeypatch.setattr(group_map, "rows_of_group", lambda result, kind, name: (1,) * (name != "Group 2"))
    assert "No row is in Group 2, before the outcome" in words(go(start(hiring_study), "groups"))


def test_a_group_of_too_few_held_out_rows_says_so_on_its_card(hiring_study, result):
    at = go(start(hiring_study), "groups")
    assert "Fewer than 30 held-out rows belong here" not in words(at)
    small = {
        key: tuple(replace(each, too_small=True) for each in scored)
        for key, scored in result.chosen.groupings.items()
    }
    evaluations = tuple(replace(stored, groupings=small) for stored in result.evaluations)
    at.session_state["rome"].study = replace(result, evaluations=evaluations)
    assert words(at.run()).count("Fewer than 30 held-out rows belong here") == 2


def test_groups_that_describe_better_do_not_hide_that_one_model_is_recommended(hiring_study, result):
    at = go(start(hiring_study), "groups")
    assert "These groups are not what is advised for prediction" not in words(at)
    at.session_state["rome"].study = replace(result, dro=replace(result.dro, recommended="pooled"))
    assert "These groups are not what is advised for prediction" in words(at.run())


def test_a_map_coloured_by_a_column_needs_the_table(hiring_study, hostile_study):
    at = go(start(hostile_study), "groups")
    at.selectbox(key="map-colour").set_value("column").run()
    assert "Columns need the study's table" in words(at)
    at = go(start(hiring_study), "groups")
    at.selectbox(key="map-colour").set_value("column").run()
    assert "Columns need the study's table" not in words(at)
    box = next(box for box in at.selectbox if box.key.startswith("map-column"))
    box.set_value("work_sample").run()
    assert not at.exception


def test_a_map_coloured_by_error_says_that_held_out_rows_stay_out_of_sight(hiring_study):
    at = go(start(hiring_study), "groups")
    at.selectbox(key="map-colour").set_value("error").run()
    assert "Held-out rows are drawn pale" in words(at)


def test_rows_are_chosen_by_columns_without_a_mouse(hiring_study, hiring, result):
    at = _pick(go(start(hiring_study), "groups"), ("columns", ""))
    assert "Choose a column beside the map" in words(at)
    next(box for box in at.multiselect if box.key.startswith("filter-columns")).set_value(["sex"]).run()
    assert "Choose a column beside the map" in words(at)
    at.multiselect(key=f"filter-{result.study_id}-sex").set_value(["female"]).run()
    women = (hiring.frame["sex"] == "female").to_numpy()[result.rows.row - 1]
    assert f"**{women.sum():,} rows**" in words(at)
    assert "How they differ from everybody" in words(at)
    assert "chosen without their outcomes in view" in words(at)


def test_columns_can_not_be_chosen_by_without_the_table(hostile_study):
    at = _pick(go(start(hostile_study), "groups"), ("columns", ""))
    assert "To choose by columns, the study's table is needed" in words(at)
    assert "Nothing is selected" in words(at)


def test_the_outcome_as_a_condition_is_called_no_confirmation(hiring_study, result):
    at = _pick(go(start(hiring_study), "groups"), ("columns", ""))
    box = next(box for box in at.multiselect if box.key.startswith("filter-columns"))
    box.set_value([result.roles.outcome]).run()
    assert "selection effect" in words(at)


def test_a_named_cohort_is_kept_with_the_study_and_scored(hiring_study, result, book):
    at = _pick(go(start(hiring_study), "groups"), ("predicted", "Group 2"))
    assert "No cohort is kept yet" in words(at)
    before = charts(at)
    _name(at, "Second <b>group</b>")
    (kept,) = book.all()
    assert kept.name == "Second <b>group</b>"
    assert kept.rows == tuple(result.rows.row[result.rows.predicted_group == 1])
    assert kept.origin.seen == "nothing"
    assert "Second <b>group</b>: mean squared error" in words(at)
    assert "after Holm" in words(at)
    assert charts(at) == before + 1
    again = _pick(go(start(hiring_study), "groups"), ("cohort", kept.cohort_id))
    assert f"**{len(kept.rows):,} rows**" in words(again)


def test_a_cohort_chosen_after_the_outcome_says_that_it_confirms_nothing(hiring_study, book):
    at = _pick(go(start(hiring_study), "groups"), ("posterior", "Group 2"))
    assert "Not a confirmation" in words(at)
    _name(at, "Late")
    assert "chosen with outcomes in view: not a confirmation" in words(at)


def test_a_cohort_without_a_name_is_refused_with_the_reason(hiring_study, book):
    at = _pick(go(start(hiring_study), "groups"), ("predicted", "Group 2"))
    press(at, "cohort-save")
    assert "has no name" in words(at)
    assert book.all() == ()


def test_a_cohort_is_renamed_deleted_and_brought_back(hiring_study, book):
    at = _pick(go(start(hiring_study), "groups"), ("predicted", "Group 2"))
    _name(at, "First name")
    (kept,) = book.all()
    at.text_input(key=f"cohort-new-name-{kept.cohort_id}").set_value("Second name")
    press(at, f"cohort-rename-{kept.cohort_id}")
    assert [each.name for each in book.all()] == ["Second name"]
    press(at, f"cohort-delete-{kept.cohort_id}")
    assert book.all() == ()
    assert "“Second name” was deleted." in words(at)
    press(at, "cohort-undo")
    assert [each.name for each in book.all()] == ["Second name"]
    assert "was deleted" not in words(at)


def test_damaged_cohorts_are_told_and_the_page_stays(hiring_study, book):
    book.path.write_text("{")
    at = go(start(hiring_study), "groups")
    assert "cohorts can be read" in words(at)
    assert charts(at) == 7


def test_the_page_says_who_is_failed(hiring_study, result):
    at = go(start(hiring_study), "groups")
    assert "Who is failed" in {heading.value for heading in at.subheader}
    assert failed_sentence(result) in words(at)


def test_a_study_from_before_has_no_word_of_who_is_failed(hiring_study, result):
    at = go(start(hiring_study), "groups")
    at.session_state["rome"].study = replace(result, failed=())
    assert "Who is failed" not in {heading.value for heading in at.run().subheader}
    assert not at.exception
