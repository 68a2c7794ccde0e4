"""A figure with its words, its table and its downloads; the table is laid out to be read on a laptop."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard.shared.words import plain
from rome import figures
from rome.figures import group_style
from rome.report.tables import text_table
from rome.results import StudyResult
from rome.serialize.csv_json import to_csv

TABLE_AND_FILES = "Table and downloads"
DOWNLOAD_TABLE = "Table (CSV)"
_KINDS = {
    "csv": "text/csv",
    "html": "text/html",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
}
#: Plotly reports what a loop or a box holds; a click on one point is too easily made by accident.
_SELECTION = ("lasso", "box")
#: Rows up to which a table is shown whole, without a bar of its own.
_MOST_WHOLE = 12
#: Pixels of a letter, around a cell's text, of a line and around a row's lines, as Streamlit draws them.
_LETTER, _AROUND, _LINE, _ABOVE_AND_BELOW = 7, 26, 20, 16
#: What fits beside the sidebar of a window 1,280 pixels wide, inside a folded-out box.
_ROOM = 770
_NARROWEST, _MOST_LINES, _LONGEST_WORD = 60, 7, 14
#: Streamlit wraps text only in rows higher than 64 pixels.
_WRAPS_FROM = 66
#: Widest column of a table that has to be moved sideways anyway.
_USUAL = 230


def show(
    name: str,
    figure: go.Figure,
    table: pd.DataFrame | None = None,
    *,
    result: StudyResult,
    names: Mapping[str, str] | None = None,
) -> None:
    """Show a figure, the note under it, and its table with downloads folded away.

    Parameters
    ----------
    name : str
        Name of the files and of the widgets, like "worst-group".
    figure : Figure
    table : DataFrame or None
        The same content as rows.
    result : StudyResult
        The study, whose groups get their symbols in the table.
    names : mapping or None
        Headings of the table by column name.
    """
    chart(name, figure)
    if table is None or figures.is_empty(figure):
        return
    with st.expander(TABLE_AND_FILES, icon=":material/table:"):
        _table(name, table, result, names)
        _downloads(name, figure, table, result)


def chart(name: str, figure: go.Figure, selectable: bool = False) -> tuple[int, ...]:
    """Show a figure in the visitor's theme with its note; return the data rows drawn around on it."""
    figures.dress(figure, dark=st.context.theme.type == "dark")
    event = st.plotly_chart(
        figure,
        theme=None,
        key=f"figure-{name}",
        config=dict(figures.CONFIG),
        alt=figures.alt_text(figure),
        on_select="rerun" if selectable else "ignore",
        **({"selection_mode": _SELECTION} if selectable else {}),
    )
    note = figures.caption(figure)
    if note:
        st.caption(plain(note))
    return figures.selected_rows(event.selection.points) if selectable else ()


def listing(
    name: str, table: pd.DataFrame, result: StudyResult, names: Mapping[str, str] | None = None
) -> None:
    """Show a table that belongs to no figure, with its download."""
    _table(name, table, result, names)
    _download_table(name, table, result)


def _table(name: str, table: pd.DataFrame, result: StudyResult, names: Mapping[str, str] | None) -> None:
    text = text_table(table, names)
    rows = [[marked(result, cell) for cell in row] for row in text.rows]
    headings = [_heading(name) for name in text.header]
    laid_out = layout(headings, rows)
    shown = pd.DataFrame(rows, columns=headings)
    columns = {
        heading: st.column_config.TextColumn(width=width, alignment="right" if numeric else "left")
        for heading, numeric, width in zip(headings, text.numeric, laid_out.widths, strict=True)
    }
    st.dataframe(
        shown,
        hide_index=True,
        column_config=columns,
        row_height=laid_out.row,
        height="content" if len(shown) <= _MOST_WHOLE else "auto",
        key=f"table-{name}",
        alt=TABLE_AND_FILES,
    )
    if text.note:
        st.caption(plain(text.note))


def file_name(result: StudyResult, what: str, ending: str) -> str:
    """Return the name of a download: the table's, what it is, and the start of the study's identity."""
    table = re.sub(r"[^\w-]+", "_", result.data.name.rpartition(".")[0] or result.data.name)
    return f"{table.strip('_')[:40] or 'study'}_{what}_{result.study_id[:6]}.{ending}"


