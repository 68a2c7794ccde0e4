"""What each criterion says of every number of groups that was tried, one small panel a criterion."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rome.figures.canvas import empty, finish
from rome.figures.theme import ACCENT, GREY
from rome.results.verdict import SelectionCandidate
from rome.text.numbers import format_number

#: Field of a candidate, what it is called, and which end is better.
_PANELS: tuple[tuple[str, str, str], ...] = (
    ("bic", "BIC", "lower is better"),
    ("worst_group", "Worst group's squared error", "lower is better"),
    ("stability", "Agreement of two halves", "1: the same people"),
)


def selection_curves(tried: Sequence[SelectionCandidate], chosen: int) -> go.Figure:
    """Draw BIC, the worst group's error and the agreement of halves by number of groups, ``chosen`` filled.

    They stand beside the choice, which held-out likelihood and the one-group accounts make.
    """
    if len(tried) < 2:
        return empty("Only one number of groups was tried; let the evidence choose to compare several.")
    titles = [f"{title}<br>({better})" for _, title, better in _PANELS]
    figure = make_subplots(rows=1, cols=len(_PANELS), subplot_titles=titles, horizontal_spacing=0.1)
    numbers = [candidate.n_groups for candidate in tried]
    for place, (name, title, _) in enumerate(_PANELS, 1):
        values = [getattr(candidate, name) for candidate in tried]
        figure.add_trace(_curve(numbers, values, chosen, title), row=1, col=place)
    figure.update_xaxes(title_text="Number of groups", tickvals=numbers)
    figure.update_annotations(font_size=13)
    figure.update_layout(showlegend=False, margin_t=56)
    caption = "Filled: the number that was chosen. BIC alone finds groups in curved or noisy tables, too."
    lowest = min(tried, key=lambda candidate: candidate.bic)
    alt = f"BIC, worst group's error and agreement of halves for {numbers[0]} to {numbers[-1]} groups"
    alt = f"{alt}; {chosen} is chosen, BIC is lowest at {lowest.n_groups}."
    return finish(figure, height=290, alt=alt, caption=caption)


def _curve(numbers: list[int], values: list[float], chosen: int, title: str) -> go.Scatter:
    own = [number == chosen for number in numbers]
    return go.Scatter(
        x=numbers,
        y=[value if isfinite(value) else None for value in values],
        mode="lines+markers",
        line={"color": GREY, "width": 1.5},
        marker={
            "size": 11,
            "color": [ACCENT if is_own else "rgba(0,0,0,0)" for is_own in own],
            "line": {"color": [ACCENT if is_own else GREY for is_own in own], "width": 2},
        },
        hoverinfo="text",
        hovertext=[
            f"Groups: {number}<br>{title} {format_number(value)}"
            for number, value in zip(numbers, values, strict=True)
        ],
    )
