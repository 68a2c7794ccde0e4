"""Frozen dataclasses to plain values and back, by their type hints."""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin

from rome.errors import StoreError

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")
#: Metadata of a field that came later: files from before lack it, and it then has its default.
ABSENT_IS_DEFAULT = types.MappingProxyType({"absent": "default"})
#: Reads a plain value as the type that comes with it.
_Hook = Callable[[Any, Any], Any]


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
        return _converter().structure(value, kind)
    except Exception as error:
        cause, path = _innermost(error)
        if not isinstance(cause, _Misfit):
            raise cause from None
    raise StoreError(cause.message(f"{where}{path}".lstrip("."), kind))


class _Misfit(ValueError):
    """A value that does not belong where it is, or that lacks a field."""

    def __init__(self, value: object, missing: str | None = None) -> None:
        super().__init__()
        self.value, self.missing = value, missing

    def message(self, place: str, kind: object) -> str:
        if self.missing is not None:
            named = place or getattr(kind, "__name__", kind)
            return f'"{named}" has no "{self.missing}"; the file is damaged or too old.'
        return f'"{place}" holds {self.value!r:.60}, which does not belong there.'


def _innermost(error: BaseException) -> tuple[BaseException, str]:
    """Return the first cause of an error of cattrs, and the way to its value: ``.field[3].key``."""
    from cattrs import AttributeValidationNote, BaseValidationError, IterableValidationNote

    path = ""
    while isinstance(error, BaseValidationError):
        error = error.exceptions[0]
        for note in getattr(error, "__notes__", ()):
            if isinstance(note, AttributeValidationNote):
                path += f".{note.name}"
            elif isinstance(note, IterableValidationNote):
                path += f"[{note.index}]" if isinstance(note.index, int) else f".{note.index}"
    return error, path


@cache
def _converter() -> Converter:
    # cattrs is asked here, for most of the program never reads a file. It converts generously on its own, and
    # makes "3" a number; these hooks take a value as it is or refuse it.
    from cattrs import Converter

    converter = Converter()
    converter.register_structure_hook(float, _float)
    converter.register_structure_hook(int, _int)
    for kind in (str, bool):
        converter.register_structure_hook(kind, _plain)
    for origins, hook in (
        ((Literal,), _literal),
        ((tuple,), _tuple),
        ((Mapping,), _mapping),
        ((Union, types.UnionType), _union),
    ):
        converter.register_structure_hook_factory(
            lambda kind, origins=origins: get_origin(kind) in origins,
            lambda kind, hook=hook: hook(kind, converter),
        )
    converter.register_structure_hook_factory(is_dataclass, lambda kind: _dataclass(kind, converter))
    return converter


def _float(value: Any, _: object) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _Misfit(value)
    return float(value)


def _int(value: Any, _: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Misfit(value)
    return value


def _plain(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise _Misfit(value)
    return value


def _literal(kind: Any, converter: Converter) -> _Hook:
    allowed = get_args(kind)

    def read(value: Any, _: object) -> Any:
        if value not in allowed:
            raise _Misfit(value)
        return value

    return read


def _union(kind: Any, converter: Converter) -> _Hook:
    from cattrs import BaseValidationError

    may_be_none = types.NoneType in get_args(kind)
    kinds = [each for each in get_args(kind) if each is not types.NoneType]
    hooks = [(converter.get_structure_hook(each), each) for each in kinds]

    def read(value: Any, _: object) -> Any:
        if value is None and may_be_none:
            return None
        for hook, each in hooks:
            try:
                return hook(value, each)
            except (_Misfit, BaseValidationError) as error:
                cause, _path = _innermost(error)
                if not isinstance(cause, _Misfit):
                    raise cause from None
        raise _Misfit(value)

    return read


def _tuple(kind: Any, converter: Converter) -> _Hook:
    from cattrs.cols import list_structure_factory

    build = list_structure_factory(list[get_args(kind)[0]], converter)

    def read(value: Any, _: object) -> tuple[Any, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise _Misfit(value)
        return tuple(build(value, _))

    return read


def _mapping(kind: Any, converter: Converter) -> _Hook:
    from cattrs.cols import mapping_structure_factory

    build = mapping_structure_factory(dict[Any, get_args(kind)[1]], converter)

    def read(value: Any, _: object) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _Misfit(value)
        return build(value, _)

    return read


def _dataclass(kind: type, converter: Converter) -> _Hook:
    from cattrs.gen import make_dict_structure_fn

    build = make_dict_structure_fn(kind, converter)
    needed = [field.name for field in fields(kind) if field.metadata.get("absent") != "default"]

    def read(value: Any, _: object) -> Any:
        if not isinstance(value, Mapping):
            raise _Misfit(value)
        for name in needed:
            if name not in value:
                raise _Misfit(value, name)
        return build(value, kind)

    return read
