"""The chart of intervals by row: dots with intervals on one shared axis, one row a name.

A figure says what its rows are and how its marks look; how they are drawn is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import plotly.graph_objects as go

from rome.figures.canvas import empty, finish
from rome.figures.theme import ACCENT, GREY, GroupStyle
from rome.stats.estimate import Estimate
from rome.text.names import literal

Marker = Mapping[str, object]

#: Pixels of a row whose name takes two lines at most, and of every line more.
ROW_HEIGHT, _LINE = 46, 16
#: What is held against (pooled, before), and what a figure is about (ROME, now).
HOLLOW: Marker = {"color": GREY, "symbol": "circle-open", "size": 11, "line": {"width": 2}}
FILLED: Marker = {"color": ACCENT, "symbol": "circle", "size": 11}


@dataclass(frozen=True)
class Mark:
    """What is drawn in every row: its name in the legend, and how its dots look.

    ``offset`` is how far below the middle of its row a dot stands, as a share of the row. Intervals have the
    colour of the marker, or ``bar``; ``cap`` is the length in pixels of the strokes at their ends.
    """

    marker: Marker
    name: str | None = None
    offset: float = 0.0
    bar: str | None = None
    cap: int = 0


@dataclass(frozen=True)
class Dot:
    """One estimate with the words shown on pointing at it, and its own ``marker`` where it differs from its
    mark's (in values, not in keys)."""

    estimate: Estimate
    hover: str
    marker: Marker | None = None


@dataclass(frozen=True)
class Row:
    """A name beside the axis, safe to show, and a dot for each mark, ``None`` where a mark has none here.

    A row without dots says ``why`` in their place.
    """

    tick: str
    dots: tuple[Dot | None, ...] = ()
    why: str = ""


def chart(
    rows: Sequence[Row],
    marks: Sequence[Mark],
    axis: Mapping[str, object],
    *,
    alt: str,
    caption: str = "",
    reason: str = "No value could be computed, so there is nothing to draw.",
    zero: bool = False,
    frame: int = 100,
    row_height: int | None = None,
    bottom: float | None = None,
    **layout: object,
) -> go.Figure:
    """Draw ``rows`` from the top, each with a dot and an interval a mark, on one axis.

    Parameters
    ----------
    rows : sequence of Row
    marks : sequence of Mark
        One a dot of each row.
    axis : mapping
        The horizontal axis, as plotly takes it: ``title_text``, ``range``, …
    alt, caption : str
        What stands for the figure where it can't be seen, and the note under it.
    reason : str
        What is said in place of the chart where no dot has a value.
    zero : bool
        Whether to draw the line of no difference.
    frame, row_height : int
        Pixels around the rows, and of each; by default what the longest name takes.
    bottom : float or None
        Where the rows end; by default a little below the last.
    **layout
        More of the figure's layout, as plotly takes it: ``margin_t``, ``legend``, …
    """
    if not any(isfinite(dot.estimate.value) for dot in _dots(rows)):
        return empty(reason)
    figure = go.Figure(traces(rows, marks))
    ticks = [row.tick for row in rows]
    row_axis(figure, ticks, bottom=bottom)
    for place, row in enumerate(rows):
        if row.why:
            figure.add_annotation(x=0.01, xref="x domain", xanchor="left", y=place, text=row.why)
    figure.update_xaxes(**axis)
    if zero:
        figure.update_xaxes(zeroline=True, zerolinewidth=1.5)
    figure.update_layout(showlegend=len(marks) > 1, **layout)
    height = frame + (row_height or fitting_height(ticks)) * len(rows)
    return finish(figure, height=height, alt=alt, caption=caption)


def traces(rows: Sequence[Row], marks: Sequence[Mark]) -> list[go.Scatter]:
    """Return one trace a mark; row ``i`` lies at ``y = i``."""
    return [_trace(rows, mark, place) for place, mark in enumerate(marks)]


