"""How a setting is declared: once, as a field with its kind, limits, flag and words.

The dataclasses of settings (``Settings``, ``MoESettings``, ``CompareSettings``) declare every field by
``setting``. Checks, plain values, the command line, the forms, the report's lines and the words for what
differs between two studies follow from the declaration.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from functools import cache
from numbers import Real
from typing import Any, ClassVar, Literal, Protocol, Self, TypeVar

from rome.errors import SettingError, nearest

T = TypeVar("T")
MOST_WIDTH = 65_536
_DECLARED = "setting"


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Raise ``SettingError`` unless ``value`` is one of ``choices``."""
    if value not in choices:
        raise SettingError(
            f"{name} is {value!r}; it can be {', '.join(choices)}.{nearest(str(value), choices)}"
        )


def check_number(name: str, value: object, low: float, high: float, whole: bool = False) -> None:
    """Raise ``SettingError`` unless ``value`` is a number (whole, if asked) in [low, high]."""
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not low <= value <= high or (whole and int(value) != value):
        kind = "whole number" if whole else "number"
        raise SettingError(f"{name} is {value!r}; it must be a {kind} from {low:g} to {high:g}.")


def read_names(text: str) -> tuple[str, ...]:
    """Split ``a,b`` into names; a name with a comma is written in double quotes, as in a CSV file."""
    try:
        names = next(csv.reader([text], skipinitialspace=True))
    except csv.Error as error:
        raise SettingError(f"{text[:40]!r} is no list of columns ({error})") from None
    return tuple(name.strip() for name in names if name.strip())


def write_names(names: Sequence[str]) -> str:
    """Return names as ``read_names`` reads them."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(names)
    return buffer.getvalue()


class Kind(Protocol):
    """What the values of a setting are, and how they are written on a command line."""

    metavar: ClassVar[str]

    def check(self, subject: str, value: object) -> None:
        """Raise ``SettingError`` unless ``value`` is of this kind and within its limits."""

    def plain(self, value: Any) -> object:
        """Return a checked value as a plain number, text or tuple, so that equal settings are one study."""

    def read(self, text: str) -> object:
        """Return the value that ``text`` writes; ``SettingError`` where it writes none of this kind."""

    def write(self, value: Any) -> str:
        """Return a value as ``read`` reads it, to the last digit."""

    def described(self) -> str:
        """Say in a few words what the values can be."""


@dataclass(frozen=True)
class Choice:
    """One of some words; each is shown under a name, with a sentence that says what it means."""

    options: Mapping[str, tuple[str, str]]
    metavar: ClassVar[str] = "WORD"

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words themselves, in the order in which they are offered."""
        return tuple(self.options)

    def check(self, subject: str, value: object) -> None:
        check_choice(subject, value, self.words)

    def plain(self, value: str) -> str:
        return value

    def read(self, text: str) -> str:
        return text

    def write(self, value: str) -> str:
        return value

    def said(self, value: str) -> str:
        """Return the name under which a word is shown."""
        return self.options[value][0]

    def described(self) -> str:
        return _either([self._explained(word) for word in self.words])

    def _explained(self, word: str) -> str:
        """Return a word with its name in brackets, where that says more than the word."""
        name = self.said(word).split(" (")[0].lower()
        return word if name == word.replace("_", "-") else f"{word} ({name})"


@dataclass(frozen=True)
class Number:
    """A number in [low, high]; or ``word``, which stands for ``meaning``: the number is left open."""

    low: float
    high: float
    word: str = ""
    meaning: str | None = None
    metavar: ClassVar[str] = "F"
    _type: ClassVar[type] = float

    def is_open(self, value: object) -> bool:
        """Whether ``value`` stands for no number."""
        return bool(self.word) and isinstance(value, type(self.meaning)) and value == self.meaning

    def check(self, subject: str, value: object) -> None:
        if not self.is_open(value):
            check_number(subject, value, self.low, self.high, whole=self._type is int)

    def plain(self, value: Any) -> object:
        return self.meaning if self.is_open(value) else self._type(value)

    def read(self, text: str) -> object:
        if self.word and text == self.word:
            return self.meaning
        try:
            return self._type(text)
        except ValueError:
            raise SettingError(self._unread(text)) from None

    def _unread(self, text: str) -> str:
        if not self.word:
            return f"invalid {self._type.__name__} value: {text!r}"
        number = "whole number" if self._type is int else f"number from {self.low:g} to {self.high:g}"
        return f'{text[:40]!r} is neither a {number} nor "{self.word}"'

    def write(self, value: Any) -> str:
        return self.word if self.is_open(value) else self._written(value)

    def _written(self, value: float) -> str:
        # No exponent, which a reader would have to think about.
        return format(Decimal(repr(value)).normalize(), "f")

    def described(self) -> str:
        low, high = (f"{limit:,}" if self._type is int else f"{limit:g}" for limit in (self.low, self.high))
        return f"{low} to {high}, or {self.word}" if self.word else f"{low} to {high}"


@dataclass(frozen=True)
class Whole(Number):
    """A whole number in [low, high], or a word that leaves it open."""

    metavar: ClassVar[str] = "N"
    _type: ClassVar[type] = int

    def _written(self, value: float) -> str:
        return str(value)


