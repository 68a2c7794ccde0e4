"""The cohorts that are kept with the study: how each was chosen, another name, delete and undo."""

from __future__ import annotations

import streamlit as st

from dashboard import cohorts, wording
from dashboard.components import cohort_errors_card
from rome.cohorts import Cohort
from rome.cohorts.words import cohort_line
from rome.results import StudyResult


def show(result: StudyResult) -> None:
    """Show every kept cohort with what can be done to it, then how the models do on them."""
    st.subheader(wording.cohorts.TITLE, anchor=False)
    kept = cohorts.kept(result)
    if cohorts.problem():
        st.error(wording.plain(cohorts.problem()))
    st.caption(wording.cohorts.LEAD if kept else wording.cohorts.NONE)
    for cohort in kept:
        _line(result, cohort)
    _undo(result)
    cohort_errors_card.figure(result)


def _line(result: StudyResult, cohort: Cohort) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"cohort-{cohort.cohort_id}"):
        with st.container(gap="xxsmall"):
            st.markdown(wording.cohorts.title(cohort))
            st.caption(wording.plain(cohort_line(cohort)))
        with st.popover(
            wording.cohorts.RENAME, icon=":material/edit:", key=f"cohort-edit-{cohort.cohort_id}"
        ):
            key = f"cohort-new-name-{cohort.cohort_id}"
            st.text_input(wording.cohorts.NEW_NAME, cohort.name, key=key, max_chars=80)
            st.button(
                wording.cohorts.RENAME,
                key=f"cohort-rename-{cohort.cohort_id}",
                on_click=cohorts.rename,
                args=(result, cohort.cohort_id, key),
            )
        st.button(
            wording.cohorts.DELETE,
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
        st.markdown(wording.cohorts.deleted(gone))
        st.button(
            wording.cohorts.UNDO,
            key="cohort-undo",
            icon=":material/undo:",
            on_click=cohorts.undo,
            args=(result,),
        )
