"""Decisions at a threshold: rates by group, gaps between groups, and calibration of each group."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty, finish
from rome.figures.error_by_group import EVERYBODY, MAX_ROWS, MAX_SMALL, group_mark
from rome.figures.rows import FILLED, HOLLOW, Dot, Mark, Row, chart, hover, interval_columns, intervals
from rome.figures.theme import GREY, GroupStyle, group_style
from rome.groups.fairness import (
    GAPS,
    RATES,
    CalibrationBin,
    DecidingModel,
    Fairness,
    GroupRates,
    Rate,
    calibration,
    decisions,
    held_out,
)
from rome.results import StudyResult
from rome.settings.study import Grouping
from rome.stats.estimate import Estimate
from rome.table.finding import counted
from rome.text.measures import GROUPING_LABELS, MODEL_LABELS, measure
from rome.text.names import axis_lines, literal
from rome.text.numbers import format_count, format_estimate, format_percent

GAP_LABELS = {
    "demographic_parity_difference": "Demographic parity, difference",
    "demographic_parity_ratio": "Demographic parity, ratio",
    "equalized_odds_difference": "Equalised odds, difference",
    "equalized_odds_ratio": "Equalised odds, ratio",
}
_LABELS: dict[DecidingModel, str] = {
    "pooled": MODEL_LABELS["pooled"],
    "rome": MODEL_LABELS["rome"],
    "advised": "Advised model",
    "audited": "Audited model",
}
Decided = Mapping[DecidingModel, Fairness]
_LOOKS, _OFFSETS = (HOLLOW, FILLED), (-0.13, 0.13)
_MOST_CURVES = 8


def deciding_models(result: StudyResult) -> tuple[DecidingModel, ...]:
    """Return whose decisions are shown: the audited or else the pooled model's, and the advised one's or else
    the groups'."""
    if result.rows.advised is not None:
        return (result.examined, "advised")
    return (result.examined, "rome") if len(result.groups) > 1 else (result.examined,)


def calibrated_model(result: StudyResult) -> DecidingModel:
    """Return whose calibration is shown: the audited model's, or else the last one's that decides."""
    return "audited" if result.examined == "audited" else deciding_models(result)[-1]


def decided(result: StudyResult, grouping: Grouping, threshold: float) -> Decided:
    """Return rates and gaps of everyone whose decisions are shown, for the charts and tables below.

    Raises
    ------
    SettingError
        The outcome isn't yes or no, or the threshold is no number in [0, 1].
    """
    return {model: decisions(result, grouping, model, threshold) for model in deciding_models(result)}


def decision_rates(result: StudyResult, grouping: Grouping, rate: Rate, found: Decided) -> go.Figure:
    """Draw one rate of every group's held-out decisions, with intervals."""
    first = next(iter(found.values()))
    ranked, small = _ranked(first, rate)
    if not ranked:
        least = result.settings.min_group_size
        return empty(f"No {grouping} group has the {least} held-out rows that it takes to be ranked.")
    threshold = first.threshold
    rows = [_row(result, found, name, rate) for name in (*ranked[:MAX_ROWS], None)]
    rows += [Row(_tick(result, group), why="too small to rank") for group in small[:MAX_SMALL]]
    marks = [Mark(look, _LABELS[model], at) for model, look, at in zip(found, _LOOKS, _OFFSETS, strict=False)]
    inline = measure(rate).inline
    caption = f"The {inline} on held-out rows; a row is selected from a probability of {threshold:g} up."
    if len(ranked) > MAX_ROWS or len(small) > MAX_SMALL:
        caption += " More groups are in the table."
    return chart(
        rows,
        marks,
        {"title_text": f"{measure(rate).label} at threshold {threshold:g}", "range": [-0.02, 1.02]},
        alt=f"{measure(rate).label} by {GROUPING_LABELS[grouping].lower()} where {threshold:g} decides",
        caption=caption,
        reason=f"No {grouping} group has a row that the {inline} at threshold {threshold:g} counts.",
    )


def _ranked(found: Fairness, rate: Rate) -> tuple[list[str], list[GroupRates]]:
    """Return the names of large groups, highest rate first and those without one last, and small groups."""

    def height(group: GroupRates) -> float:
        value = group.rates[rate].value
        return value if isfinite(value) else -1.0

    large = [group for group in found.groups if not group.too_small]
    small = sorted((group for group in found.groups if group.too_small), key=lambda group: -group.n)
    return [group.group for group in sorted(large, key=height, reverse=True)], small


def _row(result: StudyResult, found: Decided, name: str | None, rate: Rate) -> Row:
    """Return a group's row, or everybody's where ``name`` is None, with a dot a model."""
    own = {
        model: each.overall if name is None else next(group for group in each.groups if group.group == name)
        for model, each in found.items()
    }
    tick = _tick(result, next(iter(own.values())))
    if not any(isfinite(group.rates[rate].value) for group in own.values()):
        return Row(tick, why="no row that this rate counts")
    return Row(tick, tuple(_dot(result, model, group, rate) for model, group in own.items()))


