"""How large the groups are: in training, by the gate alone, and once the outcome is seen."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import ROW_HEIGHT, empty, finish, row_axis
from rome.figures.error_by_group import group_mark, intervals
from rome.figures.theme import ACCENT, GREY
from rome.results import StudyResult
from rome.stats.estimate import Estimate
from rome.stats.shares import wilson
from rome.stats.sizes import effective_rows
from rome.text.names import axis_label, literal
from rome.text.numbers import format_count, format_percent, half_width

_KINDS: tuple[tuple[str, str], ...] = (
    ("training", "Share of responsibilities, training rows"),
    ("predicted", "Likeliest by the gate, held-out rows"),
    ("posterior", "Likeliest once the outcome is seen, held-out rows"),
)
_OFFSET = {"training": -0.2, "predicted": 0.0, "posterior": 0.2}
_MARKER: dict[str, dict[str, object]] = {
    "training": {"color": GREY, "symbol": "diamond-open", "size": 11, "line": {"width": 2}},
    "predicted": {"color": ACCENT, "symbol": "circle", "size": 11},
    "posterior": {"color": ACCENT, "symbol": "circle-open", "size": 11, "line": {"width": 2}},
}


@dataclass(frozen=True)
class _Share:
    kind: str
    group: int
    estimate: Estimate
    n: int | None


def sizes(result: StudyResult) -> go.Figure:
    """Draw each group's share as dots; held-out shares carry a Wilson interval.

    Shares are weighted where the study has weights; the interval then counts Kish's effective rows.
    """
    if not result.groups:
        return empty("This study has no groups.")
    shares = _shares(result)
    figure = go.Figure([_trace(result, shares, kind, label) for kind, label in _KINDS])
    row_axis(figure, [group_mark(result, group.name) + axis_label(group.name) for group in result.groups])
    figure.update_xaxes(title_text="Share of rows", tickformat=".0%", range=[-0.02, _reach(shares)])
    figure.update_layout(legend={"orientation": "v", "y": 1.02}, margin_t=92)
    return finish(figure, height=160 + ROW_HEIGHT * len(result.groups), alt=_alt(result, shares))


def sizes_table(result: StudyResult) -> pd.DataFrame:
    """Return one row a group and kind of share, with rows counted and the interval."""
    labels = dict(_KINDS)
    rows = [
        {
            "group": result.groups[share.group].name,
            "what": labels[share.kind],
            "n": share.n,
            "share": share.estimate.value,
            "low": share.estimate.low,
            "high": share.estimate.high,
        }
        for share in _shares(result)
    ]
    return pd.DataFrame(rows, columns=["group", "what", "n", "share", "low", "high"])


def _shares(result: StudyResult) -> list[_Share]:
    held_out = np.asarray(result.rows.is_test, dtype=bool)
    weight = np.asarray(result.rows.weight, dtype=float)[held_out]
    assigned = {
        "predicted": result.rows.predicted_group[held_out],
        "posterior": result.rows.posterior_group[held_out],
    }
    shares = []
    for index in range(len(result.groups)):
        shares.append(_Share("training", index, Estimate(_training_share(result, index), nan, nan), None))
        for kind, groups in assigned.items():
            inside = groups == index
            estimate = _wilson(inside, weight, result.settings.confidence)
            shares.append(_Share(kind, index, estimate, int(inside.sum())))
    return shares


def _training_share(result: StudyResult, index: int) -> float:
    """Return the weighted mean responsibility of a group over the training rows."""
    training = ~np.asarray(result.rows.is_test, dtype=bool)
    weight = np.asarray(result.rows.weight, dtype=float)[training]
    if weight.sum() <= 0:
        return nan
    return float(weight @ result.rows.responsibilities[training, index] / weight.sum())


def _wilson(inside: np.ndarray, weight: np.ndarray, confidence: float) -> Estimate:
    """Return a weighted share with Wilson's interval (Wilson 1927) on Kish's effective number of rows."""
    total = float(weight.sum())
    if total <= 0:
        return Estimate(nan, nan, nan)
    share = float(weight[inside].sum()) / total
    return Estimate(share, *wilson(share, float(effective_rows(weight)), confidence))


def _reach(shares: list[_Share]) -> float:
    ends = [end for share in shares for end in (share.estimate.value, share.estimate.high) if isfinite(end)]
    return min(1.03, 1.1 * max(ends, default=1.0))


def _trace(result: StudyResult, shares: list[_Share], kind: str, label: str) -> go.Scatter:
    own = [share for share in shares if share.kind == kind]
    return go.Scatter(
        x=[share.estimate.value for share in own],
        y=[share.group + _OFFSET[kind] for share in own],
        error_x=intervals([share.estimate for share in own], _MARKER[kind]["color"]),
        mode="markers",
        marker=_MARKER[kind],
        name=label,
        hoverinfo="text",
        hovertext=[_hover(result, share, label) for share in own],
    )


def _hover(result: StudyResult, share: _Share, label: str) -> str:
    value = share.estimate
    resolution = half_width(value.low, value.high)
    text = format_percent(value.value, resolution)
    if resolution is not None:
        text += f" ({format_percent(value.low, resolution)} to {format_percent(value.high, resolution)})"
    rows = "" if share.n is None else f", {format_count(share.n)} rows"
    return f"<b>{literal(result.groups[share.group].name)}</b><br>{label}<br>{text}{rows}"


def _alt(result: StudyResult, shares: list[_Share]) -> str:
    parts = [
        f"{result.groups[share.group].name} {format_percent(share.estimate.value)}"
        for share in shares
        if share.kind == "training"
    ]
    return f"Size of the groups in training: {', '.join(parts)}."
