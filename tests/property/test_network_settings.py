"""Settings of networks, whatever they are: the same after JSON, and the same after the command line."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import given
from results_factory import make_result

from rome.cli.main import _parser
from rome.cli.options import study_settings
from rome.report.reproduce import command_line
from rome.settings.networks import MoESettings
from rome.settings.spec import Choice, Setting, Whole, Widths, YesNo, settings_of
from rome.settings.study import Settings


def _values(declared: Setting) -> st.SearchStrategy:
    """Return values that a setting can have, drawn from its kind."""
    kind = declared.kind
    if isinstance(kind, Choice):
        return st.sampled_from(kind.words)
    if isinstance(kind, YesNo):
        return st.booleans()
    if isinstance(kind, Widths):
        return st.lists(st.integers(1, 512), max_size=3).map(tuple)
    numbers = st.integers if isinstance(kind, Whole) else st.floats
    drawn = numbers(kind.low, kind.high)
    return drawn | st.just(kind.meaning) if kind.word else drawn


_settings = st.builds(
    MoESettings, **{name: _values(declared) for name, declared in settings_of(MoESettings).items()}
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
    assert Settings(**study_settings(options)).moe == moe