def _dot(result: StudyResult, model: DecidingModel, group: GroupRates, rate: Rate) -> Dot:
    value = format_estimate(group.rates[rate], result.settings.confidence)
    return Dot(
        group.rates[rate],
        hover(
            group.group,
            f"{_LABELS[model]}: {measure(rate).inline} {value}",
            f"{format_count(group.n)} held-out rows, {format_percent(group.share)}",
        ),
    )


def _tick(result: StudyResult, group: GroupRates) -> str:
    return f"{group_mark(result, group.group)}{axis_lines(group.group)}<br>n {format_count(group.n)}"


def decision_rates_table(found: Decided) -> pd.DataFrame:
    """Return one row a group and model with every rate and its interval, everybody last."""
    rows: list[dict[str, object]] = []
    for model, each in found.items():
        for group in (*each.groups, each.overall):
            row: dict[str, object] = {
                "group": group.group,
                "n": group.n,
                "share": group.share,
                "note": "too small to rank" if group.too_small else "",
                "model": _LABELS[model],
            }
            for rate in RATES:
                row |= interval_columns(rate, group.rates[rate])
            rows.append(row)
    return pd.DataFrame(rows)


def gaps_table(result: StudyResult, found: Decided) -> pd.DataFrame:
    """Return one row a gap between ranked groups, with a column of values and intervals a model."""
    confidence = result.settings.confidence
    rows = [
        {"gap": GAP_LABELS[name]}
        | {_LABELS[model]: _written(each.gaps[name], confidence) for model, each in found.items()}
        for name in GAPS
    ]
    return pd.DataFrame(rows)


def _written(gap: Estimate, confidence: float) -> str:
    return format_estimate(gap, confidence) if isfinite(gap.value) else "not known"


def calibration_curves(result: StudyResult, grouping: Grouping, model: DecidingModel) -> go.Figure:
    """Draw the share with the outcome against the predicted probability, a curve a group, with intervals."""
    curves = _curves(result, grouping, model)
    if not any(curves.values()):
        return empty("No group has the held-out rows that one point of a calibration curve takes.")
    figure = go.Figure(
        go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line={"color": GREY, "dash": "dot"}, name="as predicted")
    )
    drawn = {name: bins for name, bins in curves.items() if bins}
    for place, (name, bins) in enumerate(list(drawn.items())[:_MOST_CURVES]):
        style = _style(result, name, place)
        observed = [each.observed for each in bins]
        figure.add_scatter(
            x=[each.predicted for each in bins],
            y=[each.value for each in observed],
            error_y=intervals(observed, style.colour),
            mode="lines+markers",
            marker={"color": style.colour, "symbol": style.symbol, "size": 8},
            line={"color": style.colour, "width": 1.5},
            name=literal(name),
            hovertext=[
                hover(
                    name,
                    f"predicted {each.predicted:.2f}",
                    f"observed {format_estimate(each.observed, result.settings.confidence)}",
                    f"{format_count(each.n)} held-out rows",
                )
                for each in bins
            ],
            hoverinfo="text",
        )
    figure.update_xaxes(title_text="Predicted probability", range=[-0.02, 1.02])
    figure.update_yaxes(title_text=f"Share with {literal(str(result.data.positive))}", range=[-0.02, 1.02])
    figure.update_layout(showlegend=True)
    left, few = len(drawn) - _MOST_CURVES, len(curves) - len(drawn)
    more = ""
    if left > 0:
        more = f" {counted(left, 'more group')} {'is' if left == 1 else 'are'} in the table."
    if few:
        more += f" {counted(few, 'group')} {'has' if few == 1 else 'have'} too few held-out rows for a curve."
    return finish(
        figure,
        height=380,
        alt=f"Calibration of {_LABELS[model].lower()} by {GROUPING_LABELS[grouping].lower()}",
        caption=f"Below the dotted line, probabilities are too high.{more}",
    )


def _style(result: StudyResult, name: str, place: int) -> GroupStyle:
    """Return the style of the curve at ``place``: a latent group's own, and no group's for everybody."""
    if name == EVERYBODY:
        return GroupStyle(GREY, "circle", GREY, "")
    names = [group.name for group in result.groups]
    return group_style(names.index(name) if name in names else place - 1)


def calibration_table(result: StudyResult, grouping: Grouping, model: DecidingModel) -> pd.DataFrame:
    """Return one row a point of the curves."""
    rows = [
        {
            "group": name,
            "n": each.n,
            "predicted": each.predicted,
            **interval_columns("observed", each.observed),
        }
        for name, bins in _curves(result, grouping, model).items()
        for each in bins
    ]
    return pd.DataFrame(rows)


def _curves(
    result: StudyResult, grouping: Grouping, model: DecidingModel
) -> dict[str, tuple[CalibrationBin, ...]]:
    rows, settings = held_out(result, grouping, model), result.settings
    members = [(EVERYBODY, np.ones(len(rows.outcome)))]
    members += list(zip(rows.grouped.names, rows.grouped.weights.T, strict=True))
    return {
        name: calibration(
            rows.outcome,
            rows.probability,
            member,
            rows.weights,
            fewest=settings.min_group_size,
            confidence=settings.confidence,
        )
        for name, member in members
    }
