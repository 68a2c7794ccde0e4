"""The row that a what-if starts from: typical values, or a real row."""

from __future__ import annotations

import streamlit as st

from dashboard import scoring, state, wording
from dashboard.wording.score import ROW_OF_FILE, ROW_OF_STUDY, TYPICAL
from rome.errors import RomeError
from rome.score import Scorer, row_at, typical_row
from rome.table import Table


def show(by: Scorer) -> None:
    """Show what one can start from, and start from it where it was changed."""
    tables = _tables(by)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        what = st.segmented_control(
            wording.score.START_LABEL,
            [TYPICAL, *tables],
            default=TYPICAL,
            required=True,
            format_func=wording.score.STARTS.__getitem__,
            key=f"what-if-start-{by.study.study_id}-{len(tables)}",
            help=wording.score.START_HELP,
        )
        if what == TYPICAL:
            scoring.start_from(f"{by.study.study_id} typical", typical_row(by))
            return
        _start_from_row(by, what, tables[what])


def _tables(by: Scorer) -> dict[str, Table]:
    """Return the tables whose rows one can start from."""
    found: dict[str, Table] = {}
    own, scored = state.table_of_study(), scoring.table()
    if own is not None:
        found[ROW_OF_STUDY] = own
    if scored is not None and (own is None or scored.fingerprint != own.fingerprint):
        found[ROW_OF_FILE] = scored
    return found


def _start_from_row(by: Scorer, what: str, table: Table) -> None:
    number = st.number_input(
        wording.score.ROW_LABEL, 1, len(table.frame), 1, key=f"what-if-row-{what}-{table.fingerprint}"
    )
    try:
        row = row_at(table.frame, by, int(number) - 1)
    except RomeError as error:
        st.error(wording.plain(error))
        scoring.start_from(f"{by.study.study_id} typical", typical_row(by))
        return
    scoring.start_from(f"{by.study.study_id} {table.fingerprint} {number}", row)
