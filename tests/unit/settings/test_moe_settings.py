"""Settings of neural groups: checked once, refused where they mean nothing, and part of what a study is."""

from __future__ import annotations

import json

import numpy as np
import pytest

from rome import study
from rome.errors import SettingError
from rome.moe import RomeMoE
from rome.settings.networks import MoESettings
from rome.settings.study import Settings
from rome.table import Roles

_ROLES = Roles("y", ("a",), ("s",))


def test_the_defaults_are_those_of_the_estimator():
    estimator = RomeMoE().get_params(deep=False)
    for name, value in MoESettings().training_parameters.items():
        assert estimator[name] == value, name


def test_settings_of_networks_come_back_from_their_json():
    settings = Settings(family="moe", moe=MoESettings(hidden_sizes=(), patience=None, learning_rate=0.01))
    back = Settings.from_dict(json.loads(json.dumps(settings.as_dict())))
    assert back == settings
    assert back.moe.hidden_sizes == ()
    assert back.moe.patience is None


def test_networks_without_settings_take_the_defaults_and_lines_have_none():
    assert Settings(family="moe").moe == MoESettings()
    assert Settings().moe is None
    assert Settings().as_dict()["moe"] is None


def test_settings_may_be_given_by_name_and_numbers_of_any_kind_are_the_same():
    odd = Settings(family="moe", moe={"epochs": np.int64(9), "batch_size": 32.0, "hidden_sizes": [8, 4]})
    plain = Settings(family="moe", moe=MoESettings(epochs=9, batch_size=32, hidden_sizes=(8, 4)))
    assert json.dumps(odd.as_dict()) == json.dumps(plain.as_dict())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"epochs": 0}, r"epochs is 0; it must be a whole number from 1"),
        ({"learning_rate": -1}, r"learning_rate is -1; it must be a number from 1e-08"),
        ({"gate": "a"}, r"gate is 'a'; it can be s, as"),
        ({"hidden_sizes": 64}, r"hidden_sizes is 64; it is a tuple of layer widths"),
        ({"hidden_sizes": (0,)}, r"A width in hidden_sizes is 0"),
        ({"patience": 0}, r"patience is 0"),
        ({"warm_start_from_em": "yes"}, r"warm_start_from_em is 'yes'; it is True or False"),
        ({"epoch": 5}, r'no setting "epoch" of family "moe".*epochs'),
    ],
)
def test_a_setting_outside_its_values_is_refused_with_what_it_can_be(given, said):
    with pytest.raises(SettingError, match=said):
        Settings(family="moe", moe=given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"moe": MoESettings()}, r'belong to family "moe"'),
        ({"family": "em", "moe": {}}, r'belong to family "moe"'),
        ({"family": "net"}, r"The family is 'net'; it can be em, moe"),
        ({"family": "moe", "noise": "t"}, r'noise "t" belongs to family "em"'),
        ({"family": "moe", "gate": "flexible"}, r'gate "flexible" belongs to family "em"'),
        (
            {"family": "moe", "predictor": "aggregate", "gamma": "cross_fitted"},
            r'gamma "cross_fitted" belongs',
        ),
        ({"family": "moe", "moe": 3}, r"moe is 3; it is MoESettings or a mapping"),
    ],
)
def test_what_belongs_to_the_other_family_is_refused(given, said):
    with pytest.raises(SettingError, match=said):
        Settings(**given)


def test_family_and_networks_are_part_of_a_studys_identity():
    names = {
        study.study_id("f", _ROLES, settings)
        for settings in (
            Settings(),
            Settings(family="moe"),
            Settings(family="moe", moe={"epochs": 20}),
            Settings(family="moe", moe={"warm_start_from_em": True}),
        )
    }
    assert len(names) == 4
    assert study.study_id("f", _ROLES, Settings(family="moe", moe={})) in names