def _trace(rows: Sequence[Row], mark: Mark, place: int) -> go.Scatter:
    drawn = [(y, row.dots[place]) for y, row in enumerate(rows) if row.dots and row.dots[place]]
    estimates = [dot.estimate for _, dot in drawn]
    return go.Scatter(
        x=[each.value if isfinite(each.value) else None for each in estimates],
        y=[y + mark.offset for y, _ in drawn],
        error_x=intervals(estimates, mark.bar or mark.marker["color"], cap=mark.cap),
        mode="markers",
        marker=_marker([dot.marker or mark.marker for _, dot in drawn]),
        name=mark.name,
        hoverinfo="text",
        hovertext=[dot.hover for _, dot in drawn],
    )


def _marker(looks: list[Marker]) -> dict[str, object]:
    """Return how all dots of a trace look: a list for what differs between them."""
    varying = {key for key in looks[0] for look in looks if look[key] != looks[0][key]} if looks else set()
    return {
        key: [look[key] for look in looks] if key in varying else value
        for key, value in (looks[0] if looks else {}).items()
    }


def intervals(
    estimates: Sequence[Estimate], colour: object, *, thickness: float = 1.8, cap: int = 0
) -> dict[str, object] | None:
    """Return plotly's bars from each value to both ends; an infinite or missing end draws none."""
    up = [each.high - each.value for each in estimates]
    down = [each.value - each.low for each in estimates]
    if not any(isfinite(length) for length in up + down):
        return None
    return {
        "type": "data",
        "symmetric": False,
        "array": [length if isfinite(length) else None for length in up],
        "arrayminus": [length if isfinite(length) else None for length in down],
        "color": colour,
        "thickness": thickness,
        "width": cap,
    }


def row_axis(
    figure: go.Figure, ticks: Sequence[str], *, top: float = -0.6, bottom: float | None = None
) -> None:
    """Put rows 0, 1, … from the top, with ``ticks`` (safe to show) beside them."""
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(ticks))),
        ticktext=list(ticks),
        range=[len(ticks) - 0.4 if bottom is None else bottom, top],
        showgrid=False,
        fixedrange=True,
        zeroline=False,
    )


def fitting_height(ticks: Sequence[str]) -> int:
    """Return a row's pixels: more where a name runs over several lines."""
    most = max(tick.count("<br>") for tick in ticks)
    return ROW_HEIGHT + _LINE * max(0, most - 1)


def hover(name: str, *lines: str) -> str:
    """Return the words of a dot: a name from a table in bold, then ``lines`` that are safe to show."""
    return "<br>".join([f"<b>{literal(name)}</b>", *lines])


def group_marker(style: GroupStyle, size: int = 11) -> Marker:
    """Return a dot in a group's colour, symbol and outline."""
    return {
        "color": style.colour,
        "symbol": style.symbol,
        "size": size,
        "line": {"color": style.edge, "width": 1},
    }


def ends(rows: Sequence[Row]) -> list[float]:
    """Return the values and the ends of intervals that are known."""
    estimates = [dot.estimate for dot in _dots(rows)]
    return [end for each in estimates for end in (each.value, each.low, each.high) if isfinite(end)]


def mirrored(rows: Sequence[Row], least: float) -> list[float]:
    """Return an axis that reaches as far to both sides of zero: all intervals, and ``least``."""
    reach = 1.15 * max([least, *(abs(end) for end in ends(rows))])
    return [-reach, reach]


def clipped(dot: Dot, low: float, high: float) -> Dot:
    """Return a dot whose interval ends with the axis; one beyond it stands at its edge, as a triangle."""
    value = dot.estimate.value
    if not isfinite(value):
        return dot
    at, start, end = (
        min(max(each, low), high) if isfinite(each) else each
        for each in (value, dot.estimate.low, dot.estimate.high)
    )
    within = Estimate(at, start, end)
    if at == value:
        return Dot(within, dot.hover, dot.marker)
    side = "right" if value > at else "left"
    return Dot(within, dot.hover, {"color": GREY, "symbol": f"triangle-{side}", "size": 12})


def percent(share: Estimate) -> Estimate:
    """Return a share with its interval, times a hundred."""
    return Estimate(100 * share.value, 100 * share.low, 100 * share.high)


def interval_columns(name: str, estimate: Estimate) -> dict[str, float]:
    """Return the three cells that a table beside a chart has of an estimate."""
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def _dots(rows: Sequence[Row]) -> list[Dot]:
    return [dot for row in rows for dot in row.dots if dot is not None]
