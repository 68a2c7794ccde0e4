"""What the map is coloured by: groups, doubt, an error, or any column of the table."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard import state, wording
from rome import figures
from rome.cohorts import Seen
from rome.results import StudyResult
from rome.table import Table

_SEEN: dict[str, Seen] = {"posterior": "outcome", "error": "training errors"}


@dataclass(frozen=True)
class Colouring:
    """``colour`` and ``paint`` as ``figures.group_map`` takes them; what is ``seen`` of outcomes on such
    a map, and its ``words``."""

    colour: str
    paint: figures.Paint | None
    seen: Seen
    words: str


def show(result: StudyResult) -> Colouring:
    """Show the control and, for an error or a column, which one; return what was chosen."""
    colour = st.segmented_control(
        wording.groups.COLOUR_LABEL,
        list(wording.groups.COLOURS),
        default="predicted",
        required=True,
        format_func=wording.groups.COLOURS.__getitem__,
        key="map-colour",
        help=wording.groups.COLOUR_HELP,
        persist_state="session",
    )
    words = wording.groups.COLOURS[colour].lower()
    if colour == "error":
        model = st.segmented_control(
            wording.groups.ERROR_LABEL,
            list(wording.groups.ERROR_MODELS),
            default="pooled",
            required=True,
            format_func=wording.groups.ERROR_MODELS.__getitem__,
            key="map-error",
            persist_state="session",
        )
        return Colouring("predicted", figures.error_paint(result, model), "training errors", words)
    if colour == "column":
        return _by_column(result, state.table_of_study())
    return Colouring(colour, None, _SEEN.get(colour, "nothing"), words)


def _by_column(result: StudyResult, table: Table | None) -> Colouring:
    if table is None:
        st.caption(wording.groups.COLUMN_NEEDS_TABLE)
        return Colouring("predicted", None, "nothing", wording.groups.COLOURS["predicted"].lower())
    names = list(map(str, table.frame.columns))
    column = st.selectbox(
        wording.groups.COLUMN_LABEL, names, key=f"map-column-{result.study_id}", persist_state="session"
    )
    seen: Seen = "outcome" if column == result.roles.outcome else "nothing"
    return Colouring("predicted", figures.column_paint(result, table.frame[column]), seen, column)
