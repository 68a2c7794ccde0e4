"""Which rows to look at: those drawn on the map, a group, a cohort, or whoever meets some conditions."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard import cache, state
from dashboard.screens.groups import words
from dashboard.shared import cohorts
from dashboard.shared.figure_card import marked
from dashboard.shared.words import plain
from rome.cohorts import ColumnFilter, Origin, Seen, filter_words, filtered_rows
from rome.cohorts.selection import observed_names, rows_of_group
from rome.results import StudyResult
from rome.table import Table

_MOST_OBSERVED = 30
DRAWN = ("drawn", "")
_COLUMNS = ("columns", "")
#: What is known of outcomes where a group of each kind is picked.
_SEEN: dict[str, Seen] = {"predicted": "nothing", "observed": "nothing", "posterior": "outcome"}
#: Levels that can be ticked; a column with more is rather an identifier.
_MOST_LEVELS = 200


@dataclass(frozen=True)
class Picked:
    """Numbers of the data rows that were picked, and how (None for those that are kept as a cohort already).

    ``thinned`` says that rows which the map leaves out could not be among them; ``kind`` and ``group`` are
    those of the group that was picked, or both empty; ``drawn`` that they are to be drawn on the map.
    """

    rows: tuple[int, ...]
    origin: Origin | None
    thinned: bool = False
    kind: str = ""
    group: str = ""
    drawn: bool = False


def show(result: StudyResult) -> Picked:
    """Show the choice, and return the rows where it needs no map."""
    kind, name = _choice(result)
    if (kind, name) == DRAWN:
        return Picked((), None, drawn=True)
    if kind == "columns":
        return _by_columns(result)
    if kind == "cohort":
        rows = next((each.rows for each in cohorts.kept(result) if each.cohort_id == name), ())
        return Picked(rows, None)
    said = words.pick(kind, name)
    return Picked(
        rows_of_group(result, kind, name), Origin("group", said, _SEEN[kind]), kind=kind, group=name
    )


def _choice(result: StudyResult) -> tuple[str, str]:
    kept = {each.cohort_id: each.name for each in cohorts.kept(result)}
    options = [DRAWN, _COLUMNS]
    options += [("cohort", cohort_id) for cohort_id in kept]
    options += [(kind, group.name) for kind in ("predicted", "posterior") for group in result.groups]
    options += [("observed", name) for name in observed_names(result)[:_MOST_OBSERVED]]
    return st.selectbox(
        "Rows to look at",
        options,
        format_func=lambda option: words.pick(
            option[0], kept.get(option[1], "") if option[0] == "cohort" else marked(result, option[1])
        ),
        key=f"map-pick-{result.study_id}",
        help=words.PICK_HELP,
        persist_state="session",
    )


def _by_columns(result: StudyResult) -> Picked:
    table = state.table_of_study()
    if table is None:
        st.caption(words.FILTER_NEEDS_TABLE)
        return Picked((), None, kind="columns")
    filters = _show_filters(result, table)
    rows = filtered_rows(result, table.frame, filters)
    seen: Seen = "outcome" if result.roles.outcome in {each.column for each in filters} else "nothing"
    return Picked(rows, Origin("columns", filter_words(filters), seen) if filters else None, kind="columns")


def _show_filters(result: StudyResult, table: Table) -> tuple[ColumnFilter, ...]:
    """Show which columns to choose by, and a control for each; return the conditions."""
    names = list(map(str, table.frame.columns))
    chosen = st.multiselect(
        "Columns to choose by",
        names,
        key=f"filter-columns-{result.study_id}",
        help=words.FILTER_HELP,
        persist_state="session",
    )
    filters = [_filter(result, table, column) for column in chosen]
    return tuple(each for each in filters if each is not None)


def _filter(result: StudyResult, table: Table, column: str) -> ColumnFilter | None:
    key = f"filter-{result.study_id}-{column}"
    reach = cache.reach(table, column)
    if reach is not None:
        lowest, highest, step = reach
        low, high = st.slider(
            plain(column),
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
    levels = cache.levels(table, column)[:_MOST_LEVELS]
    ticked = st.multiselect(
        plain(column),
        levels,
        key=key,
        placeholder="Any of these values",
        persist_state="session",
    )
    return ColumnFilter(column, levels=tuple(ticked)) if ticked else None
