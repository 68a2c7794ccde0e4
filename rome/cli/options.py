"""Options made from declared settings: added to a parser, read back, and completed by a shell."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from rome.errors import SettingError
from rome.settings.networks import MoESettings
from rome.settings.spec import Choice, Names, Setting, YesNo, settings_of
from rome.settings.study import Settings

T = TypeVar("T")
_NETWORKS = "moe."


def option_type(read: Callable[[str], T]) -> Callable[[str], T]:
    """Return ``read`` as argparse takes it, so that its message reaches the user."""

    def reading(text: str) -> T:
        try:
            return read(text)
        except SettingError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return reading


def add_settings(parser, settings: Mapping[str, Setting], prefix: str = "") -> None:
    """Add an option for each setting with a flag; one that isn't given is left to the setting's default.

    A flag that the parser has already stands for both settings, and isn't added again.
    """
    for name, declared in settings.items():
        if not declared.flag or declared.flag in parser._option_string_actions:
            continue
        how = {"action": "store_const", "const": True}
        if not isinstance(declared.kind, YesNo):
            how = {"metavar": declared.kind.metavar, "type": option_type(declared.kind.read)}
        added = parser.add_argument(
            declared.flag, dest=prefix + name, default=argparse.SUPPRESS, help=_help(declared), **how
        )
        added.setting = declared


def _help(declared: Setting) -> str:
    described, default = declared.kind.described(), declared.default
    said = f"{declared.noun}: {described}" if described else declared.noun
    if isinstance(declared.kind, YesNo):
        return said
    # A list's default is what its absence stands for.
    written = declared.kind.shown if isinstance(declared.kind, Names) else declared.kind.write(default)
    return f"{said}; default: {written}".replace("%", "%%")


def given(
    options: argparse.Namespace, settings: Mapping[str, Setting], prefix: str = ""
) -> dict[str, object]:
    """Return the settings that were given as options, by name."""
    values = vars(options)
    return {name: values[prefix + name] for name in settings if prefix + name in values}


def add_study(run: argparse.ArgumentParser) -> None:
    """Add the options of a study's settings, those of neural groups in a part of their own."""
    add_settings(run, settings_of(Settings))
    networks = run.add_argument_group("neural groups (--family moe)")
    add_settings(networks, settings_of(MoESettings), _NETWORKS)


def study_settings(options: argparse.Namespace) -> dict[str, object]:
    """Return the settings of a study that were given.

    Raises
    ------
    SettingError
        One of neural groups was given for groups of lines.
    """
    own = given(options, settings_of(Settings))
    networks = given(options, settings_of(MoESettings), _NETWORKS)
    if own.get("family") == "moe":
        return own | {"moe": networks | _shared(own)}
    if networks:
        flag = settings_of(MoESettings)[next(iter(networks))].flag
        raise SettingError(f"{flag} belongs to neural groups; add --family moe.")
    return own


def _shared(own: dict[str, object]) -> dict[str, object]:
    """Take out of ``own``, and return by the networks' names, what was given by a flag of both families."""
    names = {declared.flag: name for name, declared in settings_of(MoESettings).items()}
    both = [name for name in own if settings_of(Settings)[name].flag in names]
    return {names[settings_of(Settings)[name].flag]: own.pop(name) for name in both}


class PrintCompletion(argparse.Action):
    """Prints the script by which a shell completes the command line, and ends."""

    def __call__(self, parser, namespace, values, option_string=None) -> None:
        import shtab

        for action in _actions(parser):
            declared = getattr(action, "setting", None)
            if declared is not None and isinstance(declared.kind, Choice):
                action.choices = declared.kind.words
            elif action.type is Path or action.dest == "table":
                is_folder = action.metavar in ("FOLDER", "STUDY")
                action.complete = shtab.DIRECTORY if is_folder else shtab.FILE
        print(shtab.complete(parser, shell=values))
        parser.exit()


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield every action of a parser and of its commands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