@dataclass(frozen=True)
class YesNo:
    """True or False; on a command line an option without a value, which turns it on."""

    metavar: ClassVar[str] = ""

    def check(self, subject: str, value: object) -> None:
        if not isinstance(value, bool):
            raise SettingError(f"{subject} is {value!r}; it is True or False.")

    def plain(self, value: bool) -> bool:
        return value

    def read(self, text: str) -> bool:
        return bool(text)

    def write(self, value: bool) -> str:
        return ""

    def described(self) -> str:
        return ""


@dataclass(frozen=True)
class Widths:
    """Widths of hidden layers, perhaps none; ``shown`` says what none makes."""

    shown: str
    metavar: ClassVar[str] = "N,…"

    def check(self, subject: str, value: object) -> None:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise SettingError(f"{subject} is {value!r}; it is a tuple of layer widths, such as (64,).")
        for width in value:
            check_number(f"A width in {subject}", width, 1, MOST_WIDTH, whole=True)

    def plain(self, value: Sequence[float]) -> tuple[int, ...]:
        return tuple(int(width) for width in value)

    def read(self, text: str) -> tuple[int, ...]:
        if text == "none":
            return ()
        try:
            return tuple(int(width) for width in text.split(","))
        except ValueError:
            raise SettingError(f"{text[:40]!r} is no list of widths, such as 64 or 64,32") from None

    def write(self, value: Sequence[int]) -> str:
        return ",".join(str(width) for width in value) or "none"

    def said(self, value: Sequence[int]) -> str:
        """Return the widths as they are shown."""
        return " and ".join(f"{width:,}" for width in value) or f"None ({self.shown})"

    def described(self) -> str:
        return f"widths of hidden layers, as 64 or 64,32; none is {self.shown}"


@dataclass(frozen=True)
class Names:
    """A tuple of names; None, where that is the default, stands for what ``shown`` says."""

    shown: str
    metavar: ClassVar[str] = "NAME,…"

    def check(self, subject: str, value: object) -> None:
        if isinstance(value, str):
            raise SettingError(f'{subject} is the single word "{value}"; it is a list. Write ("{value}",).')

    def plain(self, value: Iterable[str] | None) -> tuple[str, ...] | None:
        return None if value is None else tuple(value)

    def read(self, text: str) -> tuple[str, ...]:
        return read_names(text)

    def write(self, value: Sequence[str]) -> str:
        return write_names(value)

    def described(self) -> str:
        return ""


@dataclass(frozen=True)
class Setting:
    """One setting as it is declared; ``name`` and ``default`` are those of its field.

    Parameters
    ----------
    kind : Kind
    label, help : str
        What a form calls it, and a sentence that helps to choose.
    flag : str
        Option of the command line.
    python_only : str
        Why there is none, for a setting without a flag.
    place : int
        Where the flag stands among those of a written command line.
    subject : str
        What an error message calls it; its name, where it is not given.
    noun : str
        What a sentence calls it; the label in lower case, where it is not given.
    family : {"em", "moe"} or None
        The family that alone has it.
    """

    kind: Kind
    label: str
    help: str
    flag: str = ""
    python_only: str = ""
    place: int = 0
    subject: str = ""
    noun: str = ""
    family: Literal["em", "moe"] | None = None
    name: str = ""
    default: Any = None

    @property
    def options(self) -> Mapping[str, tuple[str, str]]:
        """Return the words of a choice, each with its name on screen and a sentence about it."""
        return self.kind.options

    def check(self, value: object) -> None:
        """Raise ``SettingError`` unless ``value`` is one that the setting can have."""
        self.kind.check(self.subject or self.name, value)


def setting(default: T, *, kind: Kind, label: str, help: str, noun: str = "", **more: Any) -> T:
    """Declare a field of a dataclass as a setting; the parameters are those of ``Setting``."""
    noun = noun or label[:1].lower() + label[1:]
    return field(default=default, metadata={_DECLARED: Setting(kind, label, help, noun=noun, **more)})


@cache
def settings_of(declaring: type) -> Mapping[str, Setting]:
    """Return the settings that a dataclass declares, by name, in the order of its fields."""
    return {
        each.name: replace(each.metadata[_DECLARED], name=each.name, default=each.default)
        for each in fields(declaring)
        if _DECLARED in each.metadata
    }


class Declared:
    """What the frozen dataclasses of settings have in common: checks, plain values, to JSON and back."""

    #: Whose settings they are, for the message about an unknown name.
    _whose: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for name, declared in settings_of(type(self)).items():
            declared.check(getattr(self, name))
            object.__setattr__(self, name, declared.kind.plain(getattr(self, name)))
        self._check_together()

    def _check_together(self) -> None:
        """Raise ``SettingError`` for settings that don't go together."""

    def as_dict(self) -> dict[str, object]:
        """Return the settings as plain values, ready for JSON."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Self:
        """Return settings from what ``as_dict`` gave, or from some of it; an unknown name is an error."""
        known = [each.name for each in fields(cls)]
        for name in values:
            if name not in known:
                raise SettingError(f'There is no setting "{name}"{cls._whose}.{nearest(name, known)}')
        return cls(**values)

    def changed(self) -> dict[str, object]:
        """Return the settings that differ from their defaults, as plain values."""
        changed: dict[str, object] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, Declared):
                # Settings within settings: only what differs from their own defaults.
                changed |= {each.name: value.changed()} if value.changed() else {}
            elif value != each.default:
                changed[each.name] = _plain(value)
        return changed


def _plain(value: object) -> object:
    if isinstance(value, Declared):
        return value.as_dict()
    return list(value) if isinstance(value, tuple) else value


def _either(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
