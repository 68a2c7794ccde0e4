"""Choose the settings, run the study, and see what it recommends."""

import streamlit as st

from dashboard import runs, state, wording
from dashboard.components import (
    confirmation,
    empty_state,
    figure_card,
    findings_list,
    group_adviser,
    page_head,
    running,
    settings_upload,
    train_form,
    training,
)
from dashboard.state import OpenTable
from rome import figures
from rome.errors import RomeError
from rome.results import StudyResult


def main() -> None:
    """Lay out the page."""
    page_head.show("train")
    if running.show():
        return
    result = state.study()
    if result is not None:
        page_head.answer(result.dro.sentence)
        page_head.remedy(result)
        if result.settings.dro_strength is None and result.fit.n_groups > 1:
            st.caption(wording.train.WHICH_ROWS)
        confirmation.show(result)
    # A run that ended badly is enough to be here: it may have been found by its link.
    enough = result is not None or runs.current() is not None
    opened = state.table() if enough else empty_state.require_table()
    if opened is not None:
        _show_form(opened)
    else:
        _say_table_absent(result)
    if result is not None:
        _show_study(result)


def _show_form(opened: OpenTable) -> None:
    settings = train_form.show(opened)
    settings_upload.show(opened, "train")
    settings_upload.say_lost(settings)
    try:
        roles = state.choice().roles()
    except RomeError as error:
        st.error(wording.plain(error))
        st.page_link("views/data.py", label=wording.train.GO_ROLES, icon=":material/arrow_back:")
        return
    group_adviser.show(opened, roles, settings)
    if training.start_button(opened, roles, settings):
        training.open_or_run(opened, roles, settings)


def _say_table_absent(result: StudyResult | None) -> None:
    if result is not None:
        st.info(wording.train.TABLE_ABSENT)


def _show_study(result: StudyResult) -> None:
    st.subheader(wording.train.RESULT_TITLE, anchor=False)
    st.markdown(wording.train.study_line(result))
    if result.findings:
        st.subheader(wording.train.STUDY_FINDINGS_TITLE, anchor=False)
        findings_list.show(result.findings)
    st.subheader(wording.train.FIT_TITLE, anchor=False)
    figure_card.show("fit", figures.fit_curve(result), figures.fit_curve_table(result), result=result)


main()
