"""Did the fit settle: the log-likelihood by iteration, and where every short start stood."""

from __future__ import annotations

from math import isfinite

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rome.figures.canvas import empty, finish
from rome.figures.theme import ACCENT, GREY
from rome.figures.training_curve import training_curve, training_curve_table
from rome.results import StudyResult
from rome.text.numbers import format_number


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
    figure.add_scatter(
        x=list(range(1, len(history) + 1)),
        y=history,
        mode="lines+markers" if len(history) < 60 else "lines",
        line={"color": ACCENT, "width": 2.5},
        marker={"size": 5},
        hoverinfo="text",
        hovertext=[f"Iteration {step}: {value:,.3f}" for step, value in enumerate(history, 1)],
        col=1,
        row=1,
    )
    figure.add_scatter(
        x=list(range(1, len(starts) + 1)),
        y=starts,
        mode="markers",
        marker={"color": GREY, "symbol": "circle-open", "size": 10, "line": {"width": 2}},
        hoverinfo="text",
        hovertext=[f"Start {rank} by log-likelihood: {value:,.3f}" for rank, value in enumerate(starts, 1)],
        col=2,
        row=1,
    )
    figure.update_xaxes(title_text="Iteration", col=1)
    figure.update_xaxes(title_text="Start, best first", dtick=max(1, len(starts) // 5), col=2)
    figure.update_yaxes(title_text="Log-likelihood (training)", col=1)
    figure.update_yaxes(range=_start_range(history, starts), col=2)
    figure.update_layout(showlegend=False)
    return finish(figure, height=340, alt=_alt(result, history), caption=_caption(result, starts))


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
