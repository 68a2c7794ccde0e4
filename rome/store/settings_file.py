"""The settings of a study as a small JSON file: written by one study, read back for the next.

The file holds the roles of the columns and every setting, no data. ``study.json`` can be read in its place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rome.errors import ColumnError, RomeError, SettingError
from rome.serialize.csv_json import to_json
from rome.settings.study import Settings
from rome.table.roles import Roles

SETTINGS_SCHEMA = "rome.settings/1"
_STUDY_SCHEMA = "rome.study/1"
#: A file of settings is small; a larger one is something else, and isn't read to the end.
MAX_BYTES = 50_000_000
_LISTS = ("features", "sensitive", "allowed", "ids", "ignored")


@dataclass(frozen=True)
class SettingsFile:
    """What a file of settings holds; ``table`` names the file that its study was made of."""

    roles: Roles
    settings: Settings
    table: str


@dataclass(frozen=True)
class Fitted:
    """Roles and settings as far as a table has their columns.

    ``outcome``, ``weight`` and ``prediction`` are None where the table lacks them; ``absent`` names every
    column that the table lacks, in the file's order; ``unmentioned`` the columns of the table that the file
    doesn't name.
    """

    outcome: str | None
    features: tuple[str, ...]
    sensitive: tuple[str, ...]
    allowed: tuple[str, ...]
    weight: str | None
    prediction: str | None
    ids: tuple[str, ...]
    settings: Settings
    absent: tuple[str, ...]
    unmentioned: tuple[str, ...]


def write_settings(roles: Roles, settings: Settings, table: str) -> bytes:
    """Return the file for these roles and settings of a study of ``table``."""
    return to_json(
        {
            "schema": SETTINGS_SCHEMA,
            "table": table,
            "roles": roles.as_dict(),
            "settings": settings.as_dict(),
        }
    )


def read_settings(content: bytes, name: str) -> SettingsFile:
    """Read what ``write_settings`` wrote, or the ``study.json`` of a study.

    Parameters
    ----------
    content : bytes
    name : str
        The file's name, for messages.

    Raises
    ------
    SettingError
        It is no such file, or holds a setting that doesn't exist or has an impossible value.
    """
    document = _document(content, name)
    roles, settings = (_part(document, part, name) for part in ("roles", "settings"))
    table = document.get("table") or _table_of_study(document)
    try:
        _check_roles(roles)
        return SettingsFile(Roles.from_dict(roles), Settings.from_dict(settings), str(table))
    except RomeError as error:
        raise SettingError(f'"{name}" can\'t be used: {error} Nothing was changed.') from error
    except (TypeError, ValueError) as error:
        raise SettingError(
            f'"{name}" can\'t be used: a value is of the wrong kind ({error}). Nothing was changed.'
        ) from error


def _document(content: bytes, name: str) -> Mapping[str, object]:
    what = "Choose a file that was downloaded as settings, or the study.json of a study."
    if len(content) > MAX_BYTES:
        raise SettingError(
            f'"{name}" has {len(content):,} bytes; a file of settings has a few thousand. {what}'
        )
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SettingError(f'"{name}" is no text, so it holds no settings. {what}') from error
    except json.JSONDecodeError as error:
        raise SettingError(
            f'"{name}" is not JSON: line {error.lineno}, column {error.colno}: {error.msg}. {what}'
        ) from error
    except RecursionError as error:
        raise SettingError(f'"{name}" is nested too deeply to hold settings. {what}') from error
    if not isinstance(document, Mapping):
        raise SettingError(f'"{name}" holds a {type(document).__name__}, not settings. {what}')
    found = document.get("schema")
    if found not in (SETTINGS_SCHEMA, _STUDY_SCHEMA):
        said = "names no layout" if found is None else f"has the layout {found!r:.40}"
        raise SettingError(f'"{name}" {said}; settings have "{SETTINGS_SCHEMA}". {what}')
    return document


def _part(document: Mapping[str, object], part: str, name: str) -> Mapping[str, object]:
    found = document.get(part)
    if not isinstance(found, Mapping):
        said = f"holds no {part}" if found is None else f"has {found!r:.40} as its {part}"
        raise SettingError(f'"{name}" {said}; take a file that was downloaded whole.')
    return found


def _check_roles(roles: Mapping[str, object]) -> None:
    """Raise unless every role names columns by text."""
    for role, value in roles.items():
        if role in _LISTS:
            names = value if isinstance(value, list) else [value]
            if not isinstance(value, list) or not all(isinstance(each, str) for each in names):
                raise ColumnError(f'the role "{role}" is {value!r:.60}; it must be a list of column names.')
        elif not isinstance(value, str) and (
            role == "outcome" or (role in ("weight", "prediction") and value is not None)
        ):
            raise ColumnError(f'the role "{role}" is {value!r:.60}; it must be the name of a column.')


def _table_of_study(document: Mapping[str, object]) -> object:
    data = document.get("data")
    return data.get("name", "") if isinstance(data, Mapping) else ""


def fit_to_columns(file: SettingsFile, columns: Iterable[str]) -> Fitted:
    """Return the roles and settings of a file as far as a table with ``columns`` has theirs."""
    columns, roles = list(columns), file.roles
    known = set(columns)
    observed = file.settings.observed
    named = dict.fromkeys((*roles.used_columns, *roles.ids, *roles.ignored, *(observed or ())))
    kept = {part: tuple(name for name in getattr(roles, part) if name in known) for part in _LISTS}
    crossed = None if observed is None else tuple(name for name in observed if name in known) or None
    return Fitted(
        outcome=roles.outcome if roles.outcome in known else None,
        features=kept["features"],
        sensitive=kept["sensitive"],
        allowed=kept["allowed"],
        weight=roles.weight if roles.weight in known else None,
        prediction=roles.prediction if roles.prediction in known else None,
        ids=kept["ids"],
        settings=replace(file.settings, observed=crossed),
        absent=tuple(name for name in named if name not in known),
        unmentioned=tuple(name for name in columns if name not in named),
    )
