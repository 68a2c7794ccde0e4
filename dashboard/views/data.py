"""Open a table, see how it was read, and say what each column is."""

import streamlit as st

from dashboard import cache, state, wording
from dashboard.components import (
    before_card,
    changes_list,
    columns_table,
    findings_list,
    next_page,
    page_head,
    reading_controls,
    roles_form,
    settings_upload,
    table_copies,
    table_picker,
)
from dashboard.state import OpenTable
from rome.table import Finding


def main() -> None:
    """Lay out the page."""
    page_head.show("data")
    opened = state.table()
    if opened is None:
        if state.study() is not None:
            st.info(wording.data.STUDY_WITHOUT_TABLE)
        table_picker.show()
        return
    _show_table(opened)


def _show_table(opened: OpenTable) -> None:
    table = opened.table
    page_head.answer(wording.data.table_answer(table.name, table.reading.rows, table.reading.columns))
    with st.expander(
        wording.data.OPEN_ANOTHER, expanded=bool(state.visit().file_problem), icon=":material/folder_open:"
    ):
        table_picker.show()
    columns_table.show_reading(table)
    reading_controls.show(table)
    table_copies.show_line(opened)
    st.subheader(wording.data.ROLES_TITLE, anchor=False)
    choice = roles_form.show(opened)
    settings_upload.show(opened, "data")
    st.subheader(wording.data.COLUMNS_TITLE, anchor=False)
    st.caption(wording.data.COLUMNS_LEAD)
    columns_table.show(opened, choice)
    st.subheader(wording.data.BEFORE_TITLE, anchor=False)
    before_card.show(table, choice)
    st.subheader(wording.data.FINDINGS_TITLE, anchor=False)
    changes_list.show()
    ready = _show_findings(opened)
    next_page.button("train", wording.journey.GO_TRAIN, disabled=not ready)
    if not ready:
        st.caption(wording.data.NOT_READY)


def _show_findings(opened: OpenTable) -> bool:
    """Show the findings of reading and of checking, and return whether a study can be run."""
    choice = state.choice()
    lacking = [Finding("error", None, *wording.data.LACKING[choice.lacks])] if choice.lacks else []
    found = (
        *lacking,
        *opened.table.findings,
        *cache.findings(opened.table.fingerprint, choice, opened.table.frame),
    )
    findings_list.show(found)
    return not any(finding.severity == "error" for finding in found)


main()
