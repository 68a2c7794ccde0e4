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
    """Return the layout with the lowest rows that fits: the longest texts get the room.

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
    widths = _widths(columns, least, wanted)
    lines = max(
        (_lines(cell, width) for row in rows for cell, width in zip(row, widths, strict=True)), default=1
    )
    height = None if lines == 1 else max(_WRAPS_FROM, _LINE * min(lines, _MOST_LINES) + _ABOVE_AND_BELOW)
    return Layout(widths, height)


def _widths(columns: Sequence[Sequence[str]], least: Sequence[int], wanted: Sequence[int]) -> tuple[int, ...]:
    """Return the widths at which no cell takes more lines than it must for all columns to fit."""
    bounds = [
        (list(dict.fromkeys(cells)), floor, most)
        for cells, floor, most in zip(columns, least, wanted, strict=True)
    ]
    for lines in range(1, _MOST_LINES + 1) if sum(least) <= _ROOM else ():
        widths = tuple(_narrowest(cells, floor, most, lines) for cells, floor, most in bounds)
        if sum(widths) <= _ROOM:
            return widths
    return tuple(max(floor, min(most, _USUAL)) for _, floor, most in bounds)


def _narrowest(cells: Sequence[str], floor: int, most: int, lines: int) -> int:
    """Return the least width, of at least ``floor``, at which every cell takes at most ``lines`` lines."""
    low, high = floor, most
    while low < high:
        middle = (low + high) // 2
        fits = all(_lines(cell, middle) <= lines for cell in cells)
        low, high = (low, middle) if fits else (middle + 1, high)
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
