"""The steps of the Data page, and the way back from each."""

from __future__ import annotations

from dashboard.roles import RolesChoice, Version
from dashboard.screens.data.columns import edited
from dashboard.screens.data.opening import changed
from rome.table import Fix, ReadingOptions
from rome.table.reading.options import MISSING_MARKS

CHOICE = RolesChoice(("y", "x", "sex", "id"), "y", ("sex",), features=("x", "id"))
START = Version(ReadingOptions(), CHOICE)
LEAVE_OUT, CODES = Fix("leave_out", "id"), Fix("as_categories", "x")


def test_a_step_that_leaves_a_column_out_is_taken_back_to_the_role_it_had():
    after = START.after([LEAVE_OUT])
    assert after.choice.left_out == ("id",)
    assert after.without(after.fixes[0]) == START


def test_one_of_several_steps_can_be_taken_back_alone():
    after = START.after([LEAVE_OUT, CODES])
    assert after.options.categories == ("x",)
    back = after.without(after.fixes[0])
    assert back.choice == CHOICE
    assert [each.fix for each in back.fixes] == [CODES]


def test_a_step_that_was_taken_changes_nothing_when_it_is_taken_again():
    after = START.after([LEAVE_OUT])
    assert after.after([LEAVE_OUT]) == after


def test_an_edit_by_hand_overtakes_a_step():
    after = START.after([LEAVE_OUT])
    by_hand = Version(after.options, after.choice.given("id", "feature"), after.fixes).settled()
    assert by_hand.fixes == ()
    assert after.settled() == after


def test_a_second_outcome_makes_the_first_a_feature():
    after = CHOICE.given("x", "outcome")
    assert (after.outcome, after.features) == ("x", ("y", "id"))


def test_roles_are_carried_to_a_table_that_was_read_in_another_way():
    guess = RolesChoice(("y", "x", "sex", "new"), "new", ("x",), features=("y", "sex"))
    carried = CHOICE.carried_to(guess)
    assert (carried.outcome, carried.sensitive) == ("y", ("sex",))
    assert carried.role_of("new") == "feature"


def test_a_table_with_other_columns_keeps_its_own_guess():
    guess = RolesChoice(("a", "b", "c"), "c", ("a",), features=("b",))
    assert CHOICE.carried_to(guess) == guess


def test_what_lacks_is_named():
    assert CHOICE.lacks == ""
    assert CHOICE.given("y", "feature").lacks == "outcome"
    assert CHOICE.given("sex", "feature").lacks == "sensitive"
    assert CHOICE.given("x", "ignore").given("id", "ignore").lacks == "features"


def test_an_edit_in_the_table_moves_one_column_and_an_edit_of_the_outcome_two():
    assert edited(CHOICE, CHOICE, {1: "weight"}).weight == "x"
    after = edited(CHOICE, CHOICE, {1: "outcome"})
    assert (after.outcome, after.role_of("y")) == ("x", "feature")


def test_a_control_set_to_what_was_found_leaves_the_matter_to_the_file():
    options = changed(ReadingOptions(), "separator", ";")
    assert options.separator == ";"
    assert changed(options, "separator", "") == ReadingOptions()
    assert changed(ReadingOptions(), "header", "no").header is False
    assert changed(ReadingOptions(), "missing", list(MISSING_MARKS)).missing is None
    assert changed(ReadingOptions(), "missing", []).missing == ()


def test_another_header_forgets_what_was_said_of_single_columns():
    options = ReadingOptions(categories=("x",), missing_values=(("x", "9"),))
    assert changed(options, "header", "yes") == ReadingOptions(header=True)
    assert changed(options, "decimal", ",").categories == ("x",)
