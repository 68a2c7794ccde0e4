"""Kinds of work that a worker can be asked for, by name."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rome.errors import SettingError, nearest
from rome.jobs.progress import JobReporter
from rome.jobs.request import Request
from rome.store import Library

#: Modules whose import registers the kinds of work that come with ROME.
OWN = ("rome.jobs.work",)


@dataclass(frozen=True)
class Kind:
    """A kind of work.

    Parameters
    ----------
    name : str
    run : callable
        Called in the worker with (request, library, progress). It reports how far it is, keeps what it made,
        and returns plain values (or None) for the outcome. A ``RomeError`` is a message for the user.
    has_result : callable or None
        Called with (library, request): whether the result is kept already, so that nothing needs to be done.
        None: the result is what the outcome holds.
    """

    name: str
    run: Callable[[Request, Library, JobReporter], object]
    has_result: Callable[[Library, Request], bool] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind of work known in this process."""
    _kinds[kind.name] = kind
    return kind


def load(modules: Iterable[str] = OWN) -> None:
    """Import the modules that register kinds of work."""
    for module in modules:
        importlib.import_module(module)


def kind_named(name: str) -> Kind:
    """Return the kind of work called ``name``.

    Raises
    ------
    SettingError
        Nobody registered it.
    """
    load()
    if name not in _kinds:
        raise SettingError(f'There is no kind of work "{name[:40]}".{nearest(name, _kinds)}')
    return _kinds[name]
