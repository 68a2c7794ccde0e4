"""The errors of two studies on one axis: everybody and the worst groups, each with its interval."""

from __future__ import annotations

from math import isfinite

import pandas as pd
import plotly.graph_objects as go

from rome.contrast import Contrast, ScorePair
from rome.figures.canvas import ROW_HEIGHT, empty, finish, row_axis
from rome.figures.error_by_group import intervals
from rome.figures.theme import ACCENT, GREY
from rome.stats.estimate import Estimate
from rome.text.measures import axis_title, measure
from rome.text.names import axis_lines, literal
from rome.text.numbers import format_estimate

WHOSE = {
    "overall": "Everybody",
    "worst_latent": "Worst latent group",
    "worst_observed": "Worst observed group",
}
_STYLES = (
    ("first", "pooled", -0.27, {"color": GREY, "symbol": "circle-open", "size": 11, "line": {"width": 2}}),
    ("first", "rome", -0.09, {"color": ACCENT, "symbol": "circle", "size": 11}),
    ("second", "pooled", 0.09, {"color": GREY, "symbol": "diamond-open", "size": 12, "line": {"width": 2}}),
    ("second", "rome", 0.27, {"color": ACCENT, "symbol": "diamond", "size": 12}),
)
_MODELS = {"pooled": "one model", "rome": "ROME"}


def contrast_errors(held: Contrast, names: tuple[str, str] = ("A", "B")) -> go.Figure:
    """Draw the loss of one model (hollow) and of ROME (filled) in the first study (circles) and in the second
    (diamonds); ``names`` is what the studies are called."""
    if not held.scores:
        return empty("The studies predict different outcomes, so their errors have no common axis.")
    confidence, metric = held.first.settings.confidence, held.first.metric
    figure = go.Figure()
    for study, model, offset, marker in _STYLES:
        values = [_estimate(pair, study, model) for pair in held.scores]
        name = f"{names[0] if study == 'first' else names[1]}: {_MODELS[model]}"
        figure.add_scatter(
            x=[value.value if isfinite(value.value) else None for value in values],
            y=[row + offset for row in range(len(values))],
            error_x=intervals(values, marker["color"]),
            mode="markers",
            marker=marker,
            name=literal(name),
            hoverinfo="text",
            hovertext=[
                f"<b>{WHOSE[pair.whose]}</b><br>{literal(name)}<br>{format_estimate(value, confidence)}"
                for pair, value in zip(held.scores, values, strict=True)
            ],
        )
    row_axis(figure, [axis_lines(WHOSE[pair.whose]) for pair in held.scores])
    figure.update_xaxes(title_text=axis_title(metric))
    return finish(
        figure,
        height=110 + int(1.7 * ROW_HEIGHT) * len(held.scores),
        alt=_alt(held, names),
        caption="Each study on its own held-out rows, and on its own groups.",
    )


def contrast_errors_table(held: Contrast, names: tuple[str, str] = ("A", "B")) -> pd.DataFrame:
    """Return the same as rows, with the difference of the two ROME predictions (second − first, as a share of
    the first) on the rows that both held out."""
    nan, rows = float("nan"), []
    for pair in held.scores:
        row: dict[str, object] = {"whose error": WHOSE[pair.whose]}
        for study, model, _, _ in _STYLES:
            value = _estimate(pair, study, model)
            name = f"{names[0] if study == 'first' else names[1]}, {_MODELS[model]}"
            row |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
        change = pair.against
        row["relative change"] = nan if change is None else change.relative.value
        row["relative change_low"] = nan if change is None else change.relative.low
        row["relative change_high"] = nan if change is None else change.relative.high
        rows.append(row)
    return pd.DataFrame(rows)


def _estimate(pair: ScorePair, study: str, model: str) -> Estimate:
    compared = getattr(pair, study)
    return Estimate(
        getattr(compared, model), getattr(compared, f"{model}_low"), getattr(compared, f"{model}_high")
    )


def _alt(held: Contrast, names: tuple[str, str]) -> str:
    said = [
        f"{names[index]}: {WHOSE[pair.whose].lower()} under ROME "
        + format_estimate(_estimate(pair, study, "rome"), held.first.settings.confidence)
        for index, study in enumerate(("first", "second"))
        for pair in held.scores
    ]
    return f"{measure(held.first.metric).label} of two studies. {'; '.join(said)}."
