"""The scored rows: a filter, a table of the first ones, and all of them as a file."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from dashboard.screens.score import words
from dashboard.shared import figure_card
from dashboard.shared.figure_card import marked
from rome import figures
from rome.score import ScoredTable, Scorer, csv_file, rows_shown, scored_table
from rome.table import Table

_MOST_SHOWN = 1000
#: Rows up to which the table is shown whole, without a bar of its own.
_MOST_WHOLE = 8
_WIDTHS = {"reason": "large", "filled_in": "medium"}


def show(scored: ScoredTable, by: Scorer, table: Table) -> None:
    """Show the rows, and the download of all of them."""
    st.subheader(words.ROWS_TITLE, anchor=False)
    which = st.segmented_control(
        "Show",
        list(words.FILTERS),
        default=words.ALL,
        required=True,
        format_func=words.FILTERS.__getitem__,
        key="score-filter",
    )
    rows = rows_shown(scored, which)
    if len(rows):
        _table(scored, by, table, rows)
    else:
        st.markdown(words.NO_ROWS[which])
    figure_card.download(
        "Download all rows (CSV)",
        "score-csv",
        lambda: csv_file(scored, table.frame, by.study.roles.ids),
        figure_card.file_name(by.study, "scored", "csv"),
        type="primary",
    )


def _table(scored: ScoredTable, by: Scorer, table: Table, rows) -> None:
    frame = scored_table(scored, rows[:_MOST_SHOWN], table.frame, by.study.roles.ids)
    named = [marked(by.study, name) for name in frame["most_likely_group"]]
    decimals = figures.prediction_decimals(by.study)
    rounded = {
        name: figures.rounded_predictions(frame[name].to_numpy(), decimals)
        for name in frame.columns
        if _is_prediction(name)
    }
    # A column of empty cells would push the others out of sight; the download has it.
    frame = frame.drop(columns=[name for name in _WIDTHS if name in frame and not _says(frame[name])])
    st.dataframe(
        frame.assign(most_likely_group=named, **rounded),
        hide_index=True,
        height="content" if len(frame) <= _MOST_WHOLE else 320,
        column_config=_columns(frame.columns, decimals),
        key="score-rows",
        alt=words.ROWS_TITLE,
    )
    if len(rows) > _MOST_SHOWN:
        st.caption(words.first_rows(_MOST_SHOWN, len(rows)))


def _says(cells) -> bool:
    """Say whether any cell of a text column holds something."""
    return bool((cells.fillna("") != "").any())


def _is_prediction(name: str) -> bool:
    return name in ("rome_prediction", "pooled_prediction", "advised_prediction") or name.startswith(
        "group_prediction_"
    )


def _columns(names: Iterable[str], decimals: int | None) -> dict[str, object]:
    """Return headings, two digits for shares and doubt, and for predictions as many as they bear."""
    shown: dict[str, object] = {}
    for name in names:
        heading = words.ROW_HEADINGS.get(name, name.replace("_", " ").capitalize())
        if name == "unlike_anything_seen":
            # Why a row is flagged says that it is.
            shown[name] = None
        elif name == "doubt" or name.startswith(("membership_", "responsibility_")):
            about = "0: one group is certain. 1: all groups are equally likely." if name == "doubt" else None
            shown[name] = st.column_config.NumberColumn(heading, format="%.2f", help=about)
        elif _is_prediction(name):
            step = None if decimals is None else 10.0 ** -max(decimals, 0)
            shown[name] = st.column_config.NumberColumn(heading, format="localized", step=step)
        elif name == "outcome":
            shown[name] = st.column_config.NumberColumn(heading, format="localized")
        else:
            shown[name] = st.column_config.Column(heading, width=_WIDTHS.get(name))
    return shown
