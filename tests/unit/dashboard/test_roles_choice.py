"""The turn of the roles form: whatever is chosen, a column has one role at most and none is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.roles import RolesChoice
from rome.errors import ColumnError
from rome.table import Roles

COLUMNS = ("pay", "age", "sex", "hours", "grade", "wt", "id")
START = RolesChoice(COLUMNS, "pay", ("age", "sex"), ("sex",), ("hours", "grade"), weight="wt", ids=("id",))


def test_a_new_outcome_leaves_its_part_and_the_old_one_becomes_a_feature():
    after = START.after("outcome", "age")
    assert after.outcome == "age"
    assert after.sensitive == ("sex",)
    assert after.features == ("pay", "hours", "grade")


def test_no_outcome_frees_the_old_one():
    after = START.after("outcome", None)
    assert after.outcome is None
    assert "pay" in after.features


def test_a_column_made_sensitive_leaves_the_features():
    after = START.after("sensitive", ["sex", "age", "grade"])
    assert after.sensitive == ("age", "sex", "grade")
    assert after.features == ("hours",)


def test_a_column_no_longer_sensitive_becomes_a_feature_and_is_no_longer_allowed():
    after = START.after("sensitive", ["age"])
    assert after.allowed == ()
    assert after.features == ("sex", "hours", "grade")


def test_a_feature_that_is_taken_out_is_left_out():
    after = START.after("features", ["hours"])
    assert after.left_out == ("grade", "id")
    assert after.role_of("grade") == "ignore"


def test_an_identifier_keeps_its_name_while_it_is_left_out_and_loses_it_as_a_feature():
    assert START.role_of("id") == "id"
    assert START.after("features", ["hours", "id"]).roles().ids == ()


def test_a_weight_that_is_taken_back_becomes_a_feature():
    assert "wt" in START.after("weight", None).features


def test_a_prediction_that_is_taken_back_is_left_out():
    chosen = START.after("prediction", "grade")
    assert (chosen.prediction, chosen.features) == ("grade", ("hours",))
    assert chosen.roles().prediction == "grade"
    assert "grade" in chosen.after("prediction", None).left_out
    assert chosen.given("hours", "prediction").role_of("grade") == "ignore"


def test_only_sensitive_columns_can_be_allowed():
    assert START.after("allowed", ["age", "hours"]).allowed == ("age",)


def test_a_samples_roles_come_back_as_they_were():
    roles = Roles("pay", ("hours", "grade"), ("age", "sex"), ("sex",), "wt", ("id",))
    assert RolesChoice.from_roles(COLUMNS, roles).roles() == roles


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (START.after("outcome", None), "is the outcome"),
        (START.after("sensitive", []), "No column is sensitive"),
        (RolesChoice(COLUMNS, "pay", ("age",)), "No column is a feature"),
    ],
)
def test_parts_that_make_no_study_are_refused_with_what_is_missing(choice, said):
    with pytest.raises(ColumnError, match=said):
        choice.roles()


_NAMES = st.lists(st.sampled_from(COLUMNS), unique=True)
_TURNS = st.one_of(
    st.tuples(
        st.sampled_from(["outcome", "weight", "prediction"]), st.one_of(st.none(), st.sampled_from(COLUMNS))
    ),
    st.tuples(st.sampled_from(["sensitive", "allowed", "features"]), _NAMES),
)


@given(st.lists(_TURNS, max_size=8))
def test_after_any_turns_every_column_has_one_part_and_allowed_ones_are_sensitive(turns):
    choice = START
    for field, chosen in turns:
        choice = choice.after(field, chosen)
    single = [name for name in (choice.outcome, choice.weight, choice.prediction) if name]
    parts = [*single, *choice.sensitive, *choice.features]
    assert len(parts) == len(set(parts))
    assert set(parts) | set(choice.left_out) == set(COLUMNS)
    assert not set(parts) & set(choice.left_out)
    assert set(choice.allowed) <= set(choice.sensitive)


@given(st.sampled_from(["sensitive", "features"]), _NAMES)
def test_what_was_chosen_is_what_is_shown(field, chosen):
    after = START.after(field, chosen)
    assert set(getattr(after, field)) == set(chosen)
