"""The worst group under pooled against the worst group under ROME, in the three groupings, and overall."""

from __future__ import annotations

from math import isfinite
from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty, finish, row_axis
from rome.figures.error_by_group import intervals
from rome.figures.theme import ACCENT
from rome.results import Comparison, StudyResult
from rome.stats.estimate import Estimate
from rome.text.measures import evaluation_at, measure, not_computed
from rome.text.names import axis_label, literal
from rome.text.numbers import format_change, format_number, format_p, half_width

#: The comparisons in the order in which they are read, with their names.
COMPARISON_LABELS: dict[str, str] = {
    "worst_latent": "Worst latent group",
    "worst_predicted": "Worst predicted group",
    "worst_observed": "Worst observed group",
    "overall": "Everybody",
}
_ROW_HEIGHT = 74


def worst_group(result: StudyResult, strength: float) -> go.Figure:
    """Draw the change from pooled to ROME in percent, with intervals, on an axis with a zero line.

    Parameters
    ----------
    result : StudyResult
        The finished study.
    strength : float
        A stored DRO strength.
    """
    evaluation = evaluation_at(result, strength)
    if evaluation is None:
        return empty(not_computed(result, strength))
    if len(result.groups) < 2:
        return empty("With one group ROME is the pooled model, so there is no change to draw.")
    rows = [(key, evaluation.comparison[key]) for key in COMPARISON_LABELS if key in evaluation.comparison]
    if not any(isfinite(comparison.relative) for _, comparison in rows):
        reasons = {comparison.reason for _, comparison in rows if comparison.reason}
        return empty(" ".join(sorted(reasons)) or "Pooled and ROME could not be compared.")
    figure = go.Figure(_trace(result, rows))
    row_axis(figure, [_tick(key, comparison) for key, comparison in rows], bottom=len(rows) - 0.55)
    _zero_marks(figure, rows)
    low, high = _range(rows)
    for row, (_, comparison) in enumerate(rows):
        _label(figure, row, comparison, result.settings.confidence)
    loss = measure(result.metric).inline
    figure.update_xaxes(
        title_text=f"Change in {loss} (left of zero: ROME is better)",
        ticksuffix="%",
        range=[low, high],
    )
    figure.update_layout(showlegend=False, margin_t=12)
    return finish(figure, height=76 + _ROW_HEIGHT * len(rows), alt=_alt(result, rows), caption=_caption(rows))


def worst_group_table(result: StudyResult, strength: float) -> pd.DataFrame:
    """Return the same content as rows: losses, difference and relative change with their intervals."""
    evaluation = evaluation_at(result, strength)
    rows = []
    for key, label in COMPARISON_LABELS.items():
        if evaluation is None or key not in evaluation.comparison:
            continue
        comparison = evaluation.comparison[key]
        rows.append(
            {
                "compared": label,
                "worst under pooled": comparison.worst_pooled or "",
                "worst under ROME": comparison.worst_rome or "",
                "pooled": comparison.pooled,
                "pooled_low": comparison.pooled_low,
                "pooled_high": comparison.pooled_high,
                "rome": comparison.rome,
                "rome_low": comparison.rome_low,
                "rome_high": comparison.rome_high,
                "difference": comparison.difference,
                "low": comparison.low,
                "high": comparison.high,
                "relative": comparison.relative,
                "relative_low": comparison.relative_low,
                "relative_high": comparison.relative_high,
                "p_value": comparison.p_value,
                "reason": comparison.reason or "",
            }
        )
    frame = pd.DataFrame(rows)
    # Nothing to say why: a column of empty cells would take the room of the numbers.
    return frame if any(row["reason"] for row in rows) else frame.drop(columns="reason", errors="ignore")


def _percent(comparison: Comparison) -> Estimate:
    return Estimate(100 * comparison.relative, 100 * comparison.relative_low, 100 * comparison.relative_high)


