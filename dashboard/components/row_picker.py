"""Which rows to look at: those drawn on the map, a group, a cohort, or whoever fulfils some conditions."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard import cohorts, state, wording
from dashboard.components import row_filter
from dashboard.components.group_name import marked
from rome.cohorts import Origin, Seen, filter_words, filtered_rows
from rome.cohorts.selection import observed_names, rows_of_group
from rome.results import StudyResult

_MOST_OBSERVED = 30
DRAWN = ("drawn", "")
_COLUMNS = ("columns", "")
#: What is known of outcomes where a group of each kind is picked.
_SEEN: dict[str, Seen] = {"predicted": "nothing", "observed": "nothing", "posterior": "outcome"}


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
    words = wording.groups.pick(kind, name)
    return Picked(
        rows_of_group(result, kind, name), Origin("group", words, _SEEN[kind]), kind=kind, group=name
    )


def _choice(result: StudyResult) -> tuple[str, str]:
    kept = {each.cohort_id: each.name for each in cohorts.kept(result)}
    options = [DRAWN, _COLUMNS]
    options += [("cohort", cohort_id) for cohort_id in kept]
    options += [(kind, group.name) for kind in ("predicted", "posterior") for group in result.groups]
    options += [("observed", name) for name in observed_names(result)[:_MOST_OBSERVED]]
    return st.selectbox(
        wording.groups.PICK_LABEL,
        options,
        format_func=lambda option: wording.groups.pick(
            option[0], kept.get(option[1], "") if option[0] == "cohort" else marked(result, option[1])
        ),
        key=f"map-pick-{result.study_id}",
        help=wording.groups.PICK_HELP,
        persist_state="session",
    )


def _by_columns(result: StudyResult) -> Picked:
    table = state.table_of_study()
    if table is None:
        st.caption(wording.groups.FILTER_NEEDS_TABLE)
        return Picked((), None, kind="columns")
    filters = row_filter.show(result, table)
    rows = filtered_rows(result, table.frame, filters)
    seen: Seen = "outcome" if result.roles.outcome in {each.column for each in filters} else "nothing"
    return Picked(rows, Origin("columns", filter_words(filters), seen) if filters else None, kind="columns")
