"""Rows chosen by conditions on columns, by keyboard alone."""

from __future__ import annotations

import streamlit as st

from dashboard import cache, wording
from rome.cohorts import ColumnFilter
from rome.results import StudyResult
from rome.table import Table

#: Levels that can be ticked; a column with more is rather an identifier.
_MOST_LEVELS = 200


def show(result: StudyResult, table: Table) -> tuple[ColumnFilter, ...]:
    """Show which columns to choose by, and a control for each; return the conditions."""
    names = list(map(str, table.frame.columns))
    chosen = st.multiselect(
        wording.groups.FILTER_LABEL,
        names,
        key=f"filter-columns-{result.study_id}",
        help=wording.groups.FILTER_HELP,
        persist_state="session",
    )
    filters = []
    for place, column in enumerate(chosen):
        if place % 2 == 0:
            sides = st.columns(2, gap="large")
        with sides[place % 2]:
            filters.append(_one(result, table, column))
    return tuple(each for each in filters if each is not None)


def _one(result: StudyResult, table: Table, column: str) -> ColumnFilter | None:
    key = f"filter-{result.study_id}-{column}"
    reach = cache.reach(table.fingerprint, column, table.frame)
    if reach is not None:
        lowest, highest, step = reach
        low, high = st.slider(
            wording.plain(column),
            lowest,
            highest,
            (lowest, highest),
            step,
            format="%d" if step >= 1 else None,
            key=key,
            persist_state="session",
        )
        # An end that was not moved is no limit: a step's rounding must not cut off the outermost row.
        return ColumnFilter(column, None if low == lowest else low, None if high == highest else high)
    levels = cache.levels(table.fingerprint, column, table.frame)[:_MOST_LEVELS]
    ticked = st.multiselect(
        wording.plain(column),
        levels,
        key=key,
        placeholder=wording.groups.FILTER_LEVELS,
        persist_state="session",
    )
    return ColumnFilter(column, levels=tuple(ticked)) if ticked else None
