"""One file for people without the program, the study as data, and how to repeat it."""

from dataclasses import replace

import streamlit as st

from dashboard import state, wording
from dashboard.components import (
    empty_state,
    page_head,
    report_extras,
    report_files,
    report_form,
    report_preview,
)
from rome.report.contents import available
from rome.text import sentences


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
    beside = report_extras.gather(result)
    wanted = report_form.show(result, beside)
    extras = replace(beside, questions=wanted.questions)
    sections = tuple(key for key in available(extras) if key not in wanted.left_out)
    report_files.show_report(result, wanted, sections, extras)
    st.subheader(wording.report.PREVIEW_TITLE, anchor=False)
    title = wanted.title or wording.report.report_title(result)
    report_preview.show(result, title, wanted.notes, sections, extras)
    st.subheader(wording.report.MORE_FILES, anchor=False)
    report_files.show_data(result)
    st.subheader(wording.report.REPRODUCE_TITLE, anchor=False)
    report_files.show_code(result)


main()
