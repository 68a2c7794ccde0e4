"""ROME against other models over repeated splits: change of the worst group's error, and of everybody's."""

from __future__ import annotations

from math import isfinite, nan

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rome.compare import ComparisonResult, Standing
from rome.compare.result import ScoredGrouping
from rome.figures.canvas import empty, finish
from rome.figures.rows import (
    HOLLOW,
    Dot,
    Mark,
    Marker,
    Row,
    clipped,
    hover,
    interval_columns,
    percent,
    row_axis,
    traces,
)
from rome.figures.theme import ACCENT, GREY
from rome.stats.estimate import Estimate
from rome.text.measures import measure
from rome.text.names import literal
from rome.text.numbers import format_number, format_p, format_percent_interval, half_width

WHOSE: dict[ScoredGrouping, str] = {
    "observed": "Worst observed group",
    "latent": "Worst latent group",
    "overall": "Everybody",
}
_ROW_HEIGHT = 38
#: Changes beyond these, in percent, are drawn at the edge, so that one odd model doesn't hide the others.
_FURTHEST = 100.0
_LEAST_ROOM = 5.0


def against_others(comparison: ComparisonResult, grouping: ScoredGrouping, reference: str) -> go.Figure:
    """Draw each model's change against ``reference`` in percent, for a worst group and for everybody.

    Parameters
    ----------
    comparison : ComparisonResult
    grouping : {"observed", "latent"}
        The grouping whose worst group is drawn, and by which rows are sorted: the lowest error first.
    reference : str
        The name of the model that the others are held against.
    """
    if len(comparison.models) < 2:
        return empty("Only one model took part, so there is nothing to compare it with.")
    worst = comparison.standings(grouping, against=reference)
    if not any(isfinite(each.difference) for each in worst):
        return empty(f"{WHOSE[grouping]}: no model could be compared in at least two splits.")
    panels = {grouping: list(worst)}
    everybody = {each.model: each for each in comparison.standings("overall", against=reference)}
    panels["overall"] = [everybody[each.model] for each in worst]
    figure = make_subplots(cols=2, shared_yaxes=True, horizontal_spacing=0.06)
    for column, (whose, standings) in enumerate(panels.items(), start=1):
        _panel(figure, column, standings, reference, WHOSE[whose], measure(comparison.metric).inline)
    titles = [(each, literal(each.title)) for each in worst]
    row_axis(figure, [f"<b>{title}</b>" if each.model == reference else title for each, title in titles])
    figure.update_layout(showlegend=False)
    return finish(
        figure,
        height=96 + _ROW_HEIGHT * len(worst),
        alt=_alt(comparison, worst, grouping, reference),
        caption=_caption(comparison, reference),
    )


def against_others_table(
    comparison: ComparisonResult, grouping: ScoredGrouping, reference: str
) -> pd.DataFrame:
    """Return one row a model, the lowest error first.

    Its mean error over splits, the difference from ``reference`` and the change in percent with intervals,
    the p-value after Holm's correction, and the splits that it won, came out even in, and lost.
    """
    rows = []
    for each in comparison.standings(grouping, against=reference):
        own = each.model == reference
        rows.append(
            {
                "model": each.title,
                "error": each.loss,
                "difference": each.difference,
                "low": each.low,
                "high": each.high,
                **interval_columns("change", Estimate(*((nan,) * 3 if own else each.change))),
                "p_holm": each.p_holm,
                "won_even_lost": "" if own else f"{each.wins} · {each.ties} · {each.losses}",
            }
        )
    return pd.DataFrame(rows)


def _panel(
    figure: go.Figure, column: int, standings: list[Standing], reference: str, title: str, loss: str
) -> None:
    low, high = _limits(standings)
    marks = [Mark(marker(each.model, each.model == reference), each.title, bar=GREY) for each in standings]
    rows = []
    for place, each in enumerate(standings):
        dot = clipped(_dot(each, reference, loss), low, high)
        # One mark a model, each in its own row.
        rows.append(Row("", tuple(dot if mark == place else None for mark in range(len(marks)))))
    figure.add_traces(traces(rows, marks), rows=1, cols=column)
    span = high - low
    figure.update_xaxes(
        title_text="Change in error against ROME",
        ticksuffix="%",
        range=[low - 0.06 * span, high + 0.06 * span],
        zeroline=True,
        zerolinewidth=1.5,
        col=column,
    )
    figure.add_annotation(
        text=f"<b>{title}</b>",
        x=0,
        y=1,
        xref=f"x{'' if column == 1 else column} domain",
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        yshift=8,
        font={"size": 14},
    )


def _limits(standings: list[Standing]) -> tuple[float, float]:
    """Return the axis in percent: all intervals and zero, but nothing beyond half or twice ROME's error."""
    ends = [0.0, -_LEAST_ROOM, _LEAST_ROOM]
    ends += [100 * end for each in standings for end in each.change if isfinite(end)]
    return max(min(ends), -_FURTHEST), min(max(ends), _FURTHEST)


def _dot(each: Standing, reference: str, loss: str) -> Dot:
    """Return a model's change in percent; what is beyond the axis stands in the hover and in the table."""
    is_it = each.model == reference
    value, low, high = (0.0, nan, nan) if is_it else each.change
    ends = (low, high) if isfinite(low) and isfinite(high) else (nan, nan)
    return Dot(percent(Estimate(value, *ends)), _hover(each, is_it, loss))


def marker(model: str, is_reference: bool) -> Marker:
    """Return how a model looks: ROME filled in the accent, pooled hollow and grey, others grey diamonds."""
    if is_reference:
        return {"color": ACCENT, "symbol": "circle", "size": 13}
    if model in ("rome_em", "rome_moe"):
        return {"color": ACCENT, "symbol": "diamond", "size": 11}
    if model == "pooled":
        return HOLLOW
    return {"color": GREY, "symbol": "diamond", "size": 10}


def _hover(each: Standing, is_it: bool, loss: str) -> str:
    lines = [f"Mean {loss}: {written_loss(each)}"]
    if is_it:
        lines.append("The others are held against it")
    elif isfinite(each.difference):
        lines.append(f"Against ROME: {format_percent_interval(*each.change)}")
        lines.append(f"{literal(format_p(each.p_holm))} after Holm's correction")
        lines.append(f"Better in {each.wins} of {each.n_splits} splits")
    else:
        lines.append("Could not be compared in at least two splits")
    return hover(each.title, *lines)


def written_loss(each: Standing) -> str:
    """Return a model's mean error to the digits that its difference from the reference bears."""
    return format_number(each.loss, half_width(each.low, each.high))


def _caption(comparison: ComparisonResult, reference: str) -> str:
    missing = sorted({failure.model for failure in comparison.failures})
    said = (
        f"Mean over {comparison.settings.n_splits} random splits, 95% intervals that allow for shared rows. "
        "Left of zero: less error than ROME. A triangle at the edge means a change of more than 100%."
    )
    if missing:
        titles = {model.name: model.title for model in comparison.models}
        named = ", ".join(titles.get(name, name) for name in missing)
        said += f" Not in every split, because it could not be fitted there: {named}."
    return said


def _alt(
    comparison: ComparisonResult, worst: tuple[Standing, ...], grouping: ScoredGrouping, reference: str
) -> str:
    parts = [
        f"{each.title} {format_percent_interval(*each.change)}"
        for each in worst
        if each.model != reference and isfinite(each.difference)
    ]
    return (
        f"{WHOSE[grouping]}, change in {measure(comparison.metric).inline} against ROME. "
        + "; ".join(parts)
        + "."
    )
