"""Every model as a point: its error on everybody against that of its worst group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import plotly.graph_objects as go

from rome.compare import ComparisonResult, Standing
from rome.compare.result import ScoredGrouping
from rome.figures.against_others import WHOSE, marker, written_loss
from rome.figures.canvas import empty, finish
from rome.figures.rows import hover, intervals
from rome.stats.estimate import Estimate
from rome.text.measures import measure
from rome.text.names import literal

#: A model with more than this many times the lowest error is named below and not drawn.
_TOO_FAR = 2.5
_HEIGHT = 460
#: About what the drawing area measures in pixels, for the places of names.
_AREA = (860.0, 360.0)
_ROOM = 0.12
#: Bars stay behind the names that they cross.
_FAINT = "rgba(115,123,134,0.40)"


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


def average_and_worst(comparison: ComparisonResult, grouping: ScoredGrouping, reference: str) -> go.Figure:
    """Draw mean errors over splits: everybody's to the right, the worst group's upwards.

    Parameters
    ----------
    comparison : ComparisonResult
    grouping : {"observed", "latent"}
        The grouping whose worst group is drawn.
    reference : str
        The model that is marked; bars are intervals of the difference from it.
    """
    pairs = _pairs(comparison, grouping, reference)
    if len(pairs) < 2:
        return empty("Fewer than two models have errors of both kinds, so there is no plane to draw.")
    near, far = _near(pairs)
    if len(near) < 2:
        return empty("The models' errors lie too far apart to be drawn on one plane; the table has them.")
    ranges = [_range([pair[side].loss for pair in near]) for side in (0, 1)]
    figure = go.Figure()
    _corner(figure)
    own = next((pair for pair in near if pair[0].model == reference), None)
    if own is not None:
        figure.add_vline(x=own[0].loss, line_width=1, line_dash="dot", layer="below")
        figure.add_hline(y=own[1].loss, line_width=1, line_dash="dot", layer="below")
    sides = _sides(near, ranges)
    for pair, side in zip(near, sides, strict=True):
        figure.add_trace(_point(pair, side, reference, measure(comparison.metric).inline))
    loss = measure(comparison.metric)
    figure.update_xaxes(title_text=f"{loss.label}, everybody", range=ranges[0], nticks=6)
    figure.update_yaxes(title_text=f"{WHOSE[grouping]}", range=ranges[1], nticks=6)
    figure.update_layout(showlegend=False, margin_t=20)
    return finish(
        figure, height=_HEIGHT, alt=_alt(near, grouping, loss.inline), caption=_caption(far, own is not None)
    )


Pair = tuple[Standing, Standing]


def _pairs(comparison: ComparisonResult, grouping: ScoredGrouping, reference: str) -> list[Pair]:
    """Return (everybody, worst group) of each model that has both, the reference first."""
    overall = {each.model: each for each in comparison.standings("overall", against=reference)}
    worst = comparison.standings(grouping, against=reference)
    pairs = [(overall[each.model], each) for each in worst]
    pairs = [pair for pair in pairs if all(isfinite(each.loss) for each in pair)]
    return sorted(pairs, key=lambda pair: pair[0].model != reference)


def _near(pairs: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    least = [min(pair[side].loss for pair in pairs) for side in (0, 1)]
    near = [pair for pair in pairs if all(pair[side].loss <= _TOO_FAR * least[side] for side in (0, 1))]
    return near, [pair for pair in pairs if pair not in near]


def _range(losses: list[float]) -> list[float]:
    low, high = min(losses), max(losses)
    room = _ROOM * (high - low) or 0.05 * abs(high) or 1.0
    return [low - 1.6 * room, high + room]


def _sides(pairs: list[Pair], ranges: list[list[float]]) -> list[str]:
    width, height = _AREA
    spots = []
    for everybody, worst in pairs:
        right = (everybody.loss - ranges[0][0]) / (ranges[0][1] - ranges[0][0])
        up = (worst.loss - ranges[1][0]) / (ranges[1][1] - ranges[1][0])
        spots.append((right * width, (1 - up) * height))
    return name_sides(spots, [pair[0].title for pair in pairs], Box(0, 0, width, height))


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


def _corner(figure: go.Figure) -> None:
    """Name the corner in which a model would be best."""
    figure.add_annotation(
        text="↙ <b>Ideal</b>: low for everybody, and for the worst group",
        x=0,
        y=0,
        xref="x domain",
        yref="y domain",
        xanchor="left",
        yanchor="bottom",
        xshift=6,
        yshift=4,
    )


def _point(pair: Pair, side: str, reference: str, loss: str) -> go.Scatter:
    everybody, worst = pair
    is_it = everybody.model == reference
    title = literal(everybody.title)
    look = marker(everybody.model, is_it)
    return go.Scatter(
        x=[everybody.loss],
        y=[worst.loss],
        error_x=None if is_it else _bar(everybody),
        error_y=None if is_it else _bar(worst),
        mode="markers+text",
        text=[f"<b>{title}</b>" if is_it else title],
        textposition=side,
        textfont={"size": 12},
        marker=look,
        name=title,
        hoverinfo="text",
        hovertext=[
            hover(
                everybody.title,
                f"{loss[:1].upper()}{loss[1:]}, everybody: {written_loss(everybody)}",
                f"Worst group: {written_loss(worst)}",
            )
        ],
    )


def _bar(each: Standing) -> dict[str, object] | None:
    """Return the interval of the difference from the reference, drawn around the model's own error."""
    difference = Estimate(each.difference, each.low, each.high)
    return intervals([difference], _FAINT, thickness=1.2)


def _caption(far: list[Pair], has_reference: bool) -> str:
    said = ""
    if has_reference:
        said = (
            "Thin bars are 95% intervals of the difference from ROME, each for its model alone: where one "
            "crosses a dotted line, the two can't be told apart on that axis. Words and p-values count all "
            "models that were compared (Holm), which asks for more."
        )
    if far:
        named = ", ".join(pair[0].title for pair in far)
        said += f" Not drawn, because the error is more than {_TOO_FAR:g} times the lowest: {named}."
    return said.strip()


def _alt(pairs: list[Pair], grouping: ScoredGrouping, loss: str) -> str:
    parts = [f"{pair[0].title} {written_loss(pair[0])} and {written_loss(pair[1])}" for pair in pairs]
    return f"Mean {loss} of everybody and of the {WHOSE[grouping].lower()}: " + "; ".join(parts) + "."
