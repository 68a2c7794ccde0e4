"""What two studies were asked differently: table, roles of columns, settings, versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from rome.results import StudyResult
from rome.settings.study import STUDY_SETTINGS, Settings

Kind = Literal["table", "column", "setting", "version"]


@dataclass(frozen=True)
class Difference:
    """One thing that differs, as plain values; None where a study has no such thing.

    ``name`` is a fact of the table, a column (its values are then roles), a setting, or a library.
    """

    kind: Kind
    name: str
    first: object
    second: object


def differences(first: StudyResult, second: StudyResult) -> tuple[Difference, ...]:
    """Return what two studies were asked differently, the table first."""
    return (
        *_table(first, second),
        *_columns(first, second),
        *_differing("setting", *_comparable(first.settings, second.settings)),
        *_differing("version", first.versions, second.versions),
    )


def _table(first: StudyResult, second: StudyResult) -> Iterator[Difference]:
    if first.data.fingerprint != second.data.fingerprint:
        yield Difference("table", "name", first.data.name, second.data.name)
        yield Difference("table", "rows", first.data.rows, second.data.rows)
    elif first.data.used != second.data.used:
        yield Difference("table", "rows used", first.data.used, second.data.used)


def _columns(first: StudyResult, second: StudyResult) -> Iterator[Difference]:
    names = dict.fromkeys((*first.data.columns, *second.data.columns))
    for name in names:
        parts = [
            study.roles.role_of(name) if name in study.data.columns else None for study in (first, second)
        ]
        if parts[0] != parts[1]:
            yield Difference("column", name, *parts)


def _differing(kind: Kind, first: Mapping[str, object], second: Mapping[str, object]) -> Iterator[Difference]:
    for name in dict.fromkeys((*first, *second)):
        if first.get(name) != second.get(name):
            yield Difference(kind, name, first.get(name), second.get(name))


def _comparable(first: Settings, second: Settings) -> tuple[dict[str, object], dict[str, object]]:
    """Return the settings that both studies have.

    Of two families, that leaves out what only lines or only networks have: each such setting would differ
    from nothing.
    """
    flat = first.flat(), second.flat()
    if first.family == second.family:
        return flat
    shared = [name for name, declared in STUDY_SETTINGS.items() if declared.family is None]
    return tuple({name: each[name] for name in shared} for each in flat)
