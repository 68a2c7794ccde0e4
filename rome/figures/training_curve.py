"""How networks were trained: the objective by epoch, on training rows and on rows held back from them."""

from __future__ import annotations

from math import isfinite

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import finish
from rome.figures.theme import ACCENT, GREY
from rome.results.training import TrainingRecord
from rome.text.numbers import format_count, format_number

#: What each objective is called on an axis.
OBJECTIVE_LABELS = {"likelihood": "Loss per row (scaled)", "squared": "Squared error (scaled)"}


def training_curve(record: TrainingRecord) -> go.Figure:
    """Draw the objective of the kept start by epoch: lower is better, and a ring marks the kept epoch."""
    figure = go.Figure([_trace(record.train, "Training rows", GREY, 1.5)])
    if _has_validation(record):
        figure.add_trace(_trace(record.validation, "Rows held back", ACCENT, 2.5))
        if record.best_epoch:
            figure.add_trace(_kept(record))
    figure.update_xaxes(title_text="Epoch", rangemode="tozero")
    figure.update_yaxes(title_text=OBJECTIVE_LABELS[record.objective], nticks=6)
    return finish(figure, height=340, alt=_alt(record), caption=_caption(record))


def training_curve_table(record: TrainingRecord) -> pd.DataFrame:
    """Return the objective by epoch of the start that was kept."""
    epochs = range(1, len(record.train) + 1)
    return pd.DataFrame({"epoch": epochs, "training": record.train, "validation": record.validation})


def _has_validation(record: TrainingRecord) -> bool:
    return any(isfinite(value) for value in record.validation)


def _trace(values: tuple[float, ...], name: str, colour: str, width: float) -> go.Scatter:
    return go.Scatter(
        x=list(range(1, len(values) + 1)),
        y=list(values),
        mode="lines",
        name=name,
        line={"color": colour, "width": width},
        hoverinfo="text",
        hovertext=[f"{name}, epoch {epoch}: {value:,.4f}" for epoch, value in enumerate(values, 1)],
    )


def _kept(record: TrainingRecord) -> go.Scatter:
    value = record.validation[record.best_epoch - 1]
    return go.Scatter(
        x=[record.best_epoch],
        y=[value],
        mode="markers",
        name="Kept epoch",
        marker={"color": ACCENT, "symbol": "circle-open", "size": 13, "line": {"width": 2.5}},
        hoverinfo="text",
        hovertext=[f"Kept: epoch {record.best_epoch}, {value:,.4f}"],
    )


def _caption(record: TrainingRecord) -> str:
    ran = len(record.train)
    loss = " The loss is the negative log-likelihood." if record.objective == "likelihood" else ""
    notes = [f"Lower is better.{loss}"]
    if not _has_validation(record):
        notes.append(f"No rows were held back: all {ran} epochs ran, and the last one is kept.")
    elif record.stopped_early:
        notes.append(
            f"Training ended after {ran} of at most {record.epoch_limit} epochs, when the "
            f"{format_count(record.validation_rows)} training rows held back gained no more; epoch "
            f"{record.best_epoch} is kept."
        )
    else:
        notes.append(f"All {ran} epochs ran; epoch {record.best_epoch}, the best on rows held back, is kept.")
    notes.append(_starts(record))
    return " ".join(note for note in notes if note)


def _starts(record: TrainingRecord) -> str:
    if record.from_em:
        return "Training started where groups of lines (ROME-EM) end."
    if len(record.starts) < 2:
        return ""
    low, high = min(record.starts), max(record.starts)
    return (
        f"The best of {len(record.starts)} starts is shown; they ended between {format_number(low)} and "
        f"{format_number(high)}."
    )


def _alt(record: TrainingRecord) -> str:
    values = record.validation if _has_validation(record) else record.train
    where = "rows held back" if _has_validation(record) else "training rows"
    return (
        f"Objective on {where} by epoch, from {format_number(values[0])} to {format_number(values[-1])} in "
        f"{len(values)} epochs; epoch {record.best_epoch} is kept."
    )
