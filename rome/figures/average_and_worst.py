"""Every model as a point: its error on everybody against that of its worst group."""

from __future__ import annotations

from math import isfinite

import plotly.graph_objects as go

from rome.compare import ComparisonResult, Standing
from rome.compare.result import ScoredGrouping
from rome.figures.against_others import WHOSE, marker
from rome.figures.canvas import empty, finish
from rome.figures.places import Box, name_sides
from rome.text.measures import measure
from rome.text.names import literal
from rome.text.numbers import format_number, half_width

#: A model with more than this many times the lowest error is named below and not drawn.
_TOO_FAR = 2.5
_HEIGHT = 460
#: About what the drawing area measures in pixels, for the places of names.
_AREA = (860.0, 360.0)
_ROOM = 0.12
#: Bars stay behind the names that they cross.
_FAINT = "rgba(115,123,134,0.40)"


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
            f"<b>{title}</b><br>{loss[:1].upper()}{loss[1:]}, everybody: {_written(everybody)}<br>"
            f"Worst group: {_written(worst)}"
        ],
    )


def _bar(each: Standing) -> dict[str, object]:
    """Return the interval of the difference from the reference, drawn around the model's own error."""
    up, down = each.high - each.difference, each.difference - each.low
    return {
        "type": "data",
        "symmetric": False,
        "array": [up if isfinite(up) else None],
        "arrayminus": [down if isfinite(down) else None],
        "color": _FAINT,
        "thickness": 1.2,
        "width": 0,
    }


def _written(each: Standing) -> str:
    return format_number(each.loss, half_width(each.low, each.high))


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
    parts = [f"{pair[0].title} {_written(pair[0])} and {_written(pair[1])}" for pair in pairs]
    return f"Mean {loss} of everybody and of the {WHOSE[grouping].lower()}: " + "; ".join(parts) + "."
