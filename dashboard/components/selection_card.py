"""The picked rows: how many, who they are, how pooled and ROME do on them, and the rows themselves."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import cache, state, wording
from dashboard.components import cohort_saver, figure_card
from dashboard.components.figure_card import file_name
from dashboard.components.group_name import marked
from dashboard.components.row_picker import Picked
from rome import figures
from rome.cohorts.words import caution
from rome.results import StudyResult
from rome.serialize.csv_json import to_csv
from rome.text.measures import measure

_MOST_SHOWN = 1000
_GROUP_COLUMNS = ("predicted_group", "posterior_group")


def show(result: StudyResult, picked: Picked) -> None:
    """Show what can be said of the picked rows, or how to pick some."""
    rows = picked.rows
    st.subheader(wording.groups.SELECTED_TITLE, anchor=False)
    if not rows:
        st.markdown(_why_nothing(picked))
        return
    summary = cache.selection(result, rows)
    st.markdown(wording.groups.selection_line(summary, result))
    st.markdown(wording.groups.selection_errors(summary, result, measure(result.metric).label))
    st.caption(_cautions(picked))
    if picked.origin is not None:
        cohort_saver.show(result, rows, picked.origin)
    if summary.score is not None:
        with st.expander(wording.groups.SELECTION_ERRORS, icon=":material/table:"):
            frame = figures.rows_errors_table(summary.score)
            figure_card.listing("selection-errors", frame, result, wording.groups.ERROR_HEADINGS)
    _show_profile(result, rows)
    _show_rows(result, cache.selection_rows(result, rows, state.table_of_study()))


def _why_nothing(picked: Picked) -> str:
    if picked.group:
        return wording.groups.nobody(picked.kind, [picked.group])
    if picked.kind == "columns":
        return wording.groups.NOBODY_FULFILS if picked.origin else wording.groups.NO_CONDITION
    return wording.groups.NOTHING_PICKED


def _cautions(picked: Picked) -> str:
    said = [] if picked.origin is None else [caution(picked.origin)]
    said += [wording.groups.GROUP_CAUTION] if picked.group else []
    said += [wording.groups.THINNED] if picked.thinned else []
    return " ".join(said)


def _show_profile(result: StudyResult, rows: tuple[int, ...]) -> None:
    table = state.table_of_study()
    st.markdown(f"**{wording.groups.SELECTION_PROFILE}**")
    if table is None:
        st.caption(wording.groups.PROFILE_NEEDS_TABLE)
        return
    entries = cache.profile(result, rows, table)
    figure_card.show(
        "selection-profile",
        figures.profile_of_rows(entries, wording.groups.SELECTED_TITLE, result.settings.confidence),
        figures.profile_table_of(entries),
        result=result,
        names=wording.groups.PROFILE_HEADINGS,
    )


def _show_rows(result: StudyResult, frame: pd.DataFrame) -> None:
    with st.expander(wording.groups.ROWS_TITLE, icon=":material/table_rows:"):
        shown = frame.head(_MOST_SHOWN)
        named = {name: [marked(result, group) for group in shown[name]] for name in _GROUP_COLUMNS}
        st.dataframe(
            shown.assign(**named).rename(columns=wording.groups.row_heading),
            hide_index=True,
            height=280,
            key="selection-rows",
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
