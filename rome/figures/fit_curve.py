"""Did the fit settle: the log-likelihood by iteration, networks' objective by epoch, and a fit that runs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import isfinite

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rome.figures.canvas import empty, finish
from rome.figures.rows import HOLLOW
from rome.figures.theme import ACCENT, GREY
from rome.results import StudyResult
from rome.results.study import TrainingRecord
from rome.settings.study import Settings
from rome.text.numbers import format_count, format_number

#: What each objective is called on an axis.
OBJECTIVE_LABELS = {"likelihood": "Loss per row (scaled)", "squared": "Squared error (scaled)"}


def fit_curve(result: StudyResult) -> go.Figure:
    """Draw the best run's log-likelihood by iteration, and beside it where every short start stood.

    Networks have epochs in place of iterations: see ``training_curve``.
    """
    if result.training is not None:
        return training_curve(result.training)
    history = [value for value in result.fit.history if isfinite(value)]
    if not history or len(result.groups) < 2:
        return empty("With one group there is nothing to iterate: the fit is one least-squares step.")
    starts = sorted((value for value in result.fit.starts if isfinite(value)), reverse=True)
    figure = make_subplots(
        cols=2,
        column_widths=[0.68, 0.32],
        horizontal_spacing=0.14,
        column_titles=["The best run", "Every start"],
    )
    run = _curve(
        history,
        [f"Iteration {step}: {value:,.3f}" for step, value in enumerate(history, 1)],
        mode="lines+markers" if len(history) < 60 else "lines",
        line={"color": ACCENT, "width": 2.5},
        marker={"size": 5},
    )
    ends = _curve(
        starts,
        [f"Start {rank} by log-likelihood: {value:,.3f}" for rank, value in enumerate(starts, 1)],
        mode="markers",
        marker=HOLLOW | {"size": 10},
    )
    figure.add_traces([run, ends], rows=1, cols=[1, 2])
    figure.update_xaxes(title_text="Iteration", col=1)
    figure.update_xaxes(title_text="Start, best first", dtick=max(1, len(starts) // 5), col=2)
    figure.update_yaxes(title_text="Log-likelihood (training)", col=1)
    figure.update_yaxes(range=_start_range(history, starts), col=2)
    figure.update_layout(showlegend=False)
    return finish(figure, height=340, alt=_alt(result, history), caption=_caption(result, starts))


def _curve(values: Sequence[float], words: list[str], **looks: object) -> go.Scatter:
    """Return values by their place, counted from 1, or by ``x``."""
    return go.Scatter(
        **{"x": list(range(1, len(values) + 1)), "mode": "lines"} | looks,
        y=list(values),
        hoverinfo="text",
        hovertext=words,
    )


def _start_range(history: list[float], starts: list[float]) -> list[float]:
    """Return an axis on which starts that agree look alike: at least a tenth of the run's whole climb."""
    if not starts:
        return [0.0, 1.0]
    span = max(starts[0] - starts[-1], 0.1 * (max(history) - min(history)), 1.0)
    return [starts[-1] - 0.6 * span, starts[0] + 0.6 * span]


def fit_curve_table(result: StudyResult) -> pd.DataFrame:
    """Return the log-likelihood by iteration (``what`` = "iteration") and by start ("start", best first);
    networks have the objective by epoch."""
    if result.training is not None:
        return training_curve_table(result.training)
    starts = sorted(result.fit.starts, reverse=True)
    rows = [("iteration", step, value) for step, value in enumerate(result.fit.history, 1)]
    rows += [("start", place, value) for place, value in enumerate(starts, 1)]
    return pd.DataFrame(rows, columns=["what", "number", "log_likelihood"])


def _caption(result: StudyResult, starts: list[float]) -> str:
    steps = f"{result.fit.n_iter} iteration{'' if result.fit.n_iter == 1 else 's'}"
    ending = (
        f"The run settled after {steps}."
        if result.fit.converged
        else f"The run stopped at its limit of {steps} before it settled."
    )
    if len(starts) < 2:
        return ending
    close = sum(starts[0] - value <= 1e-4 * abs(starts[0]) for value in starts)
    came = f"{close} of {len(starts)} starts {'was' if close == 1 else 'were'}"
    return (
        f"{ending} {came} within 0.01% of the best log-likelihood "
        "after their short run; the best of them ran on."
    )


def _alt(result: StudyResult, history: list[float]) -> str:
    return (
        f"Log-likelihood by iteration, from {format_number(history[0])} to {format_number(history[-1])} "
        f"in {len(history)} iterations, {'settled' if result.fit.converged else 'not settled'}."
    )


