"""One row by hand: who it would belong to and what would be predicted, before the edit and after."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import ROW_HEIGHT, finish, row_axis
from rome.figures.error_by_group import group_mark
from rome.figures.theme import ACCENT, GREY, group_style
from rome.results import StudyResult
from rome.score.what_if import Answer
from rome.text.names import axis_label, axis_lines, literal
from rome.text.numbers import format_membership, format_number

BEFORE, NOW = "Before the edit", "Now"
#: Filled, so that it is seen on a bar of any colour.
_ON_BAR = {"color": "#FFFFFF", "symbol": "circle", "size": 11, "line": {"width": 2, "color": GREY}}
_HOLLOW = {"color": GREY, "symbol": "circle-open", "size": 11, "line": {"width": 2}}


def what_if_membership(result: StudyResult, before: Answer, now: Answer) -> go.Figure:
    """Draw the membership in each group as a bar in its colour, with a hollow mark for the row before.

    A membership is a probability that the model states, not an estimate from rows: it has no interval.
    """
    names = [group.name for group in result.groups]
    places = list(range(len(names)))
    styles = [group_style(place) for place in places]
    bars = go.Bar(
        x=list(now.membership),
        y=places,
        orientation="h",
        width=0.5,
        marker={"color": [style.colour for style in styles], "line": {"width": 0}},
        name=NOW,
        showlegend=False,
        hoverinfo="text",
        hovertext=[_hover(name, NOW, value) for name, value in zip(names, now.membership, strict=True)],
    )
    old = go.Scatter(
        x=list(before.membership),
        y=places,
        mode="markers",
        marker=_ON_BAR,
        name=BEFORE,
        hoverinfo="text",
        hovertext=[_hover(name, BEFORE, value) for name, value in zip(names, before.membership, strict=True)],
    )
    figure = go.Figure([bars, old])
    ticks = [
        f"{group_mark(result, name)}{axis_label(name)} <b>{format_membership(value)}</b>"
        for name, value in zip(names, now.membership, strict=True)
    ]
    row_axis(figure, ticks)
    figure.update_xaxes(
        title_text="Membership", tickformat=".0%", range=[-0.02, 1.02], tickvals=[0, 0.25, 0.5, 0.75, 1]
    )
    figure.update_layout(showlegend=True)
    told = ", ".join(
        f"{name} {format_membership(value)}" for name, value in zip(names, now.membership, strict=True)
    )
    return finish(figure, height=110 + ROW_HEIGHT * len(names), alt=f"Membership now: {told}.")


def _hover(name: str, when: str, value: float) -> str:
    return f"<b>{literal(name)}</b><br>{when}: {format_membership(value)}"


def what_if_predictions(result: StudyResult, before: Answer, now: Answer) -> go.Figure:
    """Draw every expert's prediction, with one residual SD to each side, and those of ROME and pooled."""
    table = what_if_table(result, before, now)
    figure = go.Figure(
        [
            _trace(table, "before", BEFORE, _HOLLOW, -0.14, None),
            _trace(table, "now", NOW, _filled(result, len(table)), 0.14, table["sd"].tolist()),
        ]
    )
    figure.update_layout(legend_traceorder="normal")
    ticks = [f"{group_mark(result, name)}{axis_lines(_tick(name))}" for name in table["prediction"]]
    row_axis(figure, ticks)
    units = "Probability of " if result.data.outcome_kind == "binary" else ""
    about = result.data.positive if result.data.outcome_kind == "binary" else result.roles.outcome
    figure.update_xaxes(title_text=f"{units}{axis_label(about, 40)}")
    rome, pooled = (format_number(value) for value in (now.rome, now.pooled))
    note = (
        ""
        if now.spread is None
        else (
            "Bars reach one residual SD of the group to each side: how far outcomes usually lie from there."
        )
    )
    return finish(
        figure,
        height=110 + ROW_HEIGHT * len(table),
        alt=f"Predictions now: ROME {rome}, pooled {pooled}.",
        caption=note,
    )


def _tick(name: str) -> str:
    return {"rome": "ROME", "pooled": "Pooled (one model)"}.get(name, name)


def _filled(result: StudyResult, rows: int) -> dict[str, object]:
    styles = [group_style(place) for place in range(len(result.groups))]
    colours = [style.colour for style in styles] + [ACCENT, GREY]
    symbols = [style.symbol for style in styles] + ["circle", "circle"]
    return {"color": colours[:rows], "symbol": symbols[:rows], "size": 11}


def _trace(
    table: pd.DataFrame, column: str, name: str, marker: dict, offset: float, sd: list[float] | None
) -> go.Scatter:
    spread = None
    if sd is not None:
        reach = [None if pd.isna(value) else value for value in sd]
        spread = {"type": "data", "array": reach, "color": GREY, "thickness": 1.6, "width": 0}
    return go.Scatter(
        x=table[column].tolist(),
        y=[row + offset for row in range(len(table))],
        error_x=spread,
        mode="markers",
        marker=marker,
        name=name,
        hoverinfo="text",
        hovertext=[
            f"<b>{literal(_tick(what))}</b><br>{name}: {format_number(value)}"
            for what, value in zip(table["prediction"], table[column], strict=True)
        ],
    )


def what_if_table(result: StudyResult, before: Answer, now: Answer) -> pd.DataFrame:
    """Return one row a prediction: each group's expert with its residual SD, then ``rome`` and ``pooled``."""
    names = [group.name for group in result.groups]
    spread = now.spread or (float("nan"),) * len(names)
    rows = [
        {"prediction": name, "before": old, "now": new, "change": new - old, "sd": sd}
        for name, old, new, sd in zip(names, before.predictions, now.predictions, spread, strict=True)
    ]
    for name in ("rome", "pooled"):
        old, new = getattr(before, name), getattr(now, name)
        rows.append({"prediction": name, "before": old, "now": new, "change": new - old, "sd": float("nan")})
    return pd.DataFrame(rows)
