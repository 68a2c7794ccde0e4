"""The same study again: as a command line and as Python, quoted so that any column name survives."""

from __future__ import annotations

import shlex

from rome.results import StudyResult
from rome.settings.networks import MoESettings
from rome.settings.spec import Names, Setting, YesNo, settings_of, write_names
from rome.settings.study import Settings
from rome.table.reading.options import ReadingOptions


def command_line(result: StudyResult, out: str = "study") -> str:
    """Return the ``rome run`` line that repeats a study, quoted for a POSIX shell.

    Column lists are one comma-separated value each; a name that holds a comma or a quotation mark is
    quoted in it as in a CSV file.
    """
    roles, settings = result.roles, result.settings
    parts = ["rome", "run", _as_path(result.data.name)]
    parts += _option("--outcome", roles.outcome)
    parts += _option("--sensitive", write_names(roles.sensitive))
    for flag, names in (
        ("--features", roles.features),
        ("--allow", roles.allowed),
        ("--id", roles.ids),
        ("--ignore", roles.ignored),
    ):
        parts += _option(flag, write_names(names)) if names else []
    parts += _option("--weight", roles.weight) if roles.weight is not None else []
    parts += _option("--prediction", roles.prediction) if roles.prediction is not None else []
    for name, declared in sorted(settings_of(Settings).items(), key=lambda item: item[1].place):
        if declared.flag and declared.family in (None, settings.family):
            parts += _setting(declared, getattr(settings, name))
    parts += _networks(settings)
    parts += reading_flags(result.data.asked)
    parts += _option("--out", _as_path(out))
    return shlex.join(parts)


def python_code(result: StudyResult) -> str:
    """Return the Python that repeats a study; every name and value is written as a literal."""
    given = {name: value for name, value in result.roles.as_dict().items() if value}
    roles = ",\n".join(f"    {name}={value!r}" for name, value in given.items())
    settings = ", ".join(f"{name}={value!r}" for name, value in result.settings.changed().items())
    return (
        "from rome import study\n"
        "from rome.settings import Settings\n"
        "from rome.table import Roles, read_table\n"
        "from rome.text.advice import recommendation_sentence\n\n"
        f"table = read_table({_as_path(result.data.name)!r}{_reading_keywords(result.data.asked)})\n"
        f"roles = Roles(\n{roles},\n)\n"
        f"run = study.run(table, roles, Settings({settings}))\n"
        "print(recommendation_sentence(run.result))\n"
    )


def reading_flags(asked: ReadingOptions) -> list[str]:
    """Return what the reader was told as options of the command line, one word each."""
    words: list[str] = []
    for name, value in asked.given.items():
        if name == "missing_values":
            words += [f"--missing-value={column}={mark}" for column, mark in value]
        elif name == "header":
            words.append(f"--header={'yes' if value else 'no'}")
        else:
            words.append(f"--{name}={write_names(value) if isinstance(value, tuple) else value}")
    return words


def _reading_keywords(asked: ReadingOptions) -> str:
    return "".join(f", {name}={value!r}" for name, value in asked.given.items())


def extra_settings(settings: Settings) -> dict[str, object]:
    """Return the settings that differ from the default and have no flag on the command line."""
    declared = settings_of(Settings)
    return {
        name: value
        for name, value in settings.changed().items()
        if name in declared and not declared[name].flag
    }


def _networks(settings: Settings) -> list[str]:
    """Return the options of the settings of networks that differ from their defaults."""
    changed = {} if settings.moe is None else settings.moe.changed()
    parts: list[str] = []
    for name, declared in settings_of(MoESettings).items():
        if name in changed:
            parts += _setting(declared, changed[name])
    return parts


def _as_path(name: str) -> str:
    """Return a file's name so that it can't be taken for an option."""
    return f"./{name}" if name.startswith("-") else name


def _option(flag: str, value: str) -> list[str]:
    """Return a flag and its value; a value that begins with a dash is joined to its flag."""
    return [f"{flag}={value}"] if value.startswith("-") else [flag, value]


def _setting(declared: Setting, value: object) -> list[str]:
    if isinstance(declared.kind, YesNo):
        return [declared.flag] if value else []
    if isinstance(declared.kind, Names):
        # No names: the default is taken by leaving the option out.
        return [] if value is None else _option(declared.flag, write_names(value))
    return [declared.flag, declared.kind.write(value)]
