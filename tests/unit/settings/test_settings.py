"""Settings: checked once, and the same however their numbers are written."""

from __future__ import annotations

import json

import numpy as np
import pytest

from rome.errors import SettingError
from rome.settings.study import Settings


def test_numbers_of_any_kind_make_the_same_settings():
    odd = Settings(n_groups=np.int64(3), dro_strength=np.float64(1), test_size=np.float64(0.25), n_init=4.0)
    plain = Settings(n_groups=3, dro_strength=1, test_size=0.25, n_init=4)
    assert json.dumps(odd.as_dict()) == json.dumps(plain.as_dict())
    assert [type(odd.n_groups), type(odd.n_init), type(plain.dro_strength)] == [int, int, float]


def test_settings_come_back_from_their_json():
    settings = Settings(observed=("age", "sex"), dro_strength=0.45)
    assert Settings.from_dict(json.loads(json.dumps(settings.as_dict()))) == settings


def test_one_observed_column_is_not_taken_for_a_list_of_letters():
    with pytest.raises(SettingError, match=r'"sex".*\("sex",\)'):
        Settings(observed="sex")


@pytest.mark.parametrize(
    ("name", "value"),
    [("n_groups", 13), ("n_groups", 2.5), ("test_size", 0.0), ("confidence", 1.0), ("random_state", -1)],
)
def test_a_value_outside_is_refused_with_the_value_and_the_limits(name, value):
    with pytest.raises(SettingError, match=rf"is {value}; it must be a .*number from "):
        Settings(**{name: value})


def test_the_number_of_groups_can_be_left_to_the_evidence_and_back():
    asked = Settings(n_groups="auto", max_groups=np.int64(3))
    assert (asked.n_groups, asked.max_groups) == ("auto", 3)
    assert Settings.from_dict(asked.as_dict()) == asked
