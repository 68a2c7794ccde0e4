"""A setting is declared once, and everything that knows settings knows it."""

from __future__ import annotations

import argparse
import ast
import shlex
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, replace
from typing import Literal, get_args, get_origin, get_type_hints

import pytest
from results_factory import make_result

from rome.cli.main import _parser
from rome.cli.options import add_settings, given, study_settings
from rome.contrast import contrast
from rome.contrast import words as sentences
from rome.errors import SettingError
from rome.report.reproduce import command_line, extra_settings, python_code
from rome.settings.comparison import CompareSettings
from rome.settings.networks import MoESettings
from rome.settings.spec import Choice, Names, Number, Setting, Widths, YesNo, setting, settings_of
from rome.settings.study import STUDY_SETTINGS, Settings
from rome.store.settings_file import read_settings, write_settings

_DECLARING = (Settings, MoESettings, CompareSettings)
_DECLARED = [
    pytest.param(declaring, declared, id=f"{declaring.__name__}.{name}")
    for declaring in _DECLARING
    for name, declared in settings_of(declaring).items()
]
#: What a setting needs beside it to mean anything.
_NEEDS = {"gamma": {"predictor": "aggregate"}}


def other_value(declared: Setting) -> object:
    """Return a value that the setting can have and that is not its default."""
    kind = declared.kind
    if isinstance(kind, Choice):
        return next(word for word in kind.words if word != declared.default)
    if isinstance(kind, YesNo):
        return not declared.default
    if isinstance(kind, Widths):
        return (7, 5)
    if isinstance(kind, Names):
        return ("a,b", "c")
    return kind.plain(kind.low if kind.low != declared.default else kind.low + 1)


def with_another(name: str) -> Settings:
    """Return settings of a study in which one differs from its default."""
    value = other_value(STUDY_SETTINGS[name])
    if name.startswith("moe."):
        return Settings(family="moe", moe={name.removeprefix("moe."): value})
    return Settings(**{name: value}, **_NEEDS.get(name, {}))


@pytest.mark.parametrize("declaring", _DECLARING)
def test_every_field_is_declared_as_a_setting(declaring):
    undeclared = {each.name for each in fields(declaring)} - settings_of(declaring).keys()
    assert undeclared == ({"moe"} if declaring is Settings else set())


@pytest.mark.parametrize(("declaring", "declared"), _DECLARED)
def test_every_setting_has_words_and_a_flag_or_a_reason_for_none(declaring, declared):
    assert declared.label[0].isupper()
    assert declared.help.endswith(".")
    assert bool(declared.flag) != bool(declared.python_only)
    assert declared.flag.startswith("--") or declared.python_only.endswith(".")


@pytest.mark.parametrize(("declaring", "declared"), _DECLARED)
def test_a_default_is_one_of_its_settings_values(declaring, declared):
    if declared.default is not MISSING and not isinstance(declared.kind, Names):
        declared.check(declared.default)
        assert declared.kind.plain(declared.default) == declared.default
        assert type(declared.kind.plain(declared.default)) is type(declared.default)


@pytest.mark.parametrize(("declaring", "declared"), _DECLARED)
def test_the_words_of_a_choice_are_those_of_its_type(declaring, declared):
    hint = get_type_hints(declaring)[declared.name]
    assert (get_origin(hint) is Literal) == isinstance(declared.kind, Choice)
    if isinstance(declared.kind, Choice):
        assert declared.kind.words == get_args(hint)
        assert all(label and said.endswith(".") for label, said in declared.kind.options.values())


@pytest.mark.parametrize("name", STUDY_SETTINGS)
def test_every_setting_survives_the_settings_file(name):
    settings = with_another(name)
    result = make_result(2)
    assert read_settings(write_settings(result.roles, settings, "t.csv"), "s.json").settings == settings


@pytest.mark.parametrize("name", STUDY_SETTINGS)
def test_every_setting_is_in_the_reports_line_or_named_beside_it(name):
    settings = with_another(name)
    result = replace(make_result(2), settings=settings)
    options = _parser().parse_args(shlex.split(command_line(result))[1:])
    beside = extra_settings(settings)
    assert Settings(**{**study_settings(options), **beside}) == settings
    assert (name in beside) == (not STUDY_SETTINGS[name].flag)


@pytest.mark.parametrize("name", STUDY_SETTINGS)
def test_every_setting_is_in_the_reports_python(name):
    settings = with_another(name)
    calls = [
        node
        for node in ast.walk(ast.parse(python_code(replace(make_result(2), settings=settings))))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Settings"
    ]
    assert Settings(**{item.arg: ast.literal_eval(item.value) for item in calls[0].keywords}) == settings


@pytest.mark.parametrize("name", STUDY_SETTINGS)
def test_every_setting_that_differs_is_named_with_both_values(name):
    settings = with_another(name)
    base = Settings(family="moe") if name.startswith("moe.") else Settings()
    first, second = (replace(make_result(2), settings=each) for each in (base, settings))
    found = {each.name: each for each in contrast(first, second).differences if each.kind == "setting"}
    assert name in found
    assert sentences.difference_name(found[name]) == STUDY_SETTINGS[name].noun
    values = sentences.difference_values(found[name])
    assert values[0] != values[1]
    assert all(values)


def test_a_new_setting_is_checked_stored_and_an_option_by_its_declaration_alone():
    @dataclass(frozen=True)
    class WithShare(Settings):
        share: float = setting(
            0.5,
            kind=Number(0, 1, word="all"),
            label="Share",
            help="How much.",
            flag="--share",
            subject="The share",
        )

    assert WithShare(share=0.25).changed() == {"share": 0.25}
    assert WithShare.from_dict(WithShare(share=None).as_dict()).share is None
    with pytest.raises(SettingError, match=r"The share is 2; it must be a number from 0 to 1"):
        WithShare(share=2)
    parser = argparse.ArgumentParser()
    add_settings(parser, settings_of(WithShare))
    assert given(parser.parse_args(["--share", "all"]), settings_of(WithShare)) == {"share": None}
    assert given(parser.parse_args([]), settings_of(WithShare)) == {}
    assert "share: 0 to 1, or all; default: 0.5" in parser.format_help()


def _options(command: str) -> Iterator[argparse.Action]:
    commands = next(action for action in _parser()._actions if isinstance(action.choices, dict))
    yield from commands.choices[command]._actions


@pytest.mark.parametrize(
    ("command", "declaring"), [("run", (Settings, MoESettings)), ("compare", (CompareSettings,))]
)
def test_the_options_of_a_command_are_those_of_its_settings(command, declaring):
    by_family = [[each.flag for each in settings_of(kind).values() if each.flag] for kind in declaring]
    assert all(len(set(flags)) == len(flags) for flags in by_family)
    # A flag of both families stands once, among the study's own.
    flags = list(dict.fromkeys(flag for own in by_family for flag in own))
    made = {action.option_strings[0]: action for action in _options(command) if hasattr(action, "setting")}
    assert list(made) == flags
    assert all(each.setting.noun in each.help for each in made.values())
