"""What a report is made of: pure data, ready to be laid out."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from rome import figures
from rome.report.tables import TextTable, text_table


@dataclass(frozen=True)
class Prose:
    """A paragraph; ``lead`` sets it larger."""

    text: str
    lead: bool = False


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """A heading inside a section, with a group's style where it is about one."""

    text: str
    group: int | None = None


@dataclass(frozen=True)
class Picture:
    """A figure with its words and its table; the words stand where the figure can't be seen."""

    title: str
    figure: go.Figure
    table: TextTable | None
    alt: str
    caption: str


@dataclass(frozen=True)
class Listing:
    """A table that is shown open."""

    title: str
    table: TextTable


@dataclass(frozen=True)
class Code:
    """Something to run."""

    title: str
    text: str


Block = Prose | Points | Heading | Picture | Listing | Code


def picture(
    title: str, figure: go.Figure, frame: pd.DataFrame | None = None, names: dict | None = None
) -> Picture:
    """Return a figure with its alternative text, its note and, where it has rows, its table."""
    table = None if frame is None or frame.empty else text_table(frame, names)
    return Picture(title, figure, table, figures.alt_text(figure), figures.caption(figure))
