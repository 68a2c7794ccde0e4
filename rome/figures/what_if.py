"""One row by hand: who it would belong to and what would be predicted, before the edit and after."""

from __future__ import annotations

from math import nan

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import finish
from rome.figures.error_by_group import group_mark
from rome.figures.rows import FILLED, HOLLOW, ROW_HEIGHT, Dot, Mark, Row, chart, hover, row_axis, traces
from rome.figures.theme import GREY, group_style
from rome.results import StudyResult
from rome.score.what_if import Answer
from rome.stats.estimate import Estimate
from rome.text.names import axis_label, axis_lines
from rome.text.numbers import format_membership, format_number

BEFORE, NOW = "Before the edit", "Now"
#: Filled, so that it is seen on a bar of any colour.
_ON_BAR = {"color": "#FFFFFF", "symbol": "circle", "size": 11, "line": {"width": 2, "color": GREY}}


def what_if_membership(result: StudyResult, before: Answer, now: Answer) -> go.Figure:
    """Draw the membership in each group as a bar in its colour, with a hollow mark for the row before.

    A membership is a probability that the model states, not an estimate from rows: it has no interval.
    """
    names = [group.name for group in result.groups]
    triples = list(zip(names, before.membership, now.membership, strict=True))
    bars = go.Bar(
        x=list(now.membership),
        y=list(range(len(names))),
        orientation="h",
        width=0.5,
        marker={"color": [group_style(place).colour for place in range(len(names))], "line": {"width": 0}},
        name=NOW,
        showlegend=False,
        hoverinfo="text",
        hovertext=[_hover(name, NOW, value) for name, _, value in triples],
    )
    rows = [
        Row(
            f"{group_mark(result, name)}{axis_label(name)} <b>{format_membership(value)}</b>",
            (Dot(Estimate(was, nan, nan), _hover(name, BEFORE, was)),),
        )
        for name, was, value in triples
    ]
    figure = go.Figure([bars, *traces(rows, [Mark(_ON_BAR, BEFORE)])])
    row_axis(figure, [row.tick for row in rows])
    figure.update_xaxes(
        title_text="Membership", tickformat=".0%", range=[-0.02, 1.02], tickvals=[0, 0.25, 0.5, 0.75, 1]
    )
    figure.update_layout(showlegend=True)
    said = ", ".join(f"{name} {format_membership(value)}" for name, _, value in triples)
    return finish(figure, height=110 + ROW_HEIGHT * len(names), alt=f"Membership now: {said}.")


def _hover(name: str, when: str, value: float) -> str:
    return hover(name, f"{when}: {format_membership(value)}")


def what_if_predictions(result: StudyResult, before: Answer, now: Answer) -> go.Figure:
    """Draw every expert's prediction, with one residual SD to each side, and those of ROME and pooled."""
    rows = [_row(result, record) for record in what_if_table(result, before, now).to_dict("records")]
    is_binary = result.data.outcome_kind == "binary"
    units = "Probability of " if is_binary else ""
    about = result.data.positive if is_binary else result.roles.outcome
    rome, pooled = (format_number(value) for value in (now.rome, now.pooled))
    note = "Bars reach one residual SD of the group to each side: how far outcomes usually lie from there."
    return chart(
        rows,
        [Mark(HOLLOW, BEFORE, -0.14), Mark(FILLED, NOW, 0.14, bar=GREY)],
        {"title_text": f"{units}{axis_label(about, 40)}"},
        alt=f"Predictions now: ROME {rome}, pooled {pooled}.",
        caption="" if now.spread is None else note,
        frame=110,
        row_height=ROW_HEIGHT,
    )


def _row(result: StudyResult, record: dict) -> Row:
    """Return one prediction before the edit and now, with one residual SD to each side where there is one."""
    name, was, value, sd = (record[key] for key in ("prediction", "before", "now", "sd"))
    title = {"rome": "ROME", "pooled": "Pooled (one model)"}.get(name, name)
    names = [group.name for group in result.groups]
    marker = {"rome": FILLED, "pooled": FILLED | {"color": GREY}}.get(name)
    if marker is None:
        style = group_style(names.index(name))
        marker = FILLED | {"color": style.colour, "symbol": style.symbol}
    dots = (
        Dot(Estimate(was, nan, nan), hover(title, f"{BEFORE}: {format_number(was)}")),
        Dot(Estimate(value, value - sd, value + sd), hover(title, f"{NOW}: {format_number(value)}"), marker),
    )
    return Row(f"{group_mark(result, name)}{axis_lines(title)}", dots)


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
