"""What was read: one line a column, with its part to be edited in place."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import cache, state, wording
from dashboard.roles_choice import RolesChoice
from dashboard.state import OpenTable
from rome.table import ROLES, Role, Table
from rome.text.names import visible
from rome.text.numbers import format_count

_PART = wording.data.COLUMN_HEADINGS[1]
_HISTOGRAM_COLOUR = "#737B86"
_MOST_HEIGHT, _HEAD, _ROW = 500, 38, 35


def show(opened: OpenTable, choice: RolesChoice) -> None:
    """Show one line a column: its part, why, missing and different values, range and a small histogram."""
    number, base = _editor(choice)
    key = f"columns-{state.visit().uploads}-{opened.table.fingerprint[:8]}-{number}"
    rows = [
        _line(opened, column, base) for column in cache.columns(opened.table.fingerprint, opened.table.frame)
    ]
    headings = list(wording.data.COLUMN_HEADINGS)
    st.data_editor(
        pd.DataFrame(rows, columns=headings),
        key=key,
        hide_index=True,
        disabled=[heading for heading in headings if heading != _PART],
        column_config=_configured(),
        height=min(_HEAD + _ROW * len(rows), _MOST_HEIGHT),
        on_change=_turn,
        args=(key, base),
        alt=wording.data.COLUMNS_ALT,
    )


def show_reading(table: Table) -> None:
    """Say how the file was read, fact by fact, and how much of it is missing."""
    columns = cache.columns(table.fingerprint, table.frame)
    st.caption(wording.data.reading(table.reading.describe(), columns))


def edited(choice: RolesChoice, base: RolesChoice, edits: dict[int, Role]) -> RolesChoice:
    """Return the choice after the table that shows ``base`` was edited: by row, the role it shows now."""
    for row, role in edits.items():
        column = base.columns[row]
        if choice.role_of(column) != role:
            choice = choice.given(column, role)
    return choice


def _line(opened: OpenTable, column, base: RolesChoice) -> tuple:
    role, guessed = base.role_of(column.name), opened.guess.role_of(column.name)
    return (
        visible(column.name),
        role,
        wording.data.KINDS[column.kind],
        list(column.bars),
        wording.data.missing(column),
        format_count(column.distinct),
        wording.data.values(column),
        wording.data.why(opened.reasons.get(column.name, ""), role == guessed, guessed),
    )


def _configured() -> dict:
    """Return widths at which every column can be seen beside the sidebar of a small window; long reasons are
    cut there."""
    name, part, kind, spread, missing, different, values, why = wording.data.COLUMN_HEADINGS
    text = st.column_config.TextColumn
    return {
        name: text(pinned=True, width=120),
        part: st.column_config.SelectboxColumn(
            options=list(ROLES),
            format_func=wording.data.PARTS.__getitem__,
            required=True,
            help=wording.data.PART_HELP,
            width=105,
        ),
        kind: text(width=72),
        spread: st.column_config.BarChartColumn(
            y_min=0, color=_HISTOGRAM_COLOUR, width=80, help=wording.data.HISTOGRAM_HELP
        ),
        missing: text(width=80, alignment="right"),
        different: text(width=78, alignment="right"),
        values: text(width=118),
        why: text(width=185),
    }


def _editor(choice: RolesChoice) -> tuple[int, RolesChoice]:
    """Return the number and the content of the table as it was last drawn anew.

    It keeps what it was drawn with while edits in it account for the choice, and is drawn anew otherwise.
    """
    now = state.visit()
    number, base, expected = now.editor
    if base is None or choice != expected:
        number, base = number + 1, choice
        now.editor = (number, base, choice)
    return number, base


def _turn(key: str, base: RolesChoice) -> None:
    """Take over what was edited; where that moves other columns too, the table is drawn anew."""
    changes = state.widget(key)["edited_rows"]
    edits = {int(row): cells[_PART] for row, cells in changes.items() if cells.get(_PART)}
    after = edited(state.choice(), base, edits)
    state.choose(after)
    shown = {name: base.role_of(name) for name in base.columns}
    shown |= {base.columns[row]: role for row, role in edits.items()}
    if all(after.role_of(name) == role for name, role in shown.items()):
        now = state.visit()
        now.editor = (now.editor[0], base, after)
