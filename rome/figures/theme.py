"""The look of every figure: one template for light and one for dark, fixed group colours and symbols.

The colours that carry meaning (accent, grey, groups) are the same on both backgrounds, so that a figure
is drawn once and only its template changes. Text, grid and lines come from the template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import plotly.graph_objects as go
import plotly.io as pio

#: ROME's markers: the one accent. At least 3:1 against the light and the dark background.
ACCENT = "#6A5AE0"
#: Pooled markers and everything that is only context, 3:1 on both backgrounds.
GREY = "#737B86"
#: Fonts that lie on the reader's own machine; nothing is ever fetched.
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"
#: What every place that shows a figure hands to plotly.js: no logo, no upload, no MathJax.
CONFIG: dict[str, object] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "typesetMath": False,
    "responsive": True,
    "modeBarButtonsToRemove": ["autoScale2d"],
}

_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
_EDGES = ("#004C78", "#8F6300", "#00563F", "#8C4A6E", "#2C6F96", "#8A3D00")
_SYMBOLS = (
    ("circle", "●"),
    ("square", "■"),
    ("diamond", "◆"),
    ("triangle-up", "▲"),
    ("triangle-down", "▼"),
    ("cross", "✚"),
    ("star", "★"),
    ("hexagon", "⬢"),
    ("pentagon", "⬟"),
    ("x", "✕"),
    ("triangle-left", "◄"),
    ("triangle-right", "►"),
)


class GroupStyle(NamedTuple):
    """How one group looks everywhere: ``colour, symbol = group_style(0)[:2]``.

    ``edge`` is the darker outline that keeps light colours visible on white; ``glyph`` is the symbol as a
    character, for cards and headings.
    """

    colour: str
    symbol: str
    edge: str
    glyph: str


@dataclass(frozen=True)
class Palette:
    """Background, text and line colours of one theme; every text colour is AA on its background."""

    name: str
    background: str
    surface: str
    text: str
    muted: str
    grid: str
    zero: str


LIGHT = Palette("rome", "#FFFFFF", "#F5F6F8", "#1B1F24", "#59616B", "#E6E8EC", "#9AA1AB")
DARK = Palette("rome_dark", "#14171B", "#1D2127", "#E7EAEE", "#A5ADB8", "#2C323A", "#6B7480")


def group_style(index: int) -> GroupStyle:
    """Return the style of the ``index``-th group (0-based): Okabe–Ito in a fixed order, then by symbol."""
    symbol, glyph = _SYMBOLS[index % len(_SYMBOLS)]
    colour = index % len(_COLOURS)
    return GroupStyle(_COLOURS[colour], symbol, _EDGES[colour], glyph)


def _axis(palette: Palette) -> dict[str, object]:
    return {
        "gridcolor": palette.grid,
        "linecolor": palette.grid,
        "zerolinecolor": palette.zero,
        "zeroline": False,
        "tickcolor": palette.grid,
        "automargin": True,
        "title": {"font": {"size": 13, "color": palette.muted}, "standoff": 12},
        "tickfont": {"size": 13},
    }


def _template(palette: Palette) -> go.layout.Template:
    layout = go.Layout(
        font={"family": FONT, "size": 13, "color": palette.text},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        colorway=list(_COLOURS),
        xaxis=_axis(palette),
        yaxis=_axis(palette),
        margin={"l": 12, "r": 20, "t": 40, "b": 48},
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.0, "yanchor": "bottom"},
        hoverlabel={
            "bgcolor": palette.surface,
            "bordercolor": palette.zero,
            "align": "left",
            "font": {"family": FONT, "size": 13, "color": palette.text},
        },
        annotationdefaults={"font": {"color": palette.muted, "size": 12}, "showarrow": False},
        shapedefaults={"line": {"color": palette.zero, "width": 1}},
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": palette.muted, "activecolor": ACCENT},
        dragmode=False,
        hovermode="closest",
    )
    return go.layout.Template(layout=layout)


def register() -> None:
    """Register both templates with plotly under "rome" and "rome_dark"; the default is left alone."""
    for palette in (LIGHT, DARK):
        pio.templates[palette.name] = _template(palette)


register()


def themed(figure: go.Figure, dark: bool = False) -> go.Figure:
    """Return a copy of ``figure`` in the dark or the light theme; the data stay as they are."""
    copy = go.Figure(figure)
    copy.update_layout(template=(DARK if dark else LIGHT).name)
    return copy


def dress(figure: go.Figure, dark: bool = False) -> None:
    """Put ``figure`` itself into the dark or the light theme, without the time that a copy takes.

    Not for figures that others hold too, as those from a shared cache.
    """
    # Every figure of ours is drawn in the light theme.
    if dark:
        figure.update_layout(template=DARK.name)
