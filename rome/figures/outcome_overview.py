"""The outcome before any model: how it is spread, and its mean for each value of the sensitive columns."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rome.figures.canvas import empty, finish, row_axis
from rome.figures.theme import GREY
from rome.table.overview import CONFIDENCE, FEW_ROWS, Attribute, Cell, OutcomeOverview
from rome.text.names import axis_label, literal, visible
from rome.text.numbers import format_count, format_number, format_percent, half_width

_ROW_HEIGHT = 30
_COLUMNS = ["column", "value", "n", "mean", "low", "high", "few rows"]


def outcome_spread(before: OutcomeOverview) -> go.Figure:
    """Draw how many rows have each outcome: a histogram, or two bars for a yes/no."""
    if not before.rows:
        return empty("No row has an outcome.")
    bars = _two_bars(before) if before.kind == "binary" else _histogram(before)
    figure = go.Figure(bars)
    figure.update_yaxes(title_text="Rows", rangemode="tozero", fixedrange=True)
    figure.update_xaxes(title_text=axis_label(before.outcome, 60), showgrid=False, fixedrange=True)
    figure.update_layout(showlegend=False, margin_t=28, bargap=0.5 if before.kind == "binary" else 0.04)
    return finish(figure, height=260, alt=_spread_alt(before))


def outcome_by_attribute(before: OutcomeOverview, attribute: Attribute) -> go.Figure:
    """Draw one sensitive column: rows with each value as bars, their mean outcome as dots with intervals.

    Values with fewer than ten rows are hollow, and say so. The dotted line is the mean of all rows.
    """
    if not attribute.cells:
        return empty(f"{visible(attribute.column)} has no value.")
    figure = make_subplots(cols=2, shared_yaxes=True, column_widths=[0.3, 0.7], horizontal_spacing=0.04)
    figure.add_trace(_counts(attribute), 1, 1)
    figure.add_trace(_means(before, attribute), 1, 2)
    figure.add_vline(before.mean, line={"dash": "dot", "width": 1.5, "color": GREY}, col=2)
    row_axis(figure, [_tick(cell) for cell in attribute.cells])
    figure.update_yaxes(ticklabelstandoff=8, col=1)
    figure.update_yaxes(showticklabels=False, col=2)
    figure.update_xaxes(title_text="Rows", rangemode="tozero", nticks=4, fixedrange=True, col=1)
    figure.update_xaxes(
        title_text=_mean_words(before), fixedrange=True, nticks=6, range=_reach(before, attribute), col=2
    )
    if before.kind == "binary":
        figure.update_xaxes(tickformat=".0%", col=2)
    figure.update_layout(showlegend=False, margin_t=40, bargap=0.45)
    height = 118 + _ROW_HEIGHT * len(attribute.cells)
    return finish(figure, height=height, alt=_alt(before, attribute), caption=_caption(before, attribute))


def before_table(before: OutcomeOverview) -> pd.DataFrame:
    """Return every sensitive column's values as rows: how many, the mean outcome and its interval."""
    rows = [
        {
            "column": attribute.column,
            "value": cell.label,
            "n": cell.rows,
            "mean": cell.mean,
            "low": cell.low,
            "high": cell.high,
            "few rows": f"under {FEW_ROWS}" if cell.few else "",
        }
        for attribute in before.attributes
        for cell in attribute.cells
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _two_bars(before: OutcomeOverview) -> go.Bar:
    names = [f"not {visible(before.positive)}", visible(before.positive)]
    shares = [format_percent(count / before.rows) for count in before.counts]
    return go.Bar(
        x=[literal(name) for name in names],
        y=list(before.counts),
        text=[f"{format_count(n)} ({share})" for n, share in zip(before.counts, shares, strict=True)],
        textposition="outside",
        cliponaxis=False,
        marker={"color": GREY},
        hoverinfo="skip",
    )


def _histogram(before: OutcomeOverview) -> go.Bar:
    edges = before.edges
    middles = [(low + high) / 2 for low, high in pairwise(edges)]
    hover = [
        f"{format_number(low)} to {format_number(high)}<br>{format_count(count)} rows"
        for (low, high), count in zip(pairwise(edges), before.counts, strict=True)
    ]
    return go.Bar(x=middles, y=list(before.counts), marker={"color": GREY}, hoverinfo="text", hovertext=hover)


def _counts(attribute: Attribute) -> go.Bar:
    return go.Bar(
        x=[cell.rows for cell in attribute.cells],
        y=list(range(len(attribute.cells))),
        orientation="h",
        marker={"color": GREY},
        hoverinfo="text",
        hovertext=[
            f"<b>{literal(cell.label)}</b><br>{format_count(cell.rows)} rows" for cell in attribute.cells
        ],
    )


def _means(before: OutcomeOverview, attribute: Attribute) -> go.Scatter:
    cells = attribute.cells
    return go.Scatter(
        x=[cell.mean for cell in cells],
        y=list(range(len(cells))),
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [cell.high - cell.mean if isfinite(cell.high) else 0 for cell in cells],
            "arrayminus": [cell.mean - cell.low if isfinite(cell.low) else 0 for cell in cells],
            "color": GREY,
            "thickness": 1.8,
            "width": 5,
        },
        mode="markers",
        marker={
            "color": GREY,
            "size": 11,
            "symbol": ["circle-open" if cell.few else "circle" for cell in cells],
            "line": {"width": 2, "color": GREY},
        },
        hoverinfo="text",
        hovertext=[f"<b>{literal(cell.label)}</b><br>{_estimate(before, cell)}" for cell in cells],
    )


