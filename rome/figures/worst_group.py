"""The worst group under pooled against the worst group under ROME, in the three groupings, and overall."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, nan
from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty, is_empty
from rome.figures.rows import FILLED, Dot, Mark, Row, chart, ends, hover, interval_columns, percent
from rome.results import Comparison, StudyResult
from rome.stats.estimate import Estimate
from rome.text.measures import evaluation_at, measure, not_computed
from rome.text.names import axis_label, literal
from rome.text.numbers import NOT_COMPARED, as_sentence, format_change, format_number, format_p, half_width

#: The comparisons in the order in which they are read, with their names.
COMPARISON_LABELS: dict[str, str] = {
    "worst_latent": "Worst latent group",
    "worst_predicted": "Worst predicted group",
    "worst_observed": "Worst observed group",
    "overall": "Everybody",
}
_ROW_HEIGHT = 74


def worst_group(result: StudyResult, dro_strength: float) -> go.Figure:
    """Draw the change from pooled to ROME in percent, with intervals, on an axis with a zero line.

    Parameters
    ----------
    result : StudyResult
        The finished study.
    dro_strength : float
        A stored DRO strength.
    """
    evaluation = evaluation_at(result, dro_strength)
    if evaluation is None:
        return empty(not_computed(result, dro_strength))
    if len(result.groups) < 2:
        return empty("With one group ROME is the pooled model, so there is no change to draw.")
    shown = _shown(evaluation.comparison)
    reasons = {_reason(comparison) for comparison in shown.values() if comparison.reason}
    rows = [_row(result, key, comparison) for key, comparison in shown.items()]
    loss = measure(result.metric).inline
    figure = chart(
        rows,
        [Mark(FILLED | {"size": 12})],
        {
            "title_text": f"Change in {loss} (left of zero: ROME is better)",
            "ticksuffix": "%",
            "range": _range(rows),
            "showgrid": False,
        },
        alt=_alt(result, shown),
        caption=_caption(shown),
        reason=" ".join(sorted(reasons)) or "Pooled and ROME could not be compared.",
        frame=76,
        row_height=_ROW_HEIGHT,
        bottom=len(rows) - 0.55,
        margin_t=12,
    )
    if not is_empty(figure):
        _label(figure, shown, result.settings.confidence)
    return figure


def worst_group_table(result: StudyResult, dro_strength: float) -> pd.DataFrame:
    """Return the same content as rows: losses, difference and relative change with their intervals."""
    evaluation = evaluation_at(result, dro_strength)
    rows = [
        {
            "compared": COMPARISON_LABELS[key],
            "worst under pooled": comparison.worst_pooled or "",
            "worst under ROME": comparison.worst_rome or "",
            **interval_columns("pooled", compared(comparison, "pooled")),
            **interval_columns("rome", compared(comparison, "rome")),
            "difference": comparison.difference,
            "low": comparison.low,
            "high": comparison.high,
            **interval_columns("relative", compared(comparison, "relative")),
            "p_value": comparison.p_value,
            "reason": _reason(comparison),
        }
        for key, comparison in _shown(evaluation.comparison if evaluation else {}).items()
    ]
    frame = pd.DataFrame(rows)
    # Nothing to say why: a column of empty cells would take the room of the numbers.
    return frame if any(row["reason"] for row in rows) else frame.drop(columns="reason", errors="ignore")


def _reason(comparison: Comparison) -> str:
    return "" if comparison.reason is None else as_sentence(NOT_COMPARED[comparison.reason])


def compared(comparison: Comparison | None, name: str) -> Estimate:
    """Return ``pooled``, ``rome`` or ``relative`` of a comparison with its interval, NaN without one."""
    if comparison is None:
        return Estimate(nan, nan, nan)
    return Estimate(*(getattr(comparison, f"{name}{end}") for end in ("", "_low", "_high")))


def _shown(comparison: Mapping[str, Comparison]) -> dict[str, Comparison]:
    return {key: comparison[key] for key in COMPARISON_LABELS if key in comparison}


def _row(result: StudyResult, key: str, comparison: Comparison) -> Row:
    change = percent(compared(comparison, "relative"))
    return Row(_tick(key, comparison), (Dot(change, _hover(result, key, comparison)),))


def _range(rows: list[Row]) -> tuple[float, float]:
    """Return the axis: all intervals and zero, with room for the labels at both sides."""
    reached = [0.0, *ends(rows)]
    span = max(max(reached) - min(reached), 1.0)
    return min(reached) - 0.12 * span, max(reached) + 0.12 * span


def _label(figure: go.Figure, shown: Mapping[str, Comparison], confidence: float) -> None:
    """Write each comparison above its interval, from the left edge, where it meets no other text.

    Zero is drawn beside every row but not behind its label, which would be struck through.
    """
    for row, comparison in enumerate(shown.values()):
        known = isfinite(comparison.relative)
        if known:
            figure.add_shape(
                type="line", x0=0, x1=0, y0=row - 0.14, y1=row + 0.45, layer="below", line_width=1.5
            )
        figure.add_annotation(
            x=0,
            xref="x domain",
            xanchor="left",
            y=row,
            yanchor="bottom",
            xshift=6,
            yshift=9 if known else -8,
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
        literal(format_change(comparison, result.settings.confidence)),
        f"Difference {format_number(comparison.difference, resolution)} ({difference}), "
        + literal(format_p(comparison.p_value)),
    ]
    if comparison.worst_pooled:
        lines.append(f"Worst under pooled: {literal(comparison.worst_pooled)}")
    if comparison.worst_rome:
        lines.append(f"Worst under ROME: {literal(comparison.worst_rome)}")
    return hover(COMPARISON_LABELS[key], *lines)


def _caption(shown: Mapping[str, Comparison]) -> str:
    moved = any(
        comparison.worst_pooled != comparison.worst_rome
        for key, comparison in shown.items()
        if key != "overall" and comparison.worst_pooled and comparison.worst_rome
    )
    if moved:
        return "An arrow between two names means that the worst group is another one under ROME."
    return ""


def _alt(result: StudyResult, shown: Mapping[str, Comparison]) -> str:
    parts = [
        f"{COMPARISON_LABELS[key]}: {format_change(comparison, result.settings.confidence)}"
        for key, comparison in shown.items()
    ]
    return f"{measure(result.metric).label}, pooled to ROME. " + "; ".join(parts) + "."
