"""One row as a form: a field a column, by its kind, with the training range beside it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard import scoring, wording
from rome.score import Field, Scorer, fields_of
from rome.score.what_if import Value
from rome.text.names import visible

_HEIGHT = 760
#: Fields that fit without a bar of their own.
_FEW = 9


def show(by: Scorer) -> tuple[Mapping[str, Value], dict[str, Value]]:
    """Show the form; return the row before the edit and the row as it stands in the form."""
    before, drawn = scoring.start()
    fields = fields_of(by)
    st.subheader(wording.score.FORM_TITLE, anchor=False)
    row: dict[str, Value] = {}
    with st.container(height=_HEIGHT if len(fields) > _FEW else "content", border=False):
        for sensitive in (True, False):
            part = [field for field in fields if field.sensitive == sensitive]
            if part:
                st.markdown(
                    f"**{wording.score.SENSITIVE_PART if sensitive else wording.score.FEATURE_PART}**",
                    help=wording.score.SENSITIVE_NOTE if sensitive else None,
                )
            for field in part:
                key = f"what-if-{by.study.study_id}-{drawn}-{fields.index(field)}"
                row[field.column] = _ask(field, before.get(field.column), key)
    st.button(wording.score.RESET, key="what-if-reset", icon=":material/undo:", on_click=scoring.start_again)
    return before, row


def _ask(field: Field, start: Value, key: str) -> Value:
    label, about = wording.score.field_label(field), wording.score.field_help(field)
    if field.kind == "numeric":
        return _number(field, start, key, label, about)
    known = list(field.levels)
    options = [None, *known, *([start] if start is not None and start not in known else [])]
    return st.selectbox(
        label,
        options,
        index=options.index(start),
        format_func=lambda level: wording.score.MISSING if level is None else visible(level),
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
        placeholder=wording.score.MISSING,
    )
    return None if value is None else float(value)
