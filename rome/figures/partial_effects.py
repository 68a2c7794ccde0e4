"""What moves people into a group and out of it, one column of the gate at a time."""

from __future__ import annotations

from math import isfinite

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty
from rome.figures.profile import group_index
from rome.figures.rows import (
    Dot,
    Mark,
    Row,
    chart,
    group_marker,
    interval_columns,
    mirrored,
    percent,
)
from rome.figures.theme import group_style
from rome.results import GroupSummary, StudyResult
from rome.results.description import PartialEffect
from rome.text.groups import value_words
from rome.text.names import axis_label, literal
from rome.text.numbers import format_count, format_estimate

MAX_COLUMNS = 20
_ROW_HEIGHT = 40
_COLUMNS = ["column", "from", "to", "points", "points_low", "points_high"]


def partial_effects(result: StudyResult, group: int | str) -> go.Figure:
    """Draw by how many percentage points membership changes, on average, as one column of the gate moves.

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
    shown = summary.description.movers[:MAX_COLUMNS]
    confidence = result.settings.confidence
    which = "sensitive column" if result.settings.gate_columns == "s" else "column"
    rows = [
        Row(_tick(effect), (Dot(percent(effect.change), _hover(effect, confidence)),)) for effect in shown
    ]
    title = f"Change in the probability of {axis_label(summary.name)}, in percentage points"
    return chart(
        rows,
        [Mark(group_marker(group_style(index)))],
        {"title_text": title, "range": mirrored(rows, 5.0)},
        alt=_alt(summary, shown),
        caption=_caption(result, summary),
        reason=f"No {which} moves anybody into {summary.name} or out of it.",
        zero=True,
        frame=102,
        row_height=_ROW_HEIGHT,
        margin_t=40,
    )


def partial_effects_table(result: StudyResult, group: int | str) -> pd.DataFrame:
    """Return the same content as rows: column, from, to, and the change in percentage points."""
    index = group_index(result, group)
    rows = [
        {
            "column": effect.column,
            "from": value_words(effect.start),
            "to": value_words(effect.end),
            **interval_columns("points", percent(effect.change)),
        }
        for effect in (() if index is None else result.groups[index].description.movers)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _tick(effect: PartialEffect) -> str:
    ends = f"{axis_label(value_words(effect.start), 18)} → {axis_label(value_words(effect.end), 18)}"
    return f"{axis_label(effect.column)}<br>{ends}"


def _hover(effect: PartialEffect, confidence: float) -> str:
    ends = f"{literal(value_words(effect.start))} → {literal(value_words(effect.end))}"
    change = format_estimate(percent(effect.change), confidence)
    return f"<b>{literal(effect.column)}</b> {ends}<br>{change} points"


def _alt(summary: GroupSummary, shown: tuple[PartialEffect, ...]) -> str:
    parts = [
        f"{effect.column} from {value_words(effect.start)} to {value_words(effect.end)} "
        f"{100 * effect.change.value:+.0f}"
        for effect in shown[:3]
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
    if any(isfinite(effect.change.low) for effect in summary.description.movers):
        return (
            "Intervals hold both uncertainties: which rows were held out, and how well the rows determine "
            "the gate. One that crosses zero leaves open whether the column moves anybody."
        )
    return (
        "No intervals: the rows don't determine every coefficient of the gate, so how sure this is is open."
    )
