"""A scored table: the groups' shares and errors in it, beside the study's own, and the columns that moved."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import ROW_HEIGHT, empty, finish, row_axis
from rome.figures.error_by_group import (
    EVERYBODY,
    MAX_ROWS,
    MAX_SMALL,
    RankedGroups,
    estimate,
    group_mark,
    group_tick,
    intervals,
    model_trace,
    rank,
    row_height,
    worst_word,
)
from rome.figures.theme import ACCENT, GREY
from rome.results import MODELS, GroupScore, StudyResult
from rome.score.result import ScoredTable
from rome.score.shifts import MODERATE, size_word
from rome.settings.study import Grouping
from rome.stats.estimate import Estimate
from rome.text.measures import GROUPING_LABELS, MODEL_LABELS, axis_title, measure
from rome.text.names import axis_label, literal
from rome.text.numbers import format_count, format_estimate, format_percent, half_width

_MODELS = MODELS[:2]
_BEFORE, _NOW = "The study's held-out rows", "This table"
_MARKER = {
    _BEFORE: {"color": GREY, "symbol": "circle-open", "size": 11, "line": {"width": 2}},
    _NOW: {"color": ACCENT, "symbol": "circle", "size": 11},
}
_OFFSET = {_BEFORE: -0.13, _NOW: 0.13}


def score_shares(scored: ScoredTable, result: StudyResult) -> go.Figure:
    """Draw each group's share, its mean membership, in the study (hollow grey) and in the table (filled)."""
    if not scored.shares:
        return empty("The study has one group, and everybody is in it.")
    figure = go.Figure([_share_trace(scored, label) for label in (_BEFORE, _NOW)])
    ticks = [
        f"{group_mark(result, shift.group)}{axis_label(shift.group)}"
        + ("<br><b>changed</b>" if shift.changed else "")
        for shift in scored.shares
    ]
    row_axis(figure, ticks)
    ends = [part.high if isfinite(part.high) else part.value for part in _parts(scored)]
    reach = min(1.03, 1.1 * max(ends))
    figure.update_xaxes(title_text="Share of rows", tickformat=".0%", range=[-0.02, reach])
    told = ", ".join(
        f"{shift.group} {format_percent(shift.before.value)} before and {format_percent(shift.now.value)} now"
        for shift in scored.shares
    )
    return finish(figure, height=110 + ROW_HEIGHT * len(ticks), alt=f"Shares of the groups: {told}.")


def _parts(scored: ScoredTable) -> list[Estimate]:
    return [part for shift in scored.shares for part in (shift.before, shift.now)]


def _share_trace(scored: ScoredTable, label: str) -> go.Scatter:
    parts = [shift.before if label == _BEFORE else shift.now for shift in scored.shares]
    return go.Scatter(
        x=[part.value for part in parts],
        y=[row + _OFFSET[label] for row in range(len(parts))],
        error_x=intervals(parts, _MARKER[label]["color"]),
        mode="markers",
        marker=_MARKER[label],
        name=label,
        hoverinfo="text",
        hovertext=[
            f"<b>{literal(shift.group)}</b><br>{label}: {_percent(part)}"
            for shift, part in zip(scored.shares, parts, strict=True)
        ],
    )


def _percent(part: Estimate) -> str:
    resolution = half_width(part.low, part.high)
    text = format_percent(part.value, resolution)
    if resolution is None:
        return text
    return f"{text} ({format_percent(part.low, resolution)} to {format_percent(part.high, resolution)})"


def score_shares_table(scored: ScoredTable) -> pd.DataFrame:
    """Return one row a group: share before and now, their difference, and whether it is beyond chance."""
    rows = [
        {
            "group": shift.group,
            "share_before": shift.before.value,
            "share_before_low": shift.before.low,
            "share_before_high": shift.before.high,
            "share_now": shift.now.value,
            "share_now_low": shift.now.low,
            "share_now_high": shift.now.high,
            "change": shift.difference.value,
            "change_low": shift.difference.low,
            "change_high": shift.difference.high,
            "p_adjusted": shift.p_adjusted,
            "changed": shift.changed,
        }
        for shift in scored.shares
    ]
    return pd.DataFrame(rows)


