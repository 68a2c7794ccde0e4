"""The picked rows: how many, who they are, how the models do on them, and the cohorts kept of them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import cache, state
from dashboard.screens.groups import words
from dashboard.screens.groups.rows import Picked
from dashboard.shared import cohorts, figure_card
from dashboard.shared.figure_card import marked
from dashboard.shared.words import plain
from rome import figures
from rome.cohorts import Cohort, Origin
from rome.cohorts.words import caution, cohort_line
from rome.results import StudyResult
from rome.serialize.csv_json import to_csv
from rome.text.measures import measure

_MOST_SHOWN = 1000
_GROUP_COLUMNS = ("predicted_group", "posterior_group")


def show(result: StudyResult, picked: Picked) -> None:
    """Show what can be said of the picked rows, or how to pick some."""
    rows = picked.rows
    if not rows:
        st.caption(_why_nothing(picked))
        return
    st.subheader(words.SELECTED_TITLE, anchor=False)
    summary = cache.selection(result, rows)
    st.markdown(words.selection_line(summary, result))
    st.markdown(words.selection_errors(summary, result, measure(result.metric).label))
    st.caption(_cautions(picked))
    if picked.origin is not None:
        _show_saver(result, rows, picked.origin)
    if summary.score is not None:
        with st.expander("Their errors by every measure", icon=":material/table:"):
            frame = figures.rows_errors_table(summary.score)
            figure_card.listing("selection-errors", frame, result, words.ERROR_HEADINGS)
    _show_profile(result, rows)
    _show_rows(result, cache.selection_rows(result, rows, state.table_of_study()))


def _why_nothing(picked: Picked) -> str:
    if picked.group:
        return words.nobody(picked.kind, [picked.group])
    if picked.kind == "columns":
        return "No row fulfils all conditions. Widen one of them." if picked.origin else words.NO_CONDITION
    return words.NOTHING_PICKED


def _cautions(picked: Picked) -> str:
    said = [] if picked.origin is None else [caution(picked.origin)]
    said += [words.GROUP_CAUTION] if picked.group else []
    said += ["Rows that the map leaves out could not be among them."] if picked.thinned else []
    return " ".join(said)


def _show_profile(result: StudyResult, rows: tuple[int, ...]) -> None:
    table = state.table_of_study()
    st.markdown("**How they differ from everybody**")
    if table is None:
        st.caption(words.PROFILE_NEEDS_TABLE)
        return
    entries = cache.profile(result, rows, table)
    figure_card.show(
        "selection-profile",
        figures.profile_of_rows(entries, words.SELECTED_TITLE, result.settings.confidence),
        figures.profile_table_of(entries),
        result=result,
        names=words.PROFILE_HEADINGS,
    )


def _show_rows(result: StudyResult, frame: pd.DataFrame) -> None:
    with st.expander("The rows themselves", icon=":material/table_rows:"):
        shown = frame.head(_MOST_SHOWN)
        named = {name: [marked(result, group) for group in shown[name]] for name in _GROUP_COLUMNS}
        st.dataframe(
            shown.assign(**named).rename(columns=words.row_heading),
            hide_index=True,
            height=280,
            key="selection-rows",
            alt=words.SELECTED_TITLE,
        )
        if len(frame) > _MOST_SHOWN:
            st.caption(words.first_rows(_MOST_SHOWN, len(frame)))
        figure_card.download(
            "Download these rows (CSV)",
            "selected-rows",
            lambda: to_csv(frame),
            figure_card.file_name(result, "selected_rows", "csv"),
        )


def _show_saver(result: StudyResult, rows: tuple[int, ...], origin: Origin) -> None:
    """Show where the rows get their name."""
    key = f"cohort-name-{result.study_id}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Name of these rows",
            key=key,
            max_chars=80,
            placeholder="Say who they are",
            width=360,
        )
        st.button(
            "Keep as a cohort",
            key="cohort-save",
            help=words.SAVE_HELP,
            icon=":material/bookmark_add:",
            on_click=cohorts.save,
            args=(result, key, rows, origin),
        )


def show_cohorts(result: StudyResult) -> None:
    """Show every kept cohort with what can be done to it, then how the models do on them."""
    kept = cohorts.kept(result)
    if cohorts.problem():
        st.error(plain(cohorts.problem()))
    if kept:
        st.subheader("Named cohorts", anchor=False)
        st.caption("Kept with this study, for the Compare page and the report.")
    else:
        st.caption("No cohort is kept yet. Select rows on the map and give them a name.")
    for cohort in kept:
        _cohort(result, cohort)
    _undo(result)
    cohorts.error_figure(result)


def _cohort(result: StudyResult, cohort: Cohort) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"cohort-{cohort.cohort_id}"):
        with st.container(gap="xxsmall"):
            st.markdown(words.cohort_title(cohort))
            st.caption(plain(cohort_line(cohort)))
        with st.popover(words.RENAME, icon=":material/edit:", key=f"cohort-edit-{cohort.cohort_id}"):
            key = f"cohort-new-name-{cohort.cohort_id}"
            st.text_input("New name", cohort.name, key=key, max_chars=80)
            st.button(
                words.RENAME,
                key=f"cohort-rename-{cohort.cohort_id}",
                on_click=cohorts.rename,
                args=(result, cohort.cohort_id, key),
            )
        st.button(
            "Delete",
            key=f"cohort-delete-{cohort.cohort_id}",
            icon=":material/delete:",
            on_click=cohorts.delete,
            args=(result, cohort.cohort_id),
        )


def _undo(result: StudyResult) -> None:
    gone = cohorts.deleted(result)
    if gone is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words.cohort_deleted(gone))
        st.button(
            "Undo",
            key="cohort-undo",
            icon=":material/undo:",
            on_click=cohorts.undo,
            args=(result,),
        )
