"""The outcome before any model: how it is spread, and its mean for each value of the sensitive columns."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rome.figures.canvas import empty, finish
from rome.figures.rows import Dot, Mark, Row, hover, row_axis, traces
from rome.figures.theme import GREY
from rome.stats.estimate import Estimate
from rome.table.overview import CONFIDENCE, FEW_ROWS, Attribute, Cell, OutcomeOverview
from rome.text.names import axis_label, literal, visible
from rome.text.numbers import format_count, format_number, format_percent, half_width

_ROW_HEIGHT = 30
_MARKER = {"color": GREY, "size": 11, "symbol": "circle", "line": {"width": 2, "color": GREY}}
_COLUMNS = ["column", "value", "n", "mean", "low", "high", "few rows"]


def outcome_spread(overview: OutcomeOverview) -> go.Figure:
    """Draw how many rows have each outcome: a histogram, or two bars for a yes/no."""
    if not overview.rows:
        return empty("No row has an outcome.")
    bars = _two_bars(overview) if overview.kind == "binary" else _histogram(overview)
    figure = go.Figure(bars)
    figure.update_yaxes(title_text="Rows", rangemode="tozero", fixedrange=True)
    figure.update_xaxes(title_text=axis_label(overview.outcome, 60), showgrid=False, fixedrange=True)
    figure.update_layout(showlegend=False, margin_t=28, bargap=0.5 if overview.kind == "binary" else 0.04)
    return finish(figure, height=260, alt=_spread_alt(overview))


def outcome_by_attribute(overview: OutcomeOverview, attribute: Attribute) -> go.Figure:
    """Draw one sensitive column: rows with each value as bars, their mean outcome as dots with intervals.

    Values with fewer than ten rows are hollow, and say so. The dotted line is the mean of all rows.
    """
    if not attribute.cells:
        return empty(f"{visible(attribute.column)} has no value.")
    figure = make_subplots(cols=2, shared_yaxes=True, column_widths=[0.3, 0.7], horizontal_spacing=0.04)
    figure.add_trace(_counts(attribute), 1, 1)
    rows = [_row(overview, cell) for cell in attribute.cells]
    figure.add_traces(traces(rows, [Mark(_MARKER, cap=5)]), rows=1, cols=2)
    figure.add_vline(overview.mean, line={"dash": "dot", "width": 1.5, "color": GREY}, col=2)
    row_axis(figure, [row.tick for row in rows])
    figure.update_yaxes(ticklabelstandoff=8, col=1)
    figure.update_yaxes(showticklabels=False, col=2)
    figure.update_xaxes(title_text="Rows", rangemode="tozero", nticks=4, fixedrange=True, col=1)
    figure.update_xaxes(
        title_text=_mean_words(overview), fixedrange=True, nticks=6, range=_reach(overview, attribute), col=2
    )
    if overview.kind == "binary":
        figure.update_xaxes(tickformat=".0%", col=2)
    figure.update_layout(showlegend=False, margin_t=40, bargap=0.45)
    height = 118 + _ROW_HEIGHT * len(attribute.cells)
    return finish(figure, height=height, alt=_alt(overview, attribute), caption=_caption(overview, attribute))


def outcome_overview_table(overview: OutcomeOverview) -> pd.DataFrame:
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
        for attribute in overview.attributes
        for cell in attribute.cells
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _two_bars(overview: OutcomeOverview) -> go.Bar:
    names = [f"not {visible(overview.positive)}", visible(overview.positive)]
    shares = [format_percent(count / overview.rows) for count in overview.counts]
    return go.Bar(
        x=[literal(name) for name in names],
        y=list(overview.counts),
        text=[f"{format_count(n)} ({share})" for n, share in zip(overview.counts, shares, strict=True)],
        textposition="outside",
        cliponaxis=False,
        marker={"color": GREY},
        hoverinfo="skip",
    )


def _histogram(overview: OutcomeOverview) -> go.Bar:
    edges = overview.edges
    middles = [(low + high) / 2 for low, high in pairwise(edges)]
    words = [
        f"{format_number(low)} to {format_number(high)}<br>{format_count(count)} rows"
        for (low, high), count in zip(pairwise(edges), overview.counts, strict=True)
    ]
    return go.Bar(
        x=middles, y=list(overview.counts), marker={"color": GREY}, hoverinfo="text", hovertext=words
    )


def _counts(attribute: Attribute) -> go.Bar:
    return go.Bar(
        x=[cell.rows for cell in attribute.cells],
        y=list(range(len(attribute.cells))),
        orientation="h",
        marker={"color": GREY},
        hoverinfo="text",
        hovertext=[hover(cell.label, f"{format_count(cell.rows)} rows") for cell in attribute.cells],
    )


def _row(overview: OutcomeOverview, cell: Cell) -> Row:
    mean = Estimate(cell.mean, cell.low, cell.high)
    own = _MARKER | {"symbol": "circle-open"} if cell.few else None
    few = " · <b>few rows</b>" if cell.few else ""
    tick = f"{axis_label(cell.label)} · n = {format_count(cell.rows)}{few}"
    return Row(tick, (Dot(mean, hover(cell.label, _estimate(overview, cell)), own),))


def _reach(overview: OutcomeOverview, attribute: Attribute) -> list[float]:
    """From where to where the means are drawn: a few rows' interval runs off rather than set the scale."""
    ends = [overview.mean, *(cell.mean for cell in attribute.cells)]
    ends += [
        end for cell in attribute.cells if not cell.few for end in (cell.low, cell.high) if isfinite(end)
    ]
    margin = 0.06 * (max(ends) - min(ends)) or 0.5
    return [min(ends) - margin, max(ends) + margin]