def column_shifts_table(scored: ScoredTable) -> pd.DataFrame:
    """Return one row a column, the largest shifts beyond chance first.

    Shares of missing values are left out where no column lacks any.
    """
    rows = [
        {
            "column": shift.column,
            "shift": size_word(shift) if shift.changed else "within chance",
            "compared": "mean" if shift.level is None else f"share of “{shift.level}”",
            "study": shift.before,
            "table": shift.now,
            "in_sds": shift.standardised,
            "study_resolution": coarser,
            "table_resolution": coarser,
            "in_sds_resolution": shift.resolution_standardised,
            "distance": shift.distance,
            "distance_resolution": MODERATE,
            "p_adjusted": shift.p_adjusted,
            "new_values": shift.outside,
            "missing_share_before": shift.missing_before,
            "missing_share_now": shift.missing_now,
        }
        for shift in scored.columns
        # Both to the same digits, so that they can be held against each other.
        for coarser in [max(shift.resolution_before, shift.resolution_now)]
    ]
    table = pd.DataFrame(rows)
    absent = ["missing_share_before", "missing_share_now"]
    return table if len(table) and (table[absent] > 0).any(axis=None) else table.drop(columns=absent)


def score_errors(scored: ScoredTable, result: StudyResult, grouping: Grouping) -> go.Figure:
    """Draw every group's error in the table under pooled (hollow grey) and ROME (filled), worst first."""
    evaluation = scored.errors.evaluation
    if evaluation is None:
        return empty(scored.errors.reason)
    groups = rank(evaluation.groupings.get(grouping, ()), scored.metric)
    shown = groups.ranked[:MAX_ROWS]
    if not any(isfinite(estimate(score, "pooled", scored.metric).value) for score in shown):
        return empty(
            f"No group has {scored.min_group_size} rows with an outcome in this table, too few to compare."
        )
    drawn = (*shown, replace(evaluation.overall, group=EVERYBODY))
    figure = go.Figure([_error_trace(scored, result, drawn, model) for model in _MODELS])
    ticks = [group_tick(result, score, worst_word(score.group, groups.worst)) for score in drawn]
    row_axis(figure, ticks)
    figure.update_xaxes(title_text=axis_title(scored.metric))
    figure.update_layout(legend_traceorder="normal")
    return finish(
        figure,
        height=100 + row_height(ticks) * len(ticks),
        alt=_errors_alt(scored, groups, grouping),
        caption=_left_out(scored, groups),
    )


def _error_trace(
    scored: ScoredTable, result: StudyResult, shown: tuple[GroupScore, ...], model
) -> go.Scatter:
    trace = model_trace(result, shown, model, scored.metric)
    trace.hovertext = [
        f"<b>{literal(score.group)}</b><br>{MODEL_LABELS[model]}: {measure(scored.metric).inline} "
        f"{format_estimate(estimate(score, model, scored.metric), scored.confidence)}<br>"
        f"{format_count(score.n)} rows of this table"
        for score in shown
    ]
    return trace


def _errors_alt(scored: ScoredTable, groups: RankedGroups, grouping: Grouping) -> str:
    first = groups.ranked[0]
    pooled, rome = (
        format_estimate(estimate(first, model, scored.metric), scored.confidence) for model in _MODELS
    )
    return (
        f"{measure(scored.metric).label} in this table by {GROUPING_LABELS[grouping].lower()}, worst first. "
        f"{first.group}: pooled {pooled}, ROME {rome}."
    )


def _left_out(scored: ScoredTable, groups: RankedGroups) -> str:
    notes = []
    if len(groups.ranked) > MAX_ROWS:
        notes.append(
            f"The {MAX_ROWS} worst of {len(groups.ranked)} groups are drawn; the table has all of them."
        )
    if groups.small:
        named = ", ".join(score.group for score in groups.small[:MAX_SMALL])
        more = ", …" if len(groups.small) > MAX_SMALL else ""
        notes.append(f"Too few rows to be drawn (under {scored.min_group_size}): {named}{more}.")
    return " ".join(notes)


def score_errors_table(scored: ScoredTable, grouping: Grouping) -> pd.DataFrame:
    """Return the same content as rows: group, n, share, and each model's error with its interval."""
    columns = ["group", "n", "share", "note"]
    columns += [f"{model}{end}" for model in _MODELS for end in ("", "_low", "_high")]
    evaluation = scored.errors.evaluation
    if evaluation is None:
        return pd.DataFrame(columns=columns)
    groups = rank(evaluation.groupings.get(grouping, ()), scored.metric)
    rows = []
    everybody = replace(evaluation.overall, group=EVERYBODY, too_small=False)
    for score in (*groups.ranked, everybody, *groups.small):
        note = "too small to rank" if score.too_small else worst_word(score.group, groups.worst)
        row: dict[str, object] = {"group": score.group, "n": score.n, "share": score.share, "note": note}
        for model in _MODELS:
            value = estimate(score, model, scored.metric)
            row |= {model: value.value, f"{model}_low": value.low, f"{model}_high": value.high}
        rows.append(row)
    return pd.DataFrame(rows, columns=columns)
