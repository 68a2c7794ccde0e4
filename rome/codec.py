"""Frozen dataclasses to plain values and back, by their type hints."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
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
    origin, arguments = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        return _dataclass(kind, value, where)
    if kind is float:
        return float("nan") if value is None else float(_same(_is_number(value, (int, float)), value, where))
    if kind is int:
        return _same(_is_number(value, int), value, where)
    if origin in (Union, types.UnionType):
        return _union(arguments, value, where)
    if origin is Literal:
        return _same(value in arguments, value, where)
    if origin is tuple:
        _same(isinstance(value, Sequence) and not isinstance(value, str), value, where)
        return tuple(from_plain(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if origin is not None and issubclass(origin, Mapping):
        _same(isinstance(value, Mapping), value, where)
        return {key: from_plain(arguments[1], item, f"{where}.{key}") for key, item in value.items()}
    return _same(isinstance(value, kind), value, where)


def _dataclass(kind, value, where: str):
    _same(isinstance(value, Mapping), value, where)
    hints = _hints(kind)
    absent = [field for field in fields(kind) if field.name not in value]
    missing = [field.name for field in absent if field.metadata.get("absent") != "default"]
    if missing:
        raise StoreError(f'"{where or kind.__name__}" has no "{missing[0]}"; the file is damaged or too old.')
    given = [name for name in hints if name in value]
    return kind(**{name: from_plain(hints[name], value[name], f"{where}.{name}") for name in given})


@cache
def _hints(kind: type) -> dict[str, object]:
    # A list of studies asks for the same few classes hundreds of times.
    return get_type_hints(kind)


def _union(arguments, value, where: str):
    if value is None and type(None) in arguments:
        return None
    for argument in arguments:
        try:
            return from_plain(argument, value, where)
        except StoreError:
            continue
    return _same(False, value, where)


def _is_number(value, kinds: type | tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)


def _same(fits: bool, value, where: str):
    if not fits:
        raise StoreError(f'"{where.lstrip(".")}" holds {value!r:.60}, which does not belong there.')
    return value