def download(label: str, key: str, content: Callable[[], str | bytes], name: str, **more: object) -> None:
    """Offer a file that is made when it is asked for; its kind follows from the ending of its name."""
    st.download_button(
        label,
        content,
        name,
        _KINDS[name.rpartition(".")[2]],
        key=key,
        on_click="ignore",
        icon=":material/download:",
        **more,
    )


def _heading(name: str) -> str:
    """Return a column's name in sentence case; ``n`` stays the symbol that it is."""
    return name if len(name) == 1 else f"{name[:1].upper()}{name[1:]}"


def _downloads(name: str, figure: go.Figure, table: pd.DataFrame, result: StudyResult) -> None:
    with st.container(horizontal=True):
        _download_table(name, table, result)
        download(
            "Figure (HTML)",
            f"html-{name}",
            lambda: figures.themed(figure).to_html(config=dict(figures.CONFIG), include_plotlyjs=True),
            file_name(result, name, "html"),
        )


def _download_table(name: str, table: pd.DataFrame, result: StudyResult) -> None:
    download(DOWNLOAD_TABLE, f"csv-{name}", lambda: to_csv(table), file_name(result, name, "csv"))


def marked(result: StudyResult, name: str) -> str:
    """Return ``● Group 1`` for a latent group of the study; any other name stays as it is."""
    names = [group.name for group in result.groups]
    return f"{group_style(names.index(name)).glyph} {name}" if name in names else name


@dataclass(frozen=True)
class Layout:
    """Widths of the columns and height of every row, in pixels; ``row`` is None for rows of one line."""

    widths: tuple[int, ...]
    row: int | None


def layout(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Layout:
    """Return the layout with the lowest rows that fits: the longest texts get the room.

    No column gets narrower than its heading, which can't wrap, or than a word of usual length: a table with
    too many columns for the room is wider than it, and is moved sideways.
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(headings)
    least = [
        max(
            _NARROWEST,
            _pixels(heading),
            *(_pixels(word[:_LONGEST_WORD]) for cell in cells for word in cell.split()),
        )
        for heading, cells in zip(headings, columns, strict=True)
    ]
    wanted = [
        max([floor, *(_pixels(cell) for cell in cells)]) for floor, cells in zip(least, columns, strict=True)
    ]
    widths = _widths(columns, least, wanted)
    lines = max(
        (_lines(cell, width) for row in rows for cell, width in zip(row, widths, strict=True)), default=1
    )
    height = None if lines == 1 else max(_WRAPS_FROM, _LINE * min(lines, _MOST_LINES) + _ABOVE_AND_BELOW)
    return Layout(widths, height)


def _widths(columns: Sequence[Sequence[str]], least: Sequence[int], wanted: Sequence[int]) -> tuple[int, ...]:
    """Return the widths at which no cell takes more lines than it must for all columns to fit."""
    bounds = [
        (list(dict.fromkeys(cells)), floor, most)
        for cells, floor, most in zip(columns, least, wanted, strict=True)
    ]
    for lines in range(1, _MOST_LINES + 1) if sum(least) <= _ROOM else ():
        widths = tuple(_narrowest(cells, floor, most, lines) for cells, floor, most in bounds)
        if sum(widths) <= _ROOM:
            return widths
    return tuple(max(floor, min(most, _USUAL)) for _, floor, most in bounds)


def _narrowest(cells: Sequence[str], floor: int, most: int, lines: int) -> int:
    """Return the least width, of at least ``floor``, at which every cell takes at most ``lines`` lines."""
    low, high = floor, most
    while low < high:
        middle = (low + high) // 2
        fits = all(_lines(cell, middle) <= lines for cell in cells)
        low, high = (low, middle) if fits else (middle + 1, high)
    return low


def _pixels(text: str) -> int:
    return _LETTER * len(text) + _AROUND


def _lines(text: str, width: int) -> int:
    """Return how many lines a cell's text takes, broken between words."""
    room, lines, used = max(1, (width - _AROUND) // _LETTER), 1, 0
    for word in text.split(" "):
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0
        used += len(word) + (used > 0)
        lines += max(0, ceil(len(word) / room) - 1)
    return lines
