"""A figure with its words, its table and its downloads: always together."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import wording
from dashboard.components import table_layout
from dashboard.components.group_name import marked
from rome import figures
from rome.report.tables import text_table
from rome.results import StudyResult
from rome.serialize.csv_json import to_csv

#: Plotly reports what a loop or a box holds; a click on one point is too easily made by accident.
_SELECTION = ("lasso", "box")
#: Rows up to which a table is shown whole, without a bar of its own.
_MOST_WHOLE = 12


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
    with st.expander(wording.figures.TABLE_AND_FILES, icon=":material/table:"):
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
        st.caption(wording.plain(note))
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
    laid_out = table_layout.layout(headings, rows)
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
        alt=wording.figures.TABLE_AND_FILES,
    )
    if text.note:
        st.caption(wording.plain(text.note))


def file_name(result: StudyResult, what: str, ending: str) -> str:
    """Return the name of a download: the table's, what it is, and the start of the study's identity."""
    table = re.sub(r"[^\w-]+", "_", result.data.name.rpartition(".")[0] or result.data.name)
    return f"{table.strip('_')[:40] or 'study'}_{what}_{result.study_id[:6]}.{ending}"


def _heading(name: str) -> str:
    """Return a column's name in sentence case; ``n`` stays the symbol that it is."""
    return name if len(name) == 1 else f"{name[:1].upper()}{name[1:]}"


def _downloads(name: str, figure: go.Figure, table: pd.DataFrame, result: StudyResult) -> None:
    with st.container(horizontal=True):
        _download_table(name, table, result)
        st.download_button(
            wording.figures.DOWNLOAD_FIGURE,
            lambda: figures.themed(figure).to_html(config=dict(figures.CONFIG), include_plotlyjs=True),
            file_name(result, name, "html"),
            "text/html",
            key=f"html-{name}",
            on_click="ignore",
            icon=":material/download:",
        )


def _download_table(name: str, table: pd.DataFrame, result: StudyResult) -> None:
    st.download_button(
        wording.figures.DOWNLOAD_TABLE,
        lambda: to_csv(table),
        file_name(result, name, "csv"),
        "text/csv",
        key=f"csv-{name}",
        on_click="ignore",
        icon=":material/download:",
    )
