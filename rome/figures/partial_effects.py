"""What moves people into a group and out of it, one sensitive column at a time."""

from __future__ import annotations

from math import isfinite

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty, finish, row_axis, zero_line
from rome.figures.error_by_group import intervals
from rome.figures.profile import group_index
from rome.figures.theme import group_style
from rome.results import GroupSummary, StudyResult
from rome.results.description import PartialEffect
from rome.stats.estimate import Estimate
from rome.text.names import axis_label, literal
from rome.text.numbers import format_count, format_estimate
from rome.text.rules import value_words

MAX_COLUMNS = 20
_ROW_HEIGHT = 40
_COLUMNS = ["column", "from", "to", "points", "points_low", "points_high"]


def movers(result: StudyResult, group: int | str) -> go.Figure:
    """Draw by how many percentage points membership changes, on average, as one sensitive column moves.

    Parameters
    ----------
    result : StudyResult
        The finished study.
    group : int or str
        Index (from 0) or name of a latent group.
    """
    index = group_index(result, group)
    if index is None:
        return empty(f"There is no group {group!r} in this study.")
    summary = result.groups[index]
    if not summary.description.movers:
        return empty(f"No sensitive column moves anybody into {summary.name} or out of it.")
    shown = summary.description.movers[:MAX_COLUMNS]
    style = group_style(index)
    points = [in_points(mover) for mover in shown]
    marker = {"color": style.colour, "symbol": style.symbol, "size": 11}
    figure = go.Figure(
        go.Scatter(
            x=[point.value for point in points],
            y=list(range(len(shown))),
            error_x=intervals(points, style.colour),
            mode="markers",
            marker=marker | {"line": {"color": style.edge, "width": 1}},
            hoverinfo="text",
            hovertext=[_hover(result, mover) for mover in shown],
        )
    )
    row_axis(figure, [_tick(mover) for mover in shown])
    zero_line(figure)
    ends = (end for point in points for end in (point.value, point.low, point.high))
    reach = 1.15 * max(5.0, *(abs(end) for end in ends if isfinite(end)))
    title = f"Change in the probability of {axis_label(summary.name)}, in percentage points"
    figure.update_xaxes(title_text=title, range=[-reach, reach])
    figure.update_layout(showlegend=False, margin_t=40)
    height = 102 + _ROW_HEIGHT * len(shown)
    return finish(figure, height=height, alt=_alt(summary, shown), caption=_caption(result, summary))


def movers_table(result: StudyResult, group: int | str) -> pd.DataFrame:
    """Return the same content as rows: column, from, to, and the change in percentage points."""
    index = group_index(result, group)
    found = () if index is None else result.groups[index].description.movers
    rows = [
        (mover.column, value_words(mover.start), value_words(mover.end), point.value, point.low, point.high)
        for mover, point in zip(found, map(in_points, found), strict=True)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def in_points(mover: PartialEffect) -> Estimate:
    """Return a mover's change in percentage points."""
    change = mover.change
    return Estimate(100 * change.value, 100 * change.low, 100 * change.high)


def _tick(mover: PartialEffect) -> str:
    ends = f"{axis_label(value_words(mover.start), 18)} → {axis_label(value_words(mover.end), 18)}"
    return f"{axis_label(mover.column)}<br>{ends}"


def _hover(result: StudyResult, mover: PartialEffect) -> str:
    ends = f"{literal(value_words(mover.start))} → {literal(value_words(mover.end))}"
    change = format_estimate(in_points(mover), result.settings.confidence)
    return f"<b>{literal(mover.column)}</b> {ends}<br>{change} points"


def _alt(summary: GroupSummary, shown: tuple[PartialEffect, ...]) -> str:
    parts = [
        f"{mover.column} from {value_words(mover.start)} to {value_words(mover.end)} "
        f"{100 * mover.change.value:+.0f}"
        for mover in shown[:3]
    ]
    return f"What moves people into {summary.name}, in percentage points: {', '.join(parts)}."


def _caption(result: StudyResult, summary: GroupSummary) -> str:
    total = len(summary.description.movers)
    cut = f"The {MAX_COLUMNS} largest of {total} changes. " if total > MAX_COLUMNS else ""
    return (
        f"{cut}Averages over {format_count(summary.description.moved_rows)} held-out rows, before the "
        "outcome is seen, other columns as they are: a number goes from its lower to its upper quartile, a "
        "text from the level where the group is rarest to the one where it is most frequent. "
        f"{_certainty(result, summary)} A change is no cause."
    )


def _certainty(result: StudyResult, summary: GroupSummary) -> str:
    if result.training is not None:
        return (
            "No intervals: how well the rows determine a network's gate is not known. With lines (ROME-EM) "
            "it is."
        )
    if any(isfinite(mover.change.low) for mover in summary.description.movers):
        return (
            "Intervals hold both uncertainties: which rows were held out, and how well the rows determine "
            "the gate. One that crosses zero leaves open whether the column moves anybody."
        )
    return (
        "No intervals: the rows don't determine every coefficient of the gate, so how sure this is is open."
    )
