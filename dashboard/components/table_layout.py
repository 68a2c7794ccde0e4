"""How wide a table's columns and how high its rows are, so that its text can be read on a laptop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

#: Pixels of a letter, around a cell's text, of a line and around a row's lines, as Streamlit draws them.
_LETTER, _AROUND, _LINE, _ABOVE_AND_BELOW = 8, 26, 20, 16
#: What fits beside the sidebar of a window 1,280 pixels wide, inside a folded-out box.
_ROOM = 770
_NARROWEST, _MOST_LINES, _LONGEST_WORD = 60, 7, 14
#: Streamlit wraps text only in rows higher than 64 pixels.
_WRAPS_FROM = 66
#: Widest column of a table that has to be moved sideways anyway.
_USUAL = 230


@dataclass(frozen=True)
class Layout:
    """Widths of the columns and height of every row, in pixels; ``row`` is None for rows of one line."""

    widths: tuple[int, ...]
    row: int | None


def layout(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Layout:
    """Return a layout in which the widest columns give way first, and wrap what no longer fits.

    No column gets narrower than its heading, which can't wrap, or than a word of usual length: a table with
    too many columns for the room is wider than it, and is moved sideways.
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(headings)
    least = [
        max(
            _NARROWEST,
            _pixels(heading),
            *(_pixels(word[:_LONGEST_WORD]) for cell in cells for word in cell.split()),
        )
        for heading, cells in zip(headings, columns, strict=True)
    ]
    wanted = [
        max([floor, *(_pixels(cell) for cell in cells)]) for floor, cells in zip(least, columns, strict=True)
    ]
    widest = _cap(least, wanted)
    widths = tuple(max(floor, min(width, widest)) for floor, width in zip(least, wanted, strict=True))
    lines = max(
        (_lines(cell, width) for row in rows for cell, width in zip(row, widths, strict=True)), default=1
    )
    height = None if lines == 1 else max(_WRAPS_FROM, _LINE * min(lines, _MOST_LINES) + _ABOVE_AND_BELOW)
    return Layout(widths, height)


def _cap(least: Sequence[int], wanted: Sequence[int]) -> int:
    """Return the width that no column exceeds but for its heading, so that all columns fit if they can."""
    if sum(least) > _ROOM:
        return _USUAL
    low, high = 0, max(wanted, default=0)
    while low < high:
        middle = (low + high + 1) // 2
        total = sum(max(floor, min(width, middle)) for floor, width in zip(least, wanted, strict=True))
        low, high = (middle, high) if total <= _ROOM else (low, middle - 1)
    return low


def _pixels(text: str) -> int:
    return _LETTER * len(text) + _AROUND


def _lines(text: str, width: int) -> int:
    """Return how many lines a cell's text takes, broken between words."""
    room, lines, used = max(1, (width - _AROUND) // _LETTER), 1, 0
    for word in text.split(" "):
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0
        used += len(word) + (used > 0)
        lines += max(0, ceil(len(word) / room) - 1)
    return lines
