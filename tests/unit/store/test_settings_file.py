"""Settings as a file: what is written comes back, and what can't be used is named with its remedy."""

from __future__ import annotations

import json

import pytest

from rome.errors import SettingError
from rome.settings.study import Settings
from rome.store.settings_file import SETTINGS_SCHEMA, fit_to_columns, read_settings, write_settings
from rome.table import Roles

ROLES = Roles("wage", ("a", "b"), ("age", "sex"), ("sex",), "w", ("id",), ("x",))
SETTINGS = Settings(n_groups=3, dro_strength=0.45, observed=("sex", "town"), n_bootstrap=500, random_state=9)
COLUMNS = ("id", "wage", "a", "b", "age", "sex", "w", "x", "town")


def document(**changed: object) -> bytes:
    whole = json.loads(write_settings(ROLES, SETTINGS, "wages.csv"))
    return json.dumps(whole | changed).encode()


@pytest.mark.parametrize("settings", [SETTINGS, Settings(n_groups="auto"), Settings(family="moe")])
def test_what_is_written_comes_back(settings):
    back = read_settings(write_settings(ROLES, settings, "wages.csv"), "s.json")
    assert (back.roles, back.settings, back.table) == (ROLES, settings, "wages.csv")


def test_a_whole_study_is_read_in_its_place():
    study = document(schema="rome.study/1", data={"name": "wages.csv"}, groups=[])
    assert read_settings(b"\xef\xbb\xbf" + study, "study.json").settings == SETTINGS


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON: line 1, column 1"),
        (b'{"schema":\n oops}', "not JSON: line 2, column 2"),
        (b"\x80\x04\x95", "is no text"),
        (b"[1, 2]", "holds a list"),
        (b"3", "holds a int"),
        (b"{}", "names no layout"),
        (b'{"schema": "rome.study/9"}', "has the layout 'rome.study/9'"),
        (b'{"schema": ["x"]}', "has the layout"),
        (b"[" * 100_000, "can't|not JSON|nested"),
        (document(roles=None), "holds no roles"),
        (document(settings=[1]), r"has \[1\] as its settings"),
        (document(roles={"outcome": "y", "features": "a", "sensitive": ["s"]}), "role \"features\" is 'a'"),
        (document(roles={"outcome": 3, "features": ["a"], "sensitive": ["s"]}), 'role "outcome" is 3'),
        (document(roles={"outcome": "y", "features": ["a"]}), 'hold no "sensitive"'),
        (document(roles={"outcome": "y", "features": ["a"], "sensitive": ["a"]}), "given twice"),
        (document(settings={"n_group": 2}), 'no setting "n_group". The nearest name is "n_groups"'),
        (
            document(settings={"n_groups": 99}),
            "number of groups is 99; it must be a whole number from 1 to 12",
        ),
        (document(settings={"n_groups": "two"}), "'two'"),
        (document(settings={"guard": "everyone"}), "'everyone'; it can be latent, observed"),
        (document(settings={"guard": ["latent"]}), "guard"),
        (document(settings={"observed": 5}), "wrong kind|observed"),
        (document(settings={"criterion": "reward"}), "belongs to predictor"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_the_value_and_the_remedy(content, said):
    with pytest.raises(SettingError, match=said) as caught:
        read_settings(content, "s.json")
    assert "s.json" in str(caught.value)


def test_a_file_that_is_far_too_large_is_not_read(monkeypatch):
    monkeypatch.setattr("rome.store.settings_file.MAX_BYTES", 10)
    with pytest.raises(SettingError, match="bytes; a file of settings has a few thousand"):
        read_settings(document(), "s.json")


def test_a_table_with_all_columns_takes_everything():
    fitted = fit_to_columns(read_settings(document(), "s.json"), COLUMNS)
    assert (fitted.outcome, fitted.weight) == ("wage", "w")
    assert (fitted.features, fitted.sensitive, fitted.allowed) == (("a", "b"), ("age", "sex"), ("sex",))
    assert fitted.settings == SETTINGS
    assert (fitted.absent, fitted.unmentioned) == ((), ())


def test_absent_columns_are_named_and_left_out():
    columns = ("a", "age", "new", "id")
    fitted = fit_to_columns(read_settings(document(), "s.json"), columns)
    assert fitted.absent == ("wage", "b", "sex", "w", "x", "town")
    assert fitted.unmentioned == ("new",)
    assert (fitted.outcome, fitted.weight) == (None, None)
    assert (fitted.features, fitted.sensitive, fitted.allowed) == (("a",), ("age",), ())
    assert fitted.settings.observed is None
    assert fitted.settings.n_groups == 3


def test_the_layout_is_named_in_the_file():
    assert json.loads(document())["schema"] == SETTINGS_SCHEMA


def test_a_prediction_comes_back_where_the_table_has_it():
    audit = Roles("wage", ("a",), ("age",), prediction="yhat")
    back = read_settings(write_settings(audit, SETTINGS, "wages.csv"), "s.json")
    assert back.roles == audit
    assert fit_to_columns(back, (*COLUMNS, "yhat")).prediction == "yhat"
    missing = fit_to_columns(back, COLUMNS)
    assert missing.prediction is None
    assert "yhat" in missing.absent
