"""One row as a form, by the kind of each column: where it starts from, and how it is edited."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard import state
from dashboard.screens.what_if import words
from dashboard.shared.words import plain
from rome.errors import RomeError
from rome.score import Field, Scorer, fields_of, row_at, typical_row
from rome.score.what_if import Value
from rome.table import Table
from rome.text.names import visible

_HEIGHT = 760
#: Fields that fit without a bar of their own.
_FEW = 9


def show_start(by: Scorer) -> None:
    """Show what one can start from, and start from it where it was changed."""
    tables = _tables(by)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        what = st.segmented_control(
            "Start from",
            [words.TYPICAL, *tables],
            default=words.TYPICAL,
            required=True,
            format_func=words.STARTS.__getitem__,
            key=f"what-if-start-{by.study.study_id}-{len(tables)}",
            help=words.START_HELP,
        )
        if what == words.TYPICAL:
            _start_at(f"{by.study.study_id} typical", typical_row(by))
            return
        _start_from_row(by, what, tables[what])


def _tables(by: Scorer) -> dict[str, Table]:
    """Return the tables whose rows one can start from."""
    found: dict[str, Table] = {}
    own, scored = state.table_of_study(), state.visit().scoring.table
    if own is not None:
        found[words.ROW_OF_STUDY] = own
    if scored is not None and (own is None or scored.fingerprint != own.fingerprint):
        found[words.ROW_OF_FILE] = scored
    return found


def _start_from_row(by: Scorer, what: str, table: Table) -> None:
    number = st.number_input("Row", 1, len(table.frame), 1, key=f"what-if-row-{what}-{table.fingerprint}")
    try:
        row = row_at(table.frame, by, int(number) - 1)
    except RomeError as error:
        st.error(plain(error))
        _start_at(f"{by.study.study_id} typical", typical_row(by))
        return
    _start_at(f"{by.study.study_id} {table.fingerprint} {number}", row)


def show_form(by: Scorer) -> tuple[Mapping[str, Value], dict[str, Value]]:
    """Show the form; return the row before the edit and the row as it stands in the form."""
    before, drawn = _started()
    fields = fields_of(by)
    st.subheader("The person", anchor=False)
    row: dict[str, Value] = {}
    with st.container(height=_HEIGHT if len(fields) > _FEW else "content", border=False):
        for sensitive in (True, False):
            part = [field for field in fields if field.sensitive == sensitive]
            if part:
                st.markdown(
                    f"**{words.SENSITIVE_PART if sensitive else words.FEATURE_PART}**",
                    help=words.SENSITIVE_NOTE if sensitive else None,
                )
            for field in part:
                key = f"what-if-{by.study.study_id}-{drawn}-{fields.index(field)}"
                row[field.column] = _ask(field, before.get(field.column), key)
    st.button("Undo all edits", key="what-if-reset", icon=":material/undo:", on_click=_start_again)
    return before, row


def _ask(field: Field, start: Value, key: str) -> Value:
    label, about = words.field_label(field), words.field_help(field)
    if field.kind == "numeric":
        return _number(field, start, key, label, about)
    known = list(field.levels)
    options = [None, *known, *([start] if start is not None and start not in known else [])]
    return st.selectbox(
        label,
        options,
        index=options.index(start),
        format_func=lambda level: words.MISSING if level is None else visible(level),
        key=key,
        help=about,
        accept_new_options=True,
    )


def _number(field: Field, start: Value, key: str, label: str, about: str) -> Value:
    value = st.number_input(
        label,
        value=None if start is None else float(start),
        step=field.step,
        format=f"%.{field.digits}f",
        key=key,
        help=about,
        placeholder=words.MISSING,
    )
    return None if value is None else float(value)


def _start_at(what: str, row: Mapping[str, Value]) -> None:
    """Begin a what-if from another row; the form is filled anew where that changes anything."""
    visit = state.visit().scoring
    if visit.start_of != what:
        visit.start_of, visit.start = what, dict(row)
        visit.drawn += 1


def _started() -> tuple[Mapping[str, Value], int]:
    """Return the row that the what-if began from, and how often its form was filled."""
    visit = state.visit().scoring
    return visit.start, visit.drawn


def _start_again() -> None:
    """Fill the form anew with the row that it began from."""
    state.visit().scoring.drawn += 1