def training_curve(record: TrainingRecord) -> go.Figure:
    """Draw the objective of the kept start by epoch: lower is better, and a ring marks the kept epoch."""
    figure = go.Figure([_epochs(record.train, "Training rows", GREY, 1.5)])
    if _has_validation(record):
        figure.add_trace(_epochs(record.validation, "Rows held back", ACCENT, 2.5))
        if record.best_epoch:
            figure.add_trace(_kept(record))
    figure.update_xaxes(title_text="Epoch", rangemode="tozero")
    figure.update_yaxes(title_text=OBJECTIVE_LABELS[record.objective], nticks=6)
    return finish(figure, height=340, alt=_training_alt(record), caption=_training_caption(record))


def training_curve_table(record: TrainingRecord) -> pd.DataFrame:
    """Return the objective by epoch of the start that was kept."""
    epochs = range(1, len(record.train) + 1)
    return pd.DataFrame({"epoch": epochs, "training": record.train, "validation": record.validation})


def _has_validation(record: TrainingRecord) -> bool:
    return any(isfinite(value) for value in record.validation)


def _epochs(values: tuple[float, ...], name: str, colour: str, width: float) -> go.Scatter:
    words = [f"{name}, epoch {epoch}: {value:,.4f}" for epoch, value in enumerate(values, 1)]
    return _curve(values, words, name=name, line={"color": colour, "width": width})


def _kept(record: TrainingRecord) -> go.Scatter:
    value = record.validation[record.best_epoch - 1]
    return _curve(
        [value],
        [f"Kept: epoch {record.best_epoch}, {value:,.4f}"],
        x=[record.best_epoch],
        mode="markers",
        name="Kept epoch",
        marker={"color": ACCENT, "symbol": "circle-open", "size": 13, "line": {"width": 2.5}},
    )


def _training_caption(record: TrainingRecord) -> str:
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
    notes.append(_training_starts(record))
    return " ".join(note for note in notes if note)


def _training_starts(record: TrainingRecord) -> str:
    if record.from_em:
        return "Training started where groups of lines (ROME-EM) end."
    if len(record.starts) < 2:
        return ""
    low, high = min(record.starts), max(record.starts)
    return (
        f"The best of {len(record.starts)} starts is shown; they ended between {format_number(low)} and "
        f"{format_number(high)}."
    )


def _training_alt(record: TrainingRecord) -> str:
    values = record.validation if _has_validation(record) else record.train
    where = "rows held back" if _has_validation(record) else "training rows"
    return (
        f"Objective on {where} by epoch, from {format_number(values[0])} to {format_number(values[-1])} in "
        f"{len(values)} epochs; epoch {record.best_epoch} is kept."
    )


def live_curve(points: Sequence[tuple[int, int, float]], settings: Settings | None = None) -> go.Figure:
    """Draw a fit that may still be running.

    Parameters
    ----------
    points : sequence of (line, iteration, log-likelihood)
        In the order in which they came; each start, and each run to the end, is a line of its own. The
        log-likelihood is that of the scaled outcome, so that its level is not the finished study's. Of
        networks: (line, epoch, objective), which falls.
    settings : Settings or None
        Of the study that runs; ``None`` draws lines' likelihood.
    """
    if not points:
        return empty("The curve appears when the groups are fitted.")
    step, value = _words(settings)
    lines = [list(line) for _, line in groupby(points, key=lambda point: point[0])]
    figure = go.Figure()
    for number, line in enumerate(lines):
        figure.add_trace(_line(line, step, is_last=number == len(lines) - 1))
    figure.update_xaxes(title_text=step, rangemode="tozero")
    figure.update_yaxes(title_text=value, nticks=5)
    figure.update_layout(showlegend=False, margin={"t": 16})
    return finish(figure, height=240, alt=_live_alt(lines, step, value), caption="")


def _words(settings: Settings | None) -> tuple[str, str]:
    """Return what the two axes hold."""
    if settings is None or settings.moe is None:
        return "Iteration", "Log-likelihood (scaled)"
    return "Epoch", OBJECTIVE_LABELS[settings.moe.objective]


def _line(line: list[tuple[int, int, float]], what: str, is_last: bool) -> go.Scatter:
    return _curve(
        [value for _, _, value in line],
        [f"{what} {step}: {value:,.3f}" for _, step, value in line],
        x=[step for _, step, _ in line],
        line={"color": ACCENT if is_last else GREY, "width": 2.5 if is_last else 1},
        opacity=1.0 if is_last else 0.7,
    )


def _live_alt(lines: list[list[tuple[int, int, float]]], what: str, shown: str) -> str:
    _, step, value = lines[-1][-1]
    runs = "1 run" if len(lines) == 1 else f"{len(lines)} runs"
    return (
        f"{shown} by {what.lower()} of {runs} of the fit; the last stands at {format_number(value)} after "
        f"{step} {what.lower()}s."
    )
