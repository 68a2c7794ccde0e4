"""One file for people without the program, the study as data, and how to repeat it."""

import streamlit as st

from dashboard import state, wording
from dashboard.components import empty_state, page_head, report_files, report_form, report_preview
from rome.report import sentences


def main() -> None:
    """Lay out the page."""
    page_head.show("report")
    result = empty_state.require_study()
    if result is None:
        return
    page_head.answer(sentences.headline(result))
    note = wording.report.report_strength(result, state.dial())
    if note:
        st.caption(note)
    wanted = report_form.show(result)
    report_files.show_report(result, wanted)
    st.subheader(wording.report.PREVIEW_TITLE, anchor=False)
    report_preview.show(result, wanted)
    st.subheader(wording.report.MORE_FILES, anchor=False)
    report_files.show_data(result)
    st.subheader(wording.report.REPRODUCE_TITLE, anchor=False)
    report_files.show_code(result)


main()
