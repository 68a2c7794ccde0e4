"""The first place at which two documents or two texts differ."""

from __future__ import annotations

import math

#: Numbers that differ by less, relatively or in themselves, are the same.
RELATIVE, ABSOLUTE = 1e-6, 1e-9


def first_difference(expected: object, found: object, place: str = "") -> str | None:
    """Return where plain values differ first, with what is there; None where they are the same."""
    where = place or "the whole"
    if isinstance(expected, float) and isinstance(found, float):
        same = math.isclose(expected, found, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
        return None if same else f"{where}: {expected!r} became {found!r}"
    if type(expected) is not type(found):
        return f"{where}: {expected!r:.200} became {found!r:.200}"
    if isinstance(expected, dict):
        if expected.keys() != found.keys():
            gone, new = sorted(expected.keys() - found.keys()), sorted(found.keys() - expected.keys())
            return f"{where}: without {gone}, with {new} more"
        pairs = ((f"{place}.{key}", expected[key], found[key]) for key in expected)
    elif isinstance(expected, list):
        if len(expected) != len(found):
            return f"{where}: {len(expected)} items became {len(found)}"
        pairs = ((f"{place}[{index}]", *pair) for index, pair in enumerate(zip(expected, found, strict=True)))
    else:
        return None if expected == found else f"{where}: {expected!r} became {found!r}"
    return next((told for step, *pair in pairs if (told := first_difference(*pair, step))), None)


def first_different_line(expected: str, found: str) -> str | None:
    """Return the first line in which two texts differ; None where they are the same."""
    before, after = expected.splitlines(), found.splitlines()
    for number, (old, new) in enumerate(zip(before, after, strict=False), start=1):
        if old != new:
            return f"line {number}: {old!r} became {new!r}"
    if len(before) != len(after):
        extra = max(before, after, key=len)[min(len(before), len(after))]
        return f"{len(before)} lines became {len(after)}, of which the first is {extra!r}"
    return None
