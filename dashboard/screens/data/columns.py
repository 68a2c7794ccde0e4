"""The role of each column: controls that move columns between roles, and a table with a line a column."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import cache, state
from dashboard.roles import Field, RolesChoice
from dashboard.screens.data import words
from dashboard.state import OpenTable
from rome.table import ROLES, Role, Table
from rome.text.names import visible
from rome.text.numbers import format_count

_ROLE = words.COLUMN_HEADINGS[1]
_HISTOGRAM_COLOUR = "#737B86"
_MOST_HEIGHT, _HEAD, _ROW = 500, 38, 35


def show_form(opened: OpenTable) -> RolesChoice:
    """Show the form and return the choice as it stands; a control's callback makes the turn."""
    choice = state.choice()
    st.caption(words.ROLES_LEAD_SAMPLE if opened.sample else words.ROLES_LEAD)
    outcome, weight, prediction = st.columns(3)
    with outcome:
        _single(
            "outcome",
            choice,
            choice.columns,
            "Outcome: what to predict",
            "A number, or a column with two values. Only one.",
        )
    with weight:
        _single("weight", choice, choice.columns, "Weights", words.WEIGHT_HELP)
    with prediction:
        _single("prediction", choice, choice.columns, "Prediction to audit", words.PREDICTION_HELP)
    single = (choice.outcome, choice.weight, choice.prediction)
    rest = tuple(name for name in choice.columns if name not in single)
    _several("sensitive", choice, rest, "Sensitive columns: what groups may depend on", words.SENSITIVE_HELP)
    _several(
        "allowed",
        choice,
        choice.sensitive,
        "Sensitive columns that may also enter the prediction",
        words.ALLOWED_HELP,
    )
    ordinary = tuple(name for name in rest if name not in choice.sensitive)
    _several("features", choice, ordinary, "Features: what to predict from", words.FEATURES_HELP)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(words.left_out(choice.left_out))
        st.button(
            "Undo all changes",
            key="roles-reset",
            type="tertiary",
            icon=":material/undo:",
            disabled=choice == opened.guess,
            on_click=state.choose,
            args=(opened.guess,),
        )
    return choice


def _single(field: Field, choice: RolesChoice, options: tuple, label: str, explained: str) -> None:
    key = f"roles-{field}"
    state.set_widget(key, getattr(choice, field))
    st.selectbox(
        label,
        options,
        key=key,
        index=None,
        help=explained,
        placeholder=words.NONE_CHOSEN[field],
        on_change=_turn,
        args=(field,),
    )


def _several(field: Field, choice: RolesChoice, options: tuple, label: str, explained: str) -> None:
    key = f"roles-{field}"
    state.set_widget(key, list(getattr(choice, field)))
    st.multiselect(
        label,
        options,
        key=key,
        help=explained,
        placeholder="Choose columns" if options else "No column to choose from",
        on_change=_turn,
        args=(field,),
    )


def _turn(field: Field) -> None:
    """Make the turn that a control asks for."""
    state.choose(state.choice().after(field, state.widget(f"roles-{field}")))


def show_table(opened: OpenTable, choice: RolesChoice) -> None:
    """Show one line a column: its role, why, missing and different values, range and a small histogram."""
    number, base = _editor(choice)
    key = f"columns-{state.visit().uploads}-{opened.table.fingerprint[:8]}-{number}"
    rows = [_line(opened, column, base) for column in cache.columns(opened.table)]
    headings = list(words.COLUMN_HEADINGS)
    st.data_editor(
        pd.DataFrame(rows, columns=headings),
        key=key,
        hide_index=True,
        disabled=[heading for heading in headings if heading != _ROLE],
        column_config=_configured(),
        height=min(_HEAD + _ROW * len(rows), _MOST_HEIGHT),
        on_change=_take_edits,
        args=(key, base),
        alt=words.COLUMNS_ALT,
    )


def show_reading(table: Table) -> None:
    """Say how the file was read, fact by fact, and how much of it is missing."""
    columns = cache.columns(table)
    st.caption(words.reading(table.reading.describe(), columns))


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
        words.KINDS[column.kind],
        list(column.bars),
        words.missing(column),
        format_count(column.distinct),
        words.values(column),
        words.why(opened.reasons.get(column.name, ""), role == guessed, guessed),
    )


def _configured() -> dict:
    """Return widths at which every column can be seen beside the sidebar of a small window; long reasons are
    cut there."""
    name, role, kind, spread, missing, different, values, why = words.COLUMN_HEADINGS
    text = st.column_config.TextColumn
    return {
        name: text(pinned=True, width=120),
        role: st.column_config.SelectboxColumn(
            options=list(ROLES),
            format_func=words.ROLES.__getitem__,
            required=True,
            help="Double-click a cell to choose another role.",
            width=105,
        ),
        kind: text(width=72),
        spread: st.column_config.BarChartColumn(
            y_min=0, color=_HISTOGRAM_COLOUR, width=80, help=words.HISTOGRAM_HELP
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


def _take_edits(key: str, base: RolesChoice) -> None:
    """Take over what was edited; where that moves other columns too, the table is drawn anew."""
    changes = state.widget(key)["edited_rows"]
    edits = {int(row): cells[_ROLE] for row, cells in changes.items() if cells.get(_ROLE)}
    after = edited(state.choice(), base, edits)
    state.choose(after)
    shown = {name: base.role_of(name) for name in base.columns}
    shown |= {base.columns[row]: role for row, role in edits.items()}
    if all(after.role_of(name) == role for name, role in shown.items()):
        now = state.visit()
        now.editor = (now.editor[0], base, after)
