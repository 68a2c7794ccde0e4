"""How large the groups are: in training, by the gate alone, and once the outcome is seen."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rome.figures.error_by_group import group_mark
from rome.figures.rows import FILLED, HOLLOW, Dot, Mark, Row, chart, ends, hover
from rome.figures.theme import ACCENT
from rome.results import StudyResult
from rome.stats.estimate import Estimate
from rome.stats.shares import wilson
from rome.stats.sizes import effective_rows
from rome.text.names import axis_label
from rome.text.numbers import format_count, format_percent, half_width

_MARKS: dict[str, Mark] = {
    "training": Mark(HOLLOW | {"symbol": "diamond-open"}, "Share of responsibilities, training rows", -0.2),
    "predicted": Mark(FILLED, "Likeliest by the gate, held-out rows"),
    "posterior": Mark(HOLLOW | {"color": ACCENT}, "Likeliest once the outcome is seen, held-out rows", 0.2),
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
    shares = _shares(result)
    rows = [
        Row(
            group_mark(result, group.name) + axis_label(group.name),
            tuple(Dot(share.estimate, _hover(result, share)) for share in shares if share.group == index),
        )
        for index, group in enumerate(result.groups)
    ]
    return chart(
        rows,
        list(_MARKS.values()),
        share_axis(rows),
        alt=_alt(result, shares),
        reason="This study has no groups.",
        frame=160,
        margin_t=92,
        legend={"orientation": "v", "y": 1.02},
    )


def sizes_table(result: StudyResult) -> pd.DataFrame:
    """Return one row a group and kind of share, with rows counted and the interval."""
    rows = [
        {
            "group": result.groups[share.group].name,
            "what": _MARKS[share.kind].name,
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


def share_axis(rows: list[Row]) -> dict[str, object]:
    """Return the axis of shares of rows: from nothing to a little beyond the largest."""
    reach = min(1.03, 1.1 * max(ends(rows), default=1.0))
    return {"title_text": "Share of rows", "tickformat": ".0%", "range": [-0.02, reach]}


def share_words(share: Estimate) -> str:
    """Return ``31% (28% to 34%)``, or the share alone where there is no interval."""
    resolution = half_width(share.low, share.high)
    text = format_percent(share.value, resolution)
    if resolution is None:
        return text
    return f"{text} ({format_percent(share.low, resolution)} to {format_percent(share.high, resolution)})"


def _hover(result: StudyResult, share: _Share) -> str:
    rows = "" if share.n is None else f", {format_count(share.n)} rows"
    name = result.groups[share.group].name
    return hover(name, _MARKS[share.kind].name, share_words(share.estimate) + rows)


def _alt(result: StudyResult, shares: list[_Share]) -> str:
    parts = [
        f"{result.groups[share.group].name} {format_percent(share.estimate.value)}"
        for share in shares
        if share.kind == "training"
    ]
    return f"Size of the groups in training: {', '.join(parts)}."