def _mean_words(overview: OutcomeOverview) -> str:
    if overview.kind == "binary":
        return f"Share with {axis_label(overview.outcome, 24)} = {axis_label(overview.positive, 16)}"
    return f"Mean {axis_label(overview.outcome, 40)}"


def _estimate(overview: OutcomeOverview, cell: Cell) -> str:
    write = format_percent if overview.kind == "binary" else format_number
    resolution = half_width(cell.low, cell.high)
    text = write(cell.mean, resolution)
    if resolution is not None:
        text += f" ({100 * CONFIDENCE:g}% {write(cell.low, resolution)} to {write(cell.high, resolution)})"
    return f"{text}, {format_count(cell.rows)} rows{', too few to say anything' if cell.few else ''}"


def _caption(overview: OutcomeOverview, attribute: Attribute) -> str:
    said = [f"Dotted: the mean of all {format_count(overview.rows)} rows."]
    if attribute.binned:
        said.append("The values are cut into fifths of the rows.")
    few = sum(cell.few for cell in attribute.cells)
    if few:
        said.append(f"Hollow: fewer than {FEW_ROWS} rows, too few to say anything.")
    if overview.weighted:
        said.append("Means count each row by its weight.")
    return " ".join(said)


def _spread_alt(overview: OutcomeOverview) -> str:
    if overview.kind == "binary":
        share = format_percent(overview.counts[1] / overview.rows)
        return f"{overview.outcome} is {overview.positive} in {share} of {format_count(overview.rows)} rows."
    low, high = format_number(overview.edges[0]), format_number(overview.edges[-1])
    return (
        f"Histogram of {overview.outcome} over {format_count(overview.rows)} rows, from {low} to {high}, "
        f"mean {format_number(overview.mean)}."
    )


def _alt(overview: OutcomeOverview, attribute: Attribute) -> str:
    cells = "; ".join(f"{cell.label}: {_estimate(overview, cell)}" for cell in attribute.cells)
    what = "share" if overview.kind == "binary" else "mean"
    return f"{what.capitalize()} of {overview.outcome} by {attribute.column}, before any model. {cells}."
