"""Rules and values in words, in the table's own names, units and levels."""

from __future__ import annotations

from rome.results.description import Condition, GroupRule
from rome.text.names import shorten
from rome.text.numbers import format_number

_NAME_WIDTH = 160
_MINUS = "\N{MINUS SIGN}"


def rule_words(rule: GroupRule) -> str:
    """Return ``(age over 43 and smoker = yes) or region = north``; nothing where there is no rule."""
    said = [" and ".join(map(condition_words, clause)) for clause in rule.clauses]
    if len(said) == 1:
        return said[0]
    return " or ".join(
        f"({words})" if len(clause) > 1 else words for words, clause in zip(said, rule.clauses, strict=True)
    )


def condition_words(condition: Condition) -> str:
    """Return ``age over 43``, ``30 < age ≤ 50``, ``region is not south or west`` or ``age is missing``."""
    name = shorten(condition.column, _NAME_WIDTH)
    levels = " or ".join(shorten(level, _NAME_WIDTH) for level in condition.levels)
    if condition.kind == "is":
        return f"{name} = {levels}"
    if condition.kind == "between":
        return _limits(name, condition.low, condition.high)
    return f"{name} is {condition.kind.removeprefix('is ')} {levels}".rstrip()


def _limits(name: str, low: float | None, high: float | None) -> str:
    if low is None:
        return f"{name} up to {exact(high)}"
    if high is None:
        return f"{name} over {exact(low)}"
    return f"{exact(low)} < {name} ≤ {exact(high)}"


def exact(value: float) -> str:
    """Return a threshold with every digit that it has: a rounded one would catch other rows."""
    text = f"{value:,.12g}" if abs(value) >= 10_000 else f"{value:.12g}"
    return text.replace("-", _MINUS)


def value_words(value: float | str) -> str:
    """Return a value that a column can take: a level by its name, a number with three digits."""
    return shorten(value, _NAME_WIDTH) if isinstance(value, str) else format_number(value)
