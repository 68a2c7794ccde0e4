"""Open a table, see how it was read, and say what each column is."""

import streamlit as st

from dashboard import cache, state
from dashboard.roles import RolesChoice
from dashboard.screens.data import columns, opening, words
from dashboard.shared import figure_card, findings_list, page, settings_file, table_copies, tables
from dashboard.shared.words import GO_TRAIN, plain
from dashboard.state import OpenTable
from rome import figures
from rome.serialize.csv_json import to_csv
from rome.table import Finding, Table
from rome.table.overview import OutcomeOverview

_MOST_AT_ONCE = 3


def main() -> None:
    """Lay out the page."""
    page.head("data")
    opened = state.table()
    if opened is None:
        if state.study() is not None:
            st.info(words.STUDY_WITHOUT_TABLE)
        opening.show_picker()
        return
    _show_table(opened)


def _show_table(opened: OpenTable) -> None:
    table = opened.table
    page.answer(words.table_answer(table.name, table.reading.rows, table.reading.columns))
    with st.expander(
        "Open another table", expanded=bool(state.visit().file_problem), icon=":material/folder_open:"
    ):
        opening.show_picker()
    columns.show_reading(table)
    opening.show_reading_controls(table)
    table_copies.show_line(opened)
    st.subheader("What each column is", anchor=False)
    choice = columns.show_form(opened)
    settings_file.show(opened, "data")
    st.subheader("Columns", anchor=False)
    st.caption("A double click on a role changes it, as the fields above do.")
    columns.show_table(opened, choice)
    st.subheader(words.BEFORE_TITLE, anchor=False)
    _show_outcome(table, choice)
    st.subheader("What to know before you train", anchor=False)
    _show_changes()
    ready = _show_findings(opened)
    page.next_button("train", GO_TRAIN, disabled=not ready)
    if not ready:
        st.caption("Fix what is marked above, then go on.")


def _show_findings(opened: OpenTable) -> bool:
    """Show the findings of reading and of checking, and return whether a study can be run."""
    choice = state.choice()
    lacking = [Finding("error", None, *words.LACKING[choice.lacks])] if choice.lacks else []
    found = (
        *lacking,
        *opened.table.findings,
        *cache.findings(opened.table, choice),
    )
    findings_list.show(found)
    return not any(finding.severity == "error" for finding in found)


def _show_changes() -> None:
    """Show the steps that were taken on findings, and the way back from the last change of any kind."""
    now = state.visit()
    if now.version is None or not now.past:
        return
    with st.container(border=True, key="changes"):
        st.markdown("**Changed since the table was opened**")
        for place, taken in enumerate(now.version.fixes):
            with st.container(
                horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
            ):
                st.markdown(words.fixed(taken.fix))
                st.button(
                    words.TAKE_BACK,
                    key=f"take-back-{place}",
                    icon=":material/undo:",
                    on_click=tables.take_back,
                    args=(taken,),
                )
        if not now.version.fixes:
            st.caption("Roles of columns, or how the file is read, were changed by hand.")
        with st.container(horizontal=True):
            st.button(words.UNDO, key="undo", icon=":material/undo:", on_click=tables.undo)
            st.button(words.UNDO_ALL, key="undo-all", type="tertiary", on_click=tables.undo_all)


def _show_outcome(table: Table, choice: RolesChoice) -> None:
    """Show the figures, one a sensitive column, and the same as a table to take away."""
    before = cache.outcome(table, choice)
    if before is None:
        st.caption(words.BEFORE_LATER)
        return
    st.caption(words.BEFORE_LEAD)
    figure_card.chart("outcome-spread", figures.outcome_spread(before))
    for place, attribute in _drawn(before):
        if len(before.attributes) <= _MOST_AT_ONCE:
            st.markdown(f"**{plain(attribute.column)}**")
        figure_card.chart(f"outcome-by-{place}", figures.outcome_by_attribute(before, attribute))
    with st.expander(figure_card.TABLE_AND_FILES, icon=":material/table:"):
        rows = figures.outcome_overview_table(before)
        st.dataframe(rows, hide_index=True, alt=words.BEFORE_TITLE)
        figure_card.download(
            figure_card.DOWNLOAD_TABLE, "csv-before", lambda: to_csv(rows), "outcome_before_any_model.csv"
        )


def _drawn(before: OutcomeOverview) -> list:
    """Return the sensitive columns to draw with their places: a few at once, of many the one chosen."""
    listed = list(enumerate(before.attributes))
    if len(listed) <= _MOST_AT_ONCE:
        return listed
    place = st.selectbox(
        "Sensitive column",
        range(len(listed)),
        format_func=lambda number: plain(before.attributes[number].column),
        key="before-column",
    )
    return [listed[place]]


main()
