"""The same study again: as a command line and as Python, quoted so that any column name survives."""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Sequence

import numpy as np

from rome.results import StudyResult
from rome.settings.networks import FLAGS, WARM_START_FLAG
from rome.settings.study import Settings
from rome.table.reading.options import ReadingOptions

#: Settings that the command line has flags for, each with its flag.
_FLAGS: tuple[tuple[str, str], ...] = (
    ("n_groups", "--groups"),
    ("family", "--family"),
    ("predictor", "--predictor"),
    ("criterion", "--criterion"),
    ("gamma", "--gamma"),
    ("noise", "--noise"),
    ("gate", "--gate"),
    ("dro_strength", "--dro-strength"),
    ("guard", "--guard"),
    ("observed", "--observed"),
    ("test_size", "--test-size"),
    ("random_state", "--seed"),
)
#: Settings of lines, which networks leave at their defaults.
_ONLY_EM = ("gamma", "noise", "gate")


def command_line(result: StudyResult, out: str = "study") -> str:
    """Return the ``rome run`` line that repeats a study, quoted for a POSIX shell.

    Column lists are one comma-separated value each; a name that holds a comma or a quotation mark is
    quoted in it as in a CSV file.
    """
    roles, settings = result.roles, result.settings
    parts = ["rome", "run", _as_path(result.data.name)]
    parts += _option("--outcome", roles.outcome)
    parts += _option("--sensitive", listed(roles.sensitive))
    for flag, names in (
        ("--features", roles.features),
        ("--allow", roles.allowed),
        ("--id", roles.ids),
        ("--ignore", roles.ignored),
    ):
        parts += _option(flag, listed(names)) if names else []
    parts += _option("--weight", roles.weight) if roles.weight is not None else []
    for name, flag in _FLAGS:
        if settings.family == "em" or name not in _ONLY_EM:
            parts += _setting(flag, getattr(settings, name))
    parts += _moe_options(settings)
    parts += reading_flags(result.data.asked)
    parts += _option("--out", _as_path(out))
    return shlex.join(parts)


def python_code(result: StudyResult) -> str:
    """Return the Python that repeats a study; every name and value is written as a literal."""
    given = {name: value for name, value in result.roles.as_dict().items() if value}
    roles = ",\n".join(f"    {name}={value!r}" for name, value in given.items())
    default = Settings().as_dict()
    changed = {name: value for name, value in result.settings.as_dict().items() if value != default[name]}
    moe = result.settings.moe
    if moe is not None:
        # Only what differs from the networks' own defaults.
        changed |= {"moe": moe.changed()}
        changed = {name: value for name, value in changed.items() if name != "moe" or value}
    settings = ", ".join(f"{name}={value!r}" for name, value in changed.items())
    return (
        "from rome import study\n"
        "from rome.settings import Settings\n"
        "from rome.table import Roles, read_table\n\n"
        f"table = read_table({_as_path(result.data.name)!r}{_reading_keywords(result.data.asked)})\n"
        f"roles = Roles(\n{roles},\n)\n"
        f"run = study.run(table, roles, Settings({settings}))\n"
        "print(run.result.dro.sentence)\n"
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
            words.append(f"--{name}={listed(value) if isinstance(value, tuple) else value}")
    return words


def _reading_keywords(asked: ReadingOptions) -> str:
    return "".join(f", {name}={value!r}" for name, value in asked.given.items())


def extra_settings(settings: Settings) -> dict[str, object]:
    """Return the settings that differ from the default and have no flag on the command line."""
    flagged = {name for name, _ in _FLAGS} | {"moe"}
    default = Settings().as_dict()
    return {
        name: value
        for name, value in settings.as_dict().items()
        if name not in flagged and value != default[name]
    }


def _moe_options(settings: Settings) -> list[str]:
    """Return the options of the settings of networks that differ from their defaults."""
    if settings.moe is None:
        return []
    changed = settings.moe.changed()
    parts: list[str] = []
    for name, flag in FLAGS.items():
        if name in changed:
            parts += [flag, _moe_value(changed[name])]
    return [*parts, WARM_START_FLAG] if settings.moe.warm_start_from_em else parts


def _moe_value(value: object) -> str:
    if value is None or value == []:
        return "none"
    if isinstance(value, list):
        return ",".join(str(width) for width in value)
    return _to_the_last_digit(value) if isinstance(value, float) else str(value)


def _as_path(name: str) -> str:
    """Return a file's name so that it can't be taken for an option."""
    return f"./{name}" if name.startswith("-") else name


def _option(flag: str, value: str) -> list[str]:
    """Return a flag and its value; a value that begins with a dash is joined to its flag."""
    return [f"{flag}={value}"] if value.startswith("-") else [flag, value]


def listed(names: Sequence[str]) -> str:
    """Return names as one value of the command line, quoted as in a CSV file."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(names)
    return buffer.getvalue()


def _setting(flag: str, value: object) -> list[str]:
    if flag == "--dro-strength":
        return [flag, "recommended" if value is None else _to_the_last_digit(value)]
    if value is None:
        return []
    if isinstance(value, tuple):
        return _option(flag, listed(value))
    return [flag, _to_the_last_digit(value) if isinstance(value, float) else str(value)]


def _to_the_last_digit(value: float) -> str:
    return np.format_float_positional(value, trim="-")