def _reach(before: OutcomeOverview, attribute: Attribute) -> list[float]:
    """From where to where the means are drawn: a few rows' interval runs off rather than set the scale."""
    ends = [before.mean, *(cell.mean for cell in attribute.cells)]
    ends += [
        end for cell in attribute.cells if not cell.few for end in (cell.low, cell.high) if isfinite(end)
    ]
    margin = 0.06 * (max(ends) - min(ends)) or 0.5
    return [min(ends) - margin, max(ends) + margin]


def _tick(cell: Cell) -> str:
    few = " · <b>few rows</b>" if cell.few else ""
    return f"{axis_label(cell.label)} · n = {format_count(cell.rows)}{few}"


def _mean_words(before: OutcomeOverview) -> str:
    if before.kind == "binary":
        return f"Share with {axis_label(before.outcome, 24)} = {axis_label(before.positive, 16)}"
    return f"Mean {axis_label(before.outcome, 40)}"


def _estimate(before: OutcomeOverview, cell: Cell) -> str:
    write = format_percent if before.kind == "binary" else format_number
    resolution = half_width(cell.low, cell.high)
    text = write(cell.mean, resolution)
    if resolution is not None:
        text += f" ({100 * CONFIDENCE:g}% {write(cell.low, resolution)} to {write(cell.high, resolution)})"
    return f"{text}, {format_count(cell.rows)} rows{', too few to say anything' if cell.few else ''}"


def _caption(before: OutcomeOverview, attribute: Attribute) -> str:
    said = [f"Dotted: the mean of all {format_count(before.rows)} rows."]
    if attribute.binned:
        said.append("The values are cut into fifths of the rows.")
    few = sum(cell.few for cell in attribute.cells)
    if few:
        said.append(f"Hollow: fewer than {FEW_ROWS} rows, too few to say anything.")
    if before.weighted:
        said.append("Means count each row by its weight.")
    return " ".join(said)


def _spread_alt(before: OutcomeOverview) -> str:
    if before.kind == "binary":
        share = format_percent(before.counts[1] / before.rows)
        return f"{before.outcome} is {before.positive} in {share} of {format_count(before.rows)} rows."
    low, high = format_number(before.edges[0]), format_number(before.edges[-1])
    return (
        f"Histogram of {before.outcome} over {format_count(before.rows)} rows, from {low} to {high}, "
        f"mean {format_number(before.mean)}."
    )


def _alt(before: OutcomeOverview, attribute: Attribute) -> str:
    cells = "; ".join(f"{cell.label}: {_estimate(before, cell)}" for cell in attribute.cells)
    what = "share" if before.kind == "binary" else "mean"
    return f"{what.capitalize()} of {before.outcome} by {attribute.column}, before any model. {cells}."
