"""The outcome before any model: how it is spread, and how it differs by each sensitive column."""

from __future__ import annotations

import streamlit as st

from dashboard import cache, wording
from dashboard.components import figure_card
from dashboard.roles_choice import RolesChoice
from rome import figures
from rome.serialize.csv_json import to_csv
from rome.table import Table
from rome.table.overview import OutcomeOverview

_MOST_AT_ONCE = 3


def show(table: Table, choice: RolesChoice) -> None:
    """Show the figures, one a sensitive column, and the same as a table to take away."""
    before = cache.before(table.fingerprint, choice, table.frame)
    if before is None:
        st.caption(wording.data.BEFORE_LATER)
        return
    st.caption(wording.data.BEFORE_LEAD)
    figure_card.chart("outcome-spread", figures.outcome_spread(before))
    for place, attribute in _chosen(before):
        if len(before.attributes) <= _MOST_AT_ONCE:
            st.markdown(f"**{wording.plain(attribute.column)}**")
        figure_card.chart(f"outcome-by-{place}", figures.outcome_by_attribute(before, attribute))
    with st.expander(wording.figures.TABLE_AND_FILES, icon=":material/table:"):
        rows = figures.before_table(before)
        st.dataframe(rows, hide_index=True, alt=wording.data.BEFORE_TITLE)
        st.download_button(
            wording.figures.DOWNLOAD_TABLE,
            lambda: to_csv(rows),
            wording.data.BEFORE_FILE,
            "text/csv",
            key="csv-before",
            on_click="ignore",
            icon=":material/download:",
        )


def _chosen(before: OutcomeOverview) -> list:
    """Return the sensitive columns to draw with their places: a few at once, of many the one chosen."""
    listed = list(enumerate(before.attributes))
    if len(listed) <= _MOST_AT_ONCE:
        return listed
    place = st.selectbox(
        wording.data.BEFORE_COLUMN,
        range(len(listed)),
        format_func=lambda number: wording.plain(before.attributes[number].column),
        key="before-column",
    )
    return [listed[place]]
