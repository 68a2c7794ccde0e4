"""Average against worst: what each DRO strength gains for the worst group and costs everybody.

Both are drawn as change against pooled by strength, because that is the question to decide; a plane
of worst against average hides which strength is where.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty, finish
from rome.figures.rows import HOLLOW, interval_columns, percent
from rome.figures.theme import ACCENT, GREY
from rome.figures.worst_group import compared
from rome.results import PathPoint, StudyResult
from rome.stats.estimate import Estimate
from rome.text.measures import comparison_at, measure
from rome.text.names import literal
from rome.text.numbers import (
    NOT_COMPARED,
    as_sentence,
    format_number,
    format_percent,
    format_percent_interval,
)

#: Where pooled stands on the axis of strengths: beside zero, because it is no strength.
_POOLED_X = -0.07
_BAND = "rgba(106,90,224,0.16)"
_BAND_ALL = "rgba(115,123,134,0.20)"


@dataclass(frozen=True)
class _Change:
    """A point's loss and its change against pooled, as a share."""

    loss: float
    against: Estimate


def path(result: StudyResult, *, dro_strength: float | None = None) -> go.Figure:
    """Draw the change against pooled, in percent on held-out rows, for the worst group and for everybody.

    Parameters
    ----------
    result : StudyResult
        The finished study.
    dro_strength : float or None
        The DRO strength to mark as chosen; ``None`` marks the study's own.
    """
    if len(result.groups) < 2 or len(result.path) < 2:
        return empty("There is no path: with one group every strength gives the same predictor.")
    worst = _changes(result, _guarded(result), [point.worst_group for point in result.path])
    everybody = _changes(result, "overall", [point.overall for point in result.path])
    if not any(isfinite(change.against.value) for change in worst):
        comparison = comparison_at(result, _guarded(result), result.path[0].strength)
        return empty(
            as_sentence(NOT_COMPARED[comparison.reason])
            if comparison and comparison.reason
            else "The path could not be computed on the held-out rows."
        )
    figure = go.Figure()
    _add_line(figure, result, everybody, "Everybody", GREY, _BAND_ALL, "square", "dash")
    _add_line(figure, result, worst, _worst_name(result), ACCENT, _BAND, "circle", "solid")
    _add_pooled(figure)
    _mark(figure, result, result.dro.strength if dro_strength is None else dro_strength)
    figure.update_xaxes(
        title_text="DRO strength (0 average, 1 worst case)",
        tickmode="array",
        tickvals=[0, 0.25, 0.5, 0.75, 1],
        range=[-0.12, 1.04],
        showgrid=False,
    )
    figure.update_yaxes(title_text=f"Change in {measure(result.metric).inline}", ticksuffix="%")
    figure.update_layout(margin_t=64, legend_y=1.09)
    return finish(figure, height=430, alt=_alt(result, worst, everybody), caption=_caption(result))


def path_table(result: StudyResult) -> pd.DataFrame:
    """Return one row a strength: test and validation losses, and the changes against pooled."""
    worst = _changes(result, _guarded(result), [point.worst_group for point in result.path])
    everybody = _changes(result, "overall", [point.overall for point in result.path])
    rows = [
        _row(result, point, *changes) for point, *changes in zip(result.path, worst, everybody, strict=True)
    ]
    return pd.DataFrame(rows)


def _row(result: StudyResult, point: PathPoint, worst: _Change, everybody: _Change) -> dict[str, object]:
    marks = []
    if point.strength == result.dro.strength:
        marks.append("chosen")
    if point.strength == result.dro.recommended:
        marks.append("advised")
    return {
        "strength": point.strength,
        "note": ", ".join(marks),
        "worst_group": point.worst_group,
        **interval_columns("worst_group_change", worst.against),
        "overall": point.overall,
        **interval_columns("overall_change", everybody.against),
        "validation_worst_group": point.validation_worst_group,
        "validation_overall": point.validation_overall,
        **interval_columns("validation_difference", point.validation_difference),
    }


def _guarded(result: StudyResult) -> str:
    return f"worst_{result.dro.guard}"


def _worst_name(result: StudyResult) -> str:
    return f"Worst {literal(result.dro.guard)} group"


