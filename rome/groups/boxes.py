"""Boxes: the leaves of a tree as limits on columns, who lies in them, and what they say in conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor, inf, isfinite, log10

import numpy as np

from rome.groups.attributes import Attribute, missing_place
from rome.results.description import Condition

#: Limits by column of the matrix: low < value ≤ high, in the column's own units; 0/1 columns are cut at ½.
Box = Mapping[int, tuple[float, float]]
_MOST_DIGITS = 17


def inside(box: Box, values: np.ndarray, attributes: Sequence[Attribute]) -> np.ndarray:
    """Return which rows of a description's matrix (n, p) lie in ``box``, (n,).

    A missing number lies within no limits: the box means what its conditions say.
    """
    held = np.ones(len(values), dtype=bool)
    for place, (low, high) in box.items():
        attribute = attributes[place]
        value = attribute.in_units(values[:, place])
        held &= (value - low > attribute.rounding) & (value - high <= attribute.rounding)
        absent = missing_place(attributes, attribute.column) if attribute.kind == "numeric" else None
        if absent is not None:
            held &= values[:, absent] < 0.5
    return held


def cut(box: Box, place: int, threshold: float) -> tuple[dict[int, tuple[float, float]], ...]:
    """Return the two boxes into which a threshold on one column cuts ``box``: at most, and above."""
    low, high = box.get(place, (-inf, inf))
    return {**box, place: (low, min(high, threshold))}, {**box, place: (max(low, threshold), high)}


def without_the_needless(box: Box, attributes: Sequence[Attribute]) -> dict[int, tuple[float, float]]:
    """Return ``box`` without limits that others imply: a level excludes its column's other levels.

    "age is missing and age ≤ 40" can't be fulfilled by a value: the limits of a missing number go too.
    "known" goes where limits already ask for a value.
    """
    box = _with_the_only_level_left(box, attributes)
    said = {attributes[place].column for place in box if _is_said(box, place, attributes)}
    limited = {attributes[place].column for place in box if attributes[place].kind == "numeric"}
    kept = {}
    for place, limits in box.items():
        item = attributes[place]
        holds = _is_said(box, place, attributes)
        implied = item.column in said and not holds
        known_anyway = item.kind == "missing" and not holds and item.column in limited
        if not (implied or known_anyway):
            kept[place] = limits
    return kept


def _with_the_only_level_left(box: Box, attributes: Sequence[Attribute]) -> Box:
    """Return ``box`` with a level asked for, where all others of its column are excluded.

    The 0/1 columns of a text add up to 1 where there are two or more of them.
    """
    places: dict[str, list[int]] = {}
    for place, item in enumerate(attributes):
        places.setdefault(item.column, []).append(place)
    left = dict(box)
    for column in {attributes[place].column for place in box}:
        own = places[column]
        is_text = all(attributes[place].kind != "numeric" for place in own)
        open_ones = [place for place in own if place not in box or box[place][0] > 0]
        if is_text and len(own) > 1 and len(open_ones) == 1:
            left[open_ones[0]] = (0.5, inf)
    return left


def _is_said(box: Box, place: int, attributes: Sequence[Attribute]) -> bool:
    """Whether a 0/1 column is asked to be 1."""
    return attributes[place].kind != "numeric" and box[place][0] > 0


def conditions(box: Box, attributes: Sequence[Attribute]) -> tuple[Condition, ...]:
    """Return a box in the table's own columns, units and levels; one condition a column where one will do."""
    found: list[Condition] = []
    excluded: dict[str, list[str]] = {}
    for place in sorted(box):
        item, (low, high) = attributes[place], box[place]
        if item.kind == "numeric":
            limits = (None if low == -inf else float(low), None if high == inf else float(high))
            found.append(Condition(item.column, "between", *limits))
        elif item.kind == "missing":
            found.append(Condition(item.column, "missing" if low > 0 else "known"))
        elif low > 0:
            found.append(Condition(item.column, "is", levels=(str(item.level),)))
        elif item.opposite is not None:
            found.append(Condition(item.column, "is", levels=(item.opposite,)))
        else:
            excluded.setdefault(item.column, []).append(str(item.level))
    return (
        *found,
        *(Condition(column, "is not", levels=tuple(levels)) for column, levels in excluded.items()),
    )


def round_threshold(scores: np.ndarray, below: np.ndarray, attribute: Attribute) -> float:
    """Return the number with the fewest digits, in units, that parts scores (n,) into ``below`` and above."""
    if attribute.kind != "numeric":
        return 0.5
    low, high = (float(attribute.in_units(end)) for end in (scores[below].max(), scores[~below].min()))
    return roundest(low, high, attribute.rounding)


def roundest(low: float, high: float, rounding: float = 0.0) -> float:
    """Return the number with the fewest digits in [low, high); ``low`` where none is found."""
    largest = max(abs(low), abs(high))
    if not isfinite(low) or not isfinite(high) or largest == 0:
        return low
    if (low <= rounding and -rounding <= low) or low < 0 < high - rounding:
        return 0.0
    middle = low + (high - low) / 2
    first = -floor(log10(largest))
    for decimals in range(first, first + _MOST_DIGITS):
        if not -300 < decimals < 300:
            break
        for toward in (floor, ceil):
            number = round(toward(middle * 10.0**decimals) / 10.0**decimals, decimals)
            if low - rounding <= number < high - rounding:
                return number
    return low
