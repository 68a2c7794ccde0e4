"""What all figures share: an empty figure that says why, a caption, and words for those who can't see it."""

from __future__ import annotations

import html
import math
import textwrap

import plotly.graph_objects as go

from rome.figures.theme import LIGHT
from rome.text.names import literal, visible

_LEGEND_LINE = 20
#: Pixels above a plot for one line of words, and for plotly's toolbar above that.
_TOP, _TOOLBAR = 40, 18
#: Pixels across which a legend is laid out on a narrow screen, for a symbol, and for a character.
_LEGEND_WIDTH, _SYMBOL_WIDTH, _CHARACTER_WIDTH = 400, 40, 7


def finish(figure: go.Figure, *, height: int, alt: str, caption: str = "") -> go.Figure:
    """Give ``figure`` the project's template, a height in pixels, an alternative text and a caption.

    The height grows with a legend that needs more than one line, and for plotly's toolbar, which would lie
    over a legend or a title at the top.
    """
    more = _LEGEND_LINE * (_legend_lines(figure) - 1)
    if figure.data and figure.layout.margin.t is None:
        figure.update_layout(margin_t=_TOP + _TOOLBAR)
        height += _TOOLBAR
    words = {"alt": visible(alt), "caption": caption and visible(caption)}
    figure.update_layout(template=LIGHT.name, height=height + more, meta=words)
    if more:
        figure.update_layout(legend_maxheight=1)
    return figure


def _legend_lines(figure: go.Figure) -> int:
    """Return how many lines the horizontal legend takes on a narrow screen, at least 1."""
    if figure.layout.showlegend is False or figure.layout.legend.orientation == "v":
        return 1
    names = [html.unescape(trace.name or "") for trace in figure.data if trace.showlegend is not False]
    longest = max((len(name) for name in names), default=0)
    entry = _SYMBOL_WIDTH + _CHARACTER_WIDTH * longest
    return max(1, math.ceil(len(names) / max(1, _LEGEND_WIDTH // entry)))


def empty(sentence: str, height: int = 160) -> go.Figure:
    """Return a figure without data that says in ``sentence`` why there is nothing to draw."""
    figure = go.Figure()
    lines = "<br>".join(literal(line) for line in textwrap.wrap(visible(sentence), 70))
    figure.add_annotation(
        text=lines, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font={"size": 14}
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return finish(figure, height=height, alt=sentence)


def is_empty(figure: go.Figure) -> bool:
    """Whether ``figure`` holds no data, only the sentence that says why."""
    return len(figure.data) == 0


def caption(figure: go.Figure) -> str:
    """Return the plain-text note that belongs under ``figure`` (sampling, what was left out), or ''."""
    return (figure.layout.meta or {}).get("caption", "")


def alt_text(figure: go.Figure) -> str:
    """Return the sentence that stands for ``figure`` where it can't be seen."""
    return (figure.layout.meta or {}).get("alt", "")
