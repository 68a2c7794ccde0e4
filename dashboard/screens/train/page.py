"""Choose the settings, run the study, and see what it recommends."""

import streamlit as st

from dashboard import state
from dashboard.screens.train import form, start, words
from dashboard.shared import figure_card, findings_list, page, runs, settings_file
from dashboard.shared.words import plain, study_line
from dashboard.state import OpenTable
from rome import figures
from rome.errors import RomeError
from rome.results import StudyResult
from rome.text.advice import recommendation_sentence


def main() -> None:
    """Lay out the page."""
    page.head("train")
    if start.show_run():
        return
    result = state.study()
    if result is not None:
        page.answer(recommendation_sentence(result))
        page.beside(result)
        page.remedy(result)
        if result.settings.dro_strength is None and result.fit.n_groups > 1:
            st.caption(words.WHICH_ROWS)
    # A run that ended badly is enough to be here: it may have been found by its link.
    enough = result is not None or runs.current() is not None
    opened = state.table() if enough else page.require_table()
    if opened is not None:
        _show_form(opened)
    else:
        _say_table_absent(result)
    if result is not None:
        _show_study(result)


def _show_form(opened: OpenTable) -> None:
    settings = form.show(opened)
    settings_file.show(opened, "train")
    settings_file.say_lost(settings)
    try:
        roles = state.choice().roles()
    except RomeError as error:
        st.error(plain(error))
        st.page_link("screens/data/page.py", label="Choose the columns' roles", icon=":material/arrow_back:")
        return
    form.show_advice(opened, roles, settings)
    if start.start_button(opened, roles, settings):
        start.open_or_run(opened, roles, settings)


def _say_table_absent(result: StudyResult | None) -> None:
    if result is not None:
        st.info(words.TABLE_ABSENT)


def _show_study(result: StudyResult) -> None:
    st.subheader("The study", anchor=False)
    st.markdown(study_line(result))
    if result.findings:
        st.subheader("What to know about this study", anchor=False)
        findings_list.show(result.findings)
    st.subheader("Did the fit settle?", anchor=False)
    figure_card.show("fit", figures.fit_curve(result), figures.fit_curve_table(result), result=result)


main()
