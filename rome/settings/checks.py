"""What is asked of one setting: that it is one of its choices, or a number within its limits."""

from __future__ import annotations

from numbers import Real

from rome.errors import SettingError, nearest


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