def _trace(result: StudyResult, rows: list[tuple[str, Comparison]]) -> go.Scatter:
    values = [_percent(comparison) for _, comparison in rows]
    return go.Scatter(
        x=[value.value for value in values],
        y=list(range(len(rows))),
        error_x=intervals(values, ACCENT),
        mode="markers",
        marker={"color": ACCENT, "symbol": "circle", "size": 12},
        hoverinfo="text",
        hovertext=[_hover(result, key, comparison) for key, comparison in rows],
    )


def _range(rows: list[tuple[str, Comparison]]) -> tuple[float, float]:
    """Return the axis: all intervals and zero, with room for the labels at both sides."""
    ends = [0.0]
    for _, comparison in rows:
        value = _percent(comparison)
        ends += [end for end in (value.value, value.low, value.high) if isfinite(end)]
    span = max(max(ends) - min(ends), 1.0)
    return min(ends) - 0.12 * span, max(ends) + 0.12 * span


def _zero_marks(figure: go.Figure, rows: list[tuple[str, Comparison]]) -> None:
    """Draw zero beside every row but not behind its label, which would be struck through."""
    figure.update_xaxes(showgrid=False)
    for row, (_, comparison) in enumerate(rows):
        if not isfinite(comparison.relative):
            continue
        figure.add_shape(type="line", x0=0, x1=0, y0=row - 0.14, y1=row + 0.45, layer="below", line_width=1.5)


def _label(figure: go.Figure, row: int, comparison: Comparison, confidence: float) -> None:
    """Write the comparison above its interval, from the left edge, where it meets no other text."""
    figure.add_annotation(
        x=0,
        xref="x domain",
        xanchor="left",
        y=row,
        yanchor="bottom",
        xshift=6,
        yshift=9 if isfinite(comparison.relative) else -8,
        text="<br>".join(literal(line) for line in wrap(format_change(comparison, confidence), 60)),
        align="left",
    )


def _tick(key: str, comparison: Comparison) -> str:
    pooled, rome = comparison.worst_pooled, comparison.worst_rome
    if key == "overall" or not (pooled or rome):
        return f"<b>{COMPARISON_LABELS[key]}</b>"
    first, second = axis_label(pooled or "?"), axis_label(rome or "?")
    if pooled == rome:
        detail = first
    elif len(first) + len(second) < 20:
        detail = f"{first} → {second}"
    else:
        detail = f"{first}<br>→ {second if second != first else 'another group'}"
    return f"<b>{COMPARISON_LABELS[key]}</b><br>{detail}"


def _hover(result: StudyResult, key: str, comparison: Comparison) -> str:
    resolution = half_width(comparison.low, comparison.high)
    difference = " to ".join(format_number(end, resolution) for end in (comparison.low, comparison.high))
    lines = [
        f"<b>{COMPARISON_LABELS[key]}</b>",
        literal(format_change(comparison, result.settings.confidence)),
        f"Difference {format_number(comparison.difference, resolution)} ({difference}), "
        + literal(format_p(comparison.p_value)),
    ]
    if comparison.worst_pooled:
        lines.append(f"Worst under pooled: {literal(comparison.worst_pooled)}")
    if comparison.worst_rome:
        lines.append(f"Worst under ROME: {literal(comparison.worst_rome)}")
    return "<br>".join(lines)


def _caption(rows: list[tuple[str, Comparison]]) -> str:
    moved = any(
        comparison.worst_pooled != comparison.worst_rome
        for key, comparison in rows
        if key != "overall" and comparison.worst_pooled and comparison.worst_rome
    )
    if moved:
        return "An arrow between two names means that the worst group is another one under ROME."
    return ""


def _alt(result: StudyResult, rows: list[tuple[str, Comparison]]) -> str:
    parts = [
        f"{COMPARISON_LABELS[key]}: {format_change(comparison, result.settings.confidence)}"
        for key, comparison in rows
    ]
    return f"{measure(result.metric).label}, pooled to ROME. " + "; ".join(parts) + "."
