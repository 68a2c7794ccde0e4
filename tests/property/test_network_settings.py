"""Settings of networks, whatever they are: the same after JSON, and the same after the command line."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import given
from results_factory import make_result

from rome.cli.main import _parser
from rome.cli.networks import moe_settings
from rome.report.reproduce import command_line
from rome.settings.networks import CHOICES, MoESettings
from rome.settings.study import Settings

_widths = st.lists(st.integers(1, 512), max_size=3).map(tuple)
_settings = st.builds(
    MoESettings,
    **{name: st.sampled_from(choices) for name, choices in CHOICES.items()},
    hidden_sizes=_widths,
    gate_hidden_sizes=_widths,
    epochs=st.integers(1, 5000),
    batch_size=st.integers(1, 4096),
    n_init=st.integers(1, 20),
    patience=st.none() | st.integers(1, 500),
    learning_rate=st.floats(1e-8, 10),
    weight_decay=st.floats(0, 10),
    training_strength=st.floats(0, 1),
    validation_fraction=st.floats(0, 0.5),
    warm_start_from_em=st.booleans(),
)
_RESULT = make_result(2)


@given(_settings)
def test_settings_are_the_same_after_json(moe):
    settings = Settings(family="moe", moe=moe)
    assert Settings.from_dict(json.loads(json.dumps(settings.as_dict()))) == settings


@given(_settings)
def test_settings_are_the_same_after_the_command_line(moe):
    line = command_line(replace(_RESULT, settings=Settings(family="moe", moe=moe)))
    options = _parser().parse_args(shlex.split(line)[1:])
    assert Settings(family=options.family, moe=moe_settings(options)).moe == moe
