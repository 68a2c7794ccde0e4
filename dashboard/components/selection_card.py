"""The picked rows: how many, how pooled and ROME do on them, and the rows themselves."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import cache, state, wording
from dashboard.components.figure_card import file_name
from dashboard.components.group_name import marked
from dashboard.components.map_card import Picked
from rome.export import to_csv
from rome.figures.measures import measure
from rome.results import StudyResult

_MOST_SHOWN = 1000
_GROUP_COLUMNS = ("predicted_group", "posterior_group")


def show(result: StudyResult, picked: Picked) -> None:
    """Show what can be said of the picked rows, or how to pick some."""
    rows = picked.rows
    st.subheader(wording.groups.SELECTED_TITLE, anchor=False)
    if not rows:
        empty = picked.group and wording.groups.nobody(picked.kind, [picked.group])
        st.markdown(empty or wording.groups.NOTHING_PICKED)
        return
    summary = cache.selection(result, rows)
    st.markdown(wording.groups.selection_line(summary, result))
    st.markdown(wording.groups.selection_errors(summary, result, measure(result.metric).label))
    thinned = f" {wording.groups.THINNED}" if picked.thinned else ""
    caution = wording.groups.GROUP_CAUTION if picked.group else wording.groups.SELECTED_CAUTION
    st.caption(f"{caution}{thinned}")
    frame = cache.selection_rows(result, rows, state.table_of_study())
    _show_rows(result, frame)


def _show_rows(result: StudyResult, frame: pd.DataFrame) -> None:
    shown = frame.head(_MOST_SHOWN)
    named = {name: [marked(result, group) for group in shown[name]] for name in _GROUP_COLUMNS}
    st.dataframe(
        shown.assign(**named).rename(columns=wording.groups.row_heading),
        hide_index=True,
        height=280,
        alt=wording.groups.SELECTED_TITLE,
    )
    if len(frame) > _MOST_SHOWN:
        st.caption(wording.groups.first_rows(_MOST_SHOWN, len(frame)))
    st.download_button(
        wording.groups.DOWNLOAD_ROWS,
        lambda: to_csv(frame),
        file_name(result, "selected_rows", "csv"),
        "text/csv",
        key="selected-rows",
        on_click="ignore",
        icon=":material/download:",
    )
