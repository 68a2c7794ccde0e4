"""The fit while it runs: where every start stands, step by step, the one that runs now in colour."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import plotly.graph_objects as go

from rome.figures.canvas import empty, finish
from rome.figures.theme import ACCENT, GREY
from rome.figures.training_curve import OBJECTIVE_LABELS
from rome.settings.study import Settings
from rome.text.numbers import format_number


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
        figure.add_trace(_trace(line, step, is_last=number == len(lines) - 1))
    figure.update_xaxes(title_text=step, rangemode="tozero")
    figure.update_yaxes(title_text=value, nticks=5)
    figure.update_layout(showlegend=False, margin={"t": 16})
    return finish(figure, height=240, alt=_alt(lines, step, value), caption="")


def _words(settings: Settings | None) -> tuple[str, str]:
    """Return what the two axes hold."""
    if settings is None or settings.moe is None:
        return "Iteration", "Log-likelihood (scaled)"
    return "Epoch", OBJECTIVE_LABELS[settings.moe.objective]


def _trace(line: list[tuple[int, int, float]], what: str, is_last: bool) -> go.Scatter:
    return go.Scatter(
        x=[step for _, step, _ in line],
        y=[value for _, _, value in line],
        mode="lines",
        line={"color": ACCENT if is_last else GREY, "width": 2.5 if is_last else 1},
        opacity=1.0 if is_last else 0.7,
        hoverinfo="text",
        hovertext=[f"{what} {step}: {value:,.3f}" for _, step, value in line],
    )


def _alt(lines: list[list[tuple[int, int, float]]], what: str, shown: str) -> str:
    _, step, value = lines[-1][-1]
    runs = "1 run" if len(lines) == 1 else f"{len(lines)} runs"
    return (
        f"{shown} by {what.lower()} of {runs} of the fit; the last stands at {format_number(value)} after "
        f"{step} {what.lower()}s."
    )
