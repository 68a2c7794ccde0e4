"""Where the name of each point goes, so that names cover neither points nor one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Pixels of a letter, of a line, and from a point to its name.
_LETTER, _LINE, _AWAY = 7.0, 17.0, 9.0
#: Where a name may stand: corners first, because bars run up, down and sideways from a point. Shifts of the
#: name's middle, in half its width and height.
_SIDES: tuple[tuple[str, float, float], ...] = (
    ("top right", 1.0, -1.0),
    ("bottom right", 1.0, 1.0),
    ("top left", -1.0, -1.0),
    ("bottom left", -1.0, 1.0),
    ("middle right", 1.0, 0.0),
    ("middle left", -1.0, 0.0),
    ("top center", 0.0, -1.0),
    ("bottom center", 0.0, 1.0),
)


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def shared(self, other: Box) -> float:
        """Return the area that two rectangles share."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0.0) * max(height, 0.0)

    def outside(self, frame: Box) -> float:
        """Return the area that lies outside of a frame."""
        whole = (self.right - self.left) * (self.bottom - self.top)
        return whole - self.shared(frame)


def name_sides(points: Sequence[tuple[float, float]], names: Sequence[str], frame: Box) -> list[str]:
    """Return for each point the side, as plotly calls it, on which its name covers least.

    Parameters
    ----------
    points : sequence of (x, y)
        In pixels, y downwards; the most important ones first, for they choose first.
    names : sequence of str
    frame : Box
        What names should not leave.
    """
    taken = [Box(x - 7, y - 7, x + 7, y + 7) for x, y in points]
    sides = []
    for point, name in zip(points, names, strict=True):
        boxes = [(side, _box(point, name, across, down)) for side, across, down in _SIDES]
        costs = [sum(box.shared(other) for other in taken) + 2 * box.outside(frame) for _, box in boxes]
        best = min(range(len(boxes)), key=costs.__getitem__)
        sides.append(boxes[best][0])
        taken.append(boxes[best][1])
    return sides


def _box(point: tuple[float, float], name: str, across: float, down: float) -> Box:
    half_width, half_height = _LETTER * len(name) / 2, _LINE / 2
    x = point[0] + across * (half_width + _AWAY)
    y = point[1] + down * (half_height + _AWAY)
    return Box(x - half_width, y - half_height, x + half_width, y + half_height)
