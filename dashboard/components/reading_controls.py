"""How a file is read, with a control for every guess: each is tried at once, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from dashboard import state, tables, wording
from rome.table import ReadingOptions, Table
from rome.table.reading.options import MISSING_MARKS
from rome.table.reading.read import Reading

_FOUND = ""
_PREVIEW_ROWS = 8
_YES, _NO = "yes", "no"


def show(table: Table) -> None:
    """Show the first rows as they were read, and the controls that correct the reading."""
    problem = state.visit().reading_problem
    with st.expander(wording.data.CORRECT_READING, expanded=bool(problem), icon=":material/tune:"):
        if problem:
            st.error(f"{wording.plain(problem)} {wording.data.READING_KEPT}")
        st.caption(wording.data.CORRECT_READING_LEAD)
        options, reading = table.reading.options, table.reading
        if reading.format == "csv":
            _text_controls(options, reading, tables.read_as)
        elif reading.format == "xlsx":
            _sheet_controls(options, reading)
        _value_controls(table, options)
        st.caption(wording.data.FIRST_ROWS)
        st.dataframe(table.frame.head(_PREVIEW_ROWS), hide_index=True, alt=wording.data.FIRST_ROWS)


def show_for_refused() -> None:
    """Show the controls for a file that could not be read so far."""
    refused = state.visit().refused_file
    if refused is None:
        return
    with st.container(border=True, key="refused-controls"):
        st.markdown(wording.data.refused_lead(refused.name))
        _text_controls(refused.options, None, tables.retry)


def _text_controls(
    options: ReadingOptions, reading: Reading | None, then: Callable[[ReadingOptions], None]
) -> None:
    separator, encoding, decimal, header = st.columns(4)
    found = wording.data.found_in_file
    with separator:
        marks = _with(wording.data.SEPARATORS, options.separator)
        seen = reading.separator if reading and options.separator is None else None
        _choice("separator", options, marks, found(wording.data.SEPARATORS, seen), then, free=True)
    with encoding:
        names = _with(wording.data.ENCODINGS, options.encoding)
        seen = reading.encoding if reading and options.encoding is None else None
        _choice("encoding", options, names, found(wording.data.ENCODINGS, seen), then, free=True)
    with decimal:
        seen = reading.decimal if reading and options.decimal is None else None
        _choice("decimal", options, wording.data.DECIMALS, found(wording.data.DECIMALS, seen), then)
    with header:
        _header(options, reading, then)


def _sheet_controls(options: ReadingOptions, reading: Reading) -> None:
    sheet, header = st.columns(2)
    with sheet:
        titles = {title: wording.plain(title) for title in reading.sheets}
        seen = reading.sheet if options.sheet is None else None
        _choice("sheet", options, titles, wording.data.found_in_file(titles, seen), tables.read_as)
    with header:
        _header(options, reading, tables.read_as)


def _header(options: ReadingOptions, reading: Reading | None, then: Callable[[ReadingOptions], None]) -> None:
    seen = None if reading is None or options.header is not None else (_YES if reading.header_row else _NO)
    words = {_YES: wording.data.HEADER_YES, _NO: wording.data.HEADER_NO}
    _choice("header", options, words, wording.data.found_in_file(words, seen), then)


def _choice(
    name: str,
    options: ReadingOptions,
    words: dict[str, str],
    found: str,
    then: Callable[[ReadingOptions], None],
    free: bool = False,
) -> None:
    """Show one control; its first choice leaves the matter to what is found in the file."""
    key = f"reading-{name}"
    given = getattr(options, name)
    if isinstance(given, bool):
        given = _YES if given else _NO
    state.seed(key, _FOUND if given is None else given)
    st.selectbox(
        wording.data.READING_LABELS[name],
        [_FOUND, *words],
        format_func=lambda value: found if value == _FOUND else words.get(value, value),
        key=key,
        help=wording.data.READING_HELP.get(name),
        accept_new_options=free,
        on_change=_turn,
        args=(name, options, then),
    )


def _value_controls(table: Table, options: ReadingOptions) -> None:
    """Show the controls about values: which marks are missing, which columns are codes."""
    current = MISSING_MARKS if options.missing is None else options.missing
    marks, codes = st.columns(2)
    with marks:
        _several("missing", options, [*dict.fromkeys((*MISSING_MARKS, *current))], current, free=True)
    with codes:
        numeric = [str(name) for name in table.frame.columns if table.frame[name].dtype == "float64"]
        _several("categories", options, [*options.categories, *numeric], options.categories)


def _several(
    name: str, options: ReadingOptions, choices: Sequence[str], chosen: Sequence[str], free: bool = False
) -> None:
    key = f"reading-{name}"
    state.seed(key, list(chosen))
    st.multiselect(
        wording.data.READING_LABELS[name],
        choices,
        key=key,
        help=wording.data.READING_HELP.get(name),
        placeholder=wording.data.READING_PLACEHOLDERS[name],
        accept_new_options=free,
        on_change=_turn,
        args=(name, options, tables.read_as),
    )


def _turn(name: str, options: ReadingOptions, then: Callable[[ReadingOptions], None]) -> None:
    """Make the turn that a control asks for."""
    then(changed(options, name, state.widget(f"reading-{name}")))


def changed(options: ReadingOptions, name: str, value: object) -> ReadingOptions:
    """Return the options after the control ``name`` was set to ``value``.

    What gives columns other names also drops what was said of single columns.
    """
    if name in ("missing", "categories"):
        values = tuple(value or ())
        usual = name == "missing" and set(values) == set(MISSING_MARKS)
        return replace(options, **{name: None if usual else values})
    said = None if value in (_FOUND, None) else value
    if name == "header":
        said = {_YES: True, _NO: False, None: None}[said]
    after = replace(options, **{name: said})
    return after if name == "decimal" else replace(after, categories=(), missing_values=())


def _with(words: dict[str, str], given: str | None) -> dict[str, str]:
    return words if given is None or given in words else words | {given: f'"{given}"'}