def _changes(result: StudyResult, key: str, losses: list[float]) -> list[_Change]:
    return [
        _Change(loss, compared(comparison_at(result, key, point.strength), "relative"))
        for point, loss in zip(result.path, losses, strict=True)
    ]


def _add_line(
    figure: go.Figure,
    result: StudyResult,
    changes: list[_Change],
    name: str,
    colour: str,
    band: str,
    symbol: str,
    dash: str,
) -> None:
    """Add one line with its interval as a ribbon behind it."""
    strengths = [point.strength for point in result.path]
    shown = [percent(change.against) for change in changes]
    inside = [(x, each) for x, each in zip(strengths, shown, strict=True) if isfinite(each.low)]
    ribbon = [(x, each.high) for x, each in inside] + [(x, each.low) for x, each in reversed(inside)]
    figure.add_scatter(
        x=[x for x, _ in ribbon],
        y=[y for _, y in ribbon],
        fill="toself",
        fillcolor=band,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
        legendgroup=name,
        name=f"{name}, interval",
    )
    figure.add_scatter(
        x=strengths,
        y=[each.value if isfinite(each.value) else None for each in shown],
        mode="lines+markers",
        name=name,
        legendgroup=name,
        legendrank=1 if name != "Everybody" else 2,
        line={"color": colour, "width": 2.5, "dash": dash},
        marker={"color": colour, "symbol": symbol, "size": 6},
        hoverinfo="text",
        hovertext=[_hover(result, x, name, change) for x, change in zip(strengths, changes, strict=True)],
    )


def _hover(result: StudyResult, strength: float, name: str, change: _Change) -> str:
    against = change.against
    relative = format_percent_interval(against.value, against.low, against.high, result.settings.confidence)
    loss = f"{measure(result.metric).label}: {format_number(change.loss)}"
    return f"<b>{name}</b> at strength {strength:g}<br>Change against pooled: {relative}<br>{loss}"


def _add_pooled(figure: go.Figure) -> None:
    figure.update_yaxes(zeroline=True, zerolinewidth=1.5)
    figure.add_scatter(
        x=[_POOLED_X],
        y=[0],
        mode="markers",
        legendrank=3,
        name="Pooled (one model)",
        marker=HOLLOW | {"size": 12},
        hoverinfo="text",
        hovertext=["<b>Pooled (one model)</b><br>The reference: no change"],
    )


def _mark(figure: go.Figure, result: StudyResult, chosen: float) -> None:
    """Mark the chosen and the recommended strength in words above the plot."""
    recommended = result.dro.recommended
    if recommended == "pooled":
        _flag(figure, chosen, f"chosen {chosen:g}", "left" if chosen < 0.5 else "right", raised=chosen < 0.3)
    elif abs(recommended - chosen) < 1e-9:
        _flag(figure, chosen, f"chosen and advised {chosen:g}", "left" if chosen < 0.5 else "right")
    else:
        left, right = sorted((chosen, recommended))
        words = {chosen: f"chosen {chosen:g}", recommended: f"advised {recommended:g}"}
        close = right - left < 0.25
        _flag(figure, left, words[left], "right" if close and left > 0.25 else "left", raised=close)
        _flag(figure, right, words[right], "left" if right < 0.75 else "right", raised=False)


def _flag(figure: go.Figure, x: float, text: str, anchor: str, raised: bool = False) -> None:
    figure.add_vline(x=x, line_width=1, line_dash="dot", layer="below")
    figure.add_annotation(
        x=x, y=1, yref="y domain", yanchor="bottom", xanchor=anchor, text=text, yshift=14 if raised else 0
    )


def _caption(result: StudyResult) -> str:
    return (
        "Lines and bands are from held-out rows. The strength was chosen on rows inside the training part "
        "that the judged fits left out; held-out rows never choose."
    )


def _alt(result: StudyResult, worst: list[_Change], everybody: list[_Change]) -> str:
    first, last = result.path[0].strength, result.path[-1].strength
    ends = [
        " to ".join(format_percent(line[place].against.value, signed=True) for place in (0, -1))
        for line in (worst, everybody)
    ]
    return (
        f"Change against pooled from strength {first:g} to {last:g}: worst {result.dro.guard} group "
        f"{ends[0]}, everybody {ends[1]}."
    )
