"""Which column plays which part, and the first guess of it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from rome.errors import ColumnError
from rome.table import ROLES, Roles, guess_roles

COLUMNS = ["y", "bmi", "sex", "age", "w", "id", "note"]
ROLES_OF = Roles("y", ("bmi",), ("sex", "age"), allowed=("age",), weight="w", ids=("id",), ignored=("note",))
AUDIT = Roles("y", ("bmi",), ("sex",), prediction="yhat")


def test_experts_see_features_and_allowed_columns_and_the_gate_all_sensitive_ones():
    assert ROLES_OF.expert_columns == ("bmi", "age")
    assert ROLES_OF.gate_columns == ("sex", "age")
    assert ROLES_OF.used_columns == ("y", "bmi", "sex", "age", "w")


def test_every_column_has_its_role_and_a_stranger_is_ignored():
    roles = [ROLES_OF.role_of(column) for column in COLUMNS]
    assert roles == ["outcome", "feature", "sensitive", "sensitive_allowed", "weight", "id", "ignore"]
    assert {*roles, AUDIT.role_of("yhat")} == set(ROLES)
    assert ROLES_OF.role_of("elsewhere") == "ignore"


def test_roles_survive_json_and_an_assignment():
    assert Roles.from_dict(json.loads(json.dumps(ROLES_OF.as_dict()))) == ROLES_OF
    assert Roles.from_assignment({column: ROLES_OF.role_of(column) for column in COLUMNS}) == ROLES_OF


def test_missing_outcome_names_the_nearest_column():
    with pytest.raises(ColumnError) as caught:
        Roles("wage", ("a",), ("s",)).validate(["hourly_wage", "a", "s"])
    message = str(caught.value)
    assert 'Outcome column "wage" is not in the table (3 columns).' in message
    assert 'The nearest name is "hourly_wage".' in message
    assert 'outcome="hourly_wage"' in message


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        (Roles("y", ("bmi",), ("sexx",)), 'sensitive=\\["sex"\\]'),
        (Roles("y", ("bmi",), ()), "No column is sensitive"),
        (Roles("y", (), ("sex",)), "No column is a feature"),
        (Roles("y", ("bmi",), ("sex",), weight="ww"), 'Weight column "ww"'),
        (Roles("y", ("bmi",), ("sex",), ids=("idd",)), 'Column "idd"'),
    ],
)
def test_roles_that_do_not_fit_the_table_say_what_to_do(roles, message):
    with pytest.raises(ColumnError, match=message):
        roles.validate(COLUMNS)


def test_a_name_that_two_columns_share_is_refused():
    with pytest.raises(ColumnError, match='2 columns of the table are called "bmi"'):
        Roles("y", ("bmi",), ("sex",)).validate(["y", "bmi", "sex", "bmi"])


def test_an_allowed_sensitive_column_is_enough_to_predict_from():
    Roles("y", (), ("sex",), allowed=("sex",)).validate(COLUMNS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"features": ("bmi", "sex")}, '"sex" is given twice: as features and as sensitive'),
        ({"features": ("y",)}, '"y" is given twice: as outcome and as features'),
        ({"features": ("bmi",), "weight": "bmi"}, '"bmi" is given twice: as weight and as features'),
        ({"features": ("bmi",), "allowed": ("age",)}, '"age" is allowed in prediction but is not among'),
        ({"features": "bmi"}, 'single word "bmi"'),
    ],
)
def test_a_column_has_one_role(arguments, message):
    with pytest.raises(ColumnError, match=message):
        Roles(outcome="y", sensitive=("sex",), **arguments)


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ({"a": "feature", "s": "sensitive"}, "No column of 2 is the outcome"),
        ({"a": "outcome", "b": "outcome", "s": "sensitive"}, r"2 columns are outcomes \(a, b\)"),
        ({"a": "outcome", "b": "weight", "c": "weight"}, r"2 columns are weights \(b, c\)"),
        ({"a": "outcom"}, 'The nearest name is "outcome"'),
    ],
)
def test_an_assignment_that_makes_no_study_says_why(assignment, message):
    with pytest.raises(ColumnError, match=message):
        Roles.from_assignment(assignment)


def test_unknown_and_absent_entries_of_stored_roles_are_named():
    with pytest.raises(ColumnError, match='called "feature"'):
        Roles.from_dict({"outcome": "y", "feature": ["a"], "sensitive": ["s"]})
    with pytest.raises(ColumnError, match='hold no "sensitive"'):
        Roles.from_dict({"outcome": "y", "features": ["a"]})


def _frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns)


N = 60
RNG = np.random.default_rng(1)


@pytest.mark.parametrize(
    "name",
    [
        "age",
        "Sex",
        "gender",
        "race",
        "RAC1P",
        "racePctHisp",
        "agePct12t21",
        "maritl",
        "marital-status",
        "region",
        "foreign-worker",
        "DIS",
        "Nationality",
        "mother.language",
        "male",
        "S1",
    ],
)
def test_names_that_speak_of_people_are_sensitive(name):
    frame = pd.DataFrame({name: RNG.integers(1, 4, N), "A1": RNG.normal(size=N)})
    assert guess_roles(frame)[name] == "sensitive"


@pytest.mark.parametrize(
    "name", ["agency", "mileage", "racetrack", "MalePctDivorce", "message", "stage", "essex"]
)
def test_names_that_only_contain_such_letters_are_not(name):
    frame = pd.DataFrame({name: RNG.integers(1, 4, N), "y": RNG.normal(size=N)})
    assert guess_roles(frame)[name] == "feature"


@pytest.mark.parametrize(
    ("values", "name", "role"),
    [
        (np.arange(N), "anything", "id"),
        (RNG.permutation(N) * 17, "person_id", "id"),
        (RNG.permutation(N) * 17, "distance", "feature"),
        ([f"ID-{place}" for place in range(N)], "code", "id"),
        (["same"] * N, "c", "ignore"),
        ([np.nan] * N, "c", "ignore"),
        ([f"2020-01-{place % 28 + 1:02d}" for place in range(N)], "joined", "ignore"),
        (RNG.random(N), "sample_weight", "weight"),
        (RNG.random(N), "weight", "feature"),
    ],
)
def test_values_decide_what_is_no_feature(values, name, role):
    frame = pd.DataFrame({name: values, "y": RNG.normal(size=N)})
    assert guess_roles(frame)[name] == role


@pytest.mark.parametrize(
    ("columns", "outcome"),
    [
        (["a", "charges", "b"], "charges"),
        (["y", "charges", "b"], "y"),
        (["a", "b", "c"], "c"),
        (["income", "b", "crimesPerPop", "d"], "crimesPerPop"),
        (["a", "hourly_wage", "sex"], "hourly_wage"),
    ],
)
def test_the_outcome_is_guessed_from_its_name_else_from_its_place(columns, outcome):
    frame = pd.DataFrame({name: RNG.normal(size=N) for name in columns})
    guessed = guess_roles(frame)
    assert [name for name, role in guessed.items() if role == "outcome"] == [outcome]


def test_no_outcome_is_guessed_where_none_can_be_modelled():
    frame = _frame(a=RNG.normal(size=N), grade=RNG.choice(["low", "mid", "high"], N))
    assert "outcome" not in guess_roles(frame).values()


def test_a_guess_covers_every_column_in_order():
    frame = _frame(age=RNG.integers(20, 60, N), bmi=RNG.normal(size=N), charges=RNG.normal(size=N))
    assert list(guess_roles(frame)) == ["age", "bmi", "charges"]
    roles = Roles.from_assignment(guess_roles(frame))
    assert (roles.outcome, roles.features, roles.sensitive) == ("charges", ("bmi",), ("age",))
