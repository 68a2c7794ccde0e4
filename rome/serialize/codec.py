"""Frozen dataclasses to plain values and back, by their type hints."""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from rome.errors import StoreError

T = TypeVar("T")
#: Metadata of a field that came later: files from before lack it, and it then has its default.
ABSENT_IS_DEFAULT = types.MappingProxyType({"absent": "default"})


def to_plain(value: object) -> object:
    """Return dataclasses, mappings and tuples as dicts and lists; numbers, text and None as they are."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind: type[T], value: Any, where: str = "") -> T:
    """Return a value of type ``kind`` from what ``to_plain`` gave, by way of JSON (null is NaN for floats).

    Raises
    ------
    StoreError
        A field is missing, or a value has another type than its field.
    """
    try:
        return _reader(kind)(value)
    except _Misfit as misfit:
        raise StoreError(misfit.told(where, kind)) from None


class _Misfit(Exception):
    """A value that does not belong where it is; every level that it passes adds its step to the path."""

    def __init__(self, value: object, missing: str | None = None) -> None:
        super().__init__()
        self.value, self.missing, self.steps = value, missing, []

    def told(self, where: str, kind: object) -> str:
        place = f"{where}{''.join(reversed(self.steps))}".lstrip(".")
        if self.missing is not None:
            named = place or getattr(kind, "__name__", kind)
            return f'"{named}" has no "{self.missing}"; the file is damaged or too old.'
        return f'"{place}" holds {self.value!r:.60}, which does not belong there.'


#: Reads a plain value as one type.
_Reader = Callable[[Any], Any]


def _reader(kind: Any) -> _Reader:
    origin, arguments = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        return _dataclass(kind)
    if kind is float:
        return _float
    if kind is int:
        return _int
    if origin in (Union, types.UnionType):
        return _union(arguments)
    if origin is Literal:
        return _literal(arguments)
    if origin is tuple:
        return _tuple(arguments[0])
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(arguments[1])
    return _plain(kind)


def _float(value: Any) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _Misfit(value)
    return float(value)


def _int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Misfit(value)
    return value


def _plain(kind: type) -> _Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, kind):
            raise _Misfit(value)
        return value

    return read


def _literal(allowed: tuple[object, ...]) -> _Reader:
    def read(value: Any) -> Any:
        if value not in allowed:
            raise _Misfit(value)
        return value

    return read


def _union(kinds: tuple[object, ...]) -> _Reader:
    may_be_none = types.NoneType in kinds
    readers = [_reader(kind) for kind in kinds if kind is not types.NoneType]

    def read(value: Any) -> Any:
        if value is None and may_be_none:
            return None
        for reader in readers:
            try:
                return reader(value)
            except _Misfit:
                continue
        raise _Misfit(value)

    return read


def _tuple(kind: object) -> _Reader:
    reader = _reader(kind)

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise _Misfit(value)
        return tuple(_items(reader, enumerate(value), "[{}]"))

    return read


def _mapping(kind: object) -> _Reader:
    reader = _reader(kind)

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _Misfit(value)
        return dict(zip(value, _items(reader, value.items(), ".{}"), strict=True))

    return read


def _items(reader: _Reader, items: Iterable[tuple[object, Any]], step: str) -> list[Any]:
    """Read every item; a misfit gets the key of its item as its step."""
    read = []
    for key, item in items:
        try:
            read.append(reader(item))
        except _Misfit as misfit:
            misfit.steps.append(step.format(key))
            raise
    return read


@cache
def _dataclass(kind: type) -> _Reader:
    # A study holds tens of thousands of values of a few classes: what a class asks for is found out once. Of
    # other types that are equal, as unions in another order are, one must not stand for the other.
    names = [field.name for field in fields(kind)]
    needed = [field.name for field in fields(kind) if field.metadata.get("absent") != "default"]
    readers = {name: _reader(hint) for name, hint in get_type_hints(kind).items() if name in names}

    def read(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _Misfit(value)
        for name in needed:
            if name not in value:
                raise _Misfit(value, name)
        given, name = {}, ""
        try:
            for name, reader in readers.items():
                if name in value:
                    given[name] = reader(value[name])
        except _Misfit as misfit:
            misfit.steps.append(f".{name}")
            raise
        return kind(**given)

    return read
