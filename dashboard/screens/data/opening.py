"""Opening a table, and correcting how it is read: each control is tried at once, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from dashboard import state
from dashboard.screens.data import words
from dashboard.shared import tables
from dashboard.shared.words import plain
from rome.datasets import SAMPLES
from rome.datasets.samples import Sample
from rome.table import ReadingOptions, Table
from rome.table.reading.options import MISSING_MARKS
from rome.table.reading.read import Reading

_FOUND = ""
_PREVIEW_ROWS = 8
_YES, _NO = "yes", "no"


def show_picker() -> None:
    """Show the ways to open a table; a file that can't be read is reported, and changes nothing."""
    _upload()
    problem = state.visit().file_problem
    if problem:
        kept = " The table that was open before is still open." if state.table() else ""
        st.error(f"{plain(problem)}{kept}")
        _show_for_refused()
    st.markdown("**Or try a sample**")
    for column, sample in zip(st.columns(len(SAMPLES)), SAMPLES.values(), strict=True):
        with column:
            _sample(sample)


def _upload() -> None:
    file = st.file_uploader(
        "A file: CSV, TSV, Excel (.xlsx) or Parquet, also gzip-compressed",
        type=tables.UPLOAD_TYPES,
        key=f"upload-{state.visit().uploads}",
        help=tables.UPLOAD_HELP,
        max_upload_size=tables.MOST_MEGABYTES,
    )
    if file is None or file.file_id == state.visit().refused:
        return
    with st.spinner(tables.READING):
        opened = tables.open_file(file.file_id, file.name, file.getvalue())
    if opened:
        st.rerun()


def _sample(sample: Sample) -> None:
    # Buttons stand in one line, however long the sentences above them are.
    with st.container(border=True, height="stretch", vertical_alignment="distribute"):
        with st.container():
            st.markdown(f"**{sample.title}**")
            st.caption(sample.sentence)
        st.button(
            words.use_sample(sample.title),
            key=f"sample-{sample.name}",
            on_click=tables.open_sample,
            args=(sample.name,),
        )


def show_reading_controls(table: Table) -> None:
    """Show the first rows as they were read, and the controls that correct the reading."""
    problem = state.visit().reading_problem
    with st.expander("Correct how the file was read", expanded=bool(problem), icon=":material/tune:"):
        if problem:
            st.error(f"{plain(problem)} The table stays as it was.")
        st.caption(words.CORRECT_READING_LEAD)
        options, reading = table.reading.options, table.reading
        if reading.format == "csv":
            _text_controls(options, reading, tables.read_as)
        elif reading.format == "xlsx":
            _sheet_controls(options, reading)
        _value_controls(table, options)
        st.caption(words.FIRST_ROWS)
        st.dataframe(table.frame.head(_PREVIEW_ROWS), hide_index=True, alt=words.FIRST_ROWS)


def _show_for_refused() -> None:
    """Show the controls for a file that could not be read so far."""
    refused = state.visit().refused_file
    if refused is None:
        return
    with st.container(border=True, key="refused-controls"):
        st.markdown(words.refused_lead(refused.name))
        _text_controls(refused.options, None, tables.retry)


def _text_controls(
    options: ReadingOptions, reading: Reading | None, then: Callable[[ReadingOptions], None]
) -> None:
    separator, encoding, decimal, header = st.columns(4)
    found = words.found_in_file
    with separator:
        marks = _with(words.SEPARATORS, options.separator)
        seen = reading.separator if reading and options.separator is None else None
        _choice("separator", options, marks, found(words.SEPARATORS, seen), then, free=True)
    with encoding:
        names = _with(words.ENCODINGS, options.encoding)
        seen = reading.encoding if reading and options.encoding is None else None
        _choice("encoding", options, names, found(words.ENCODINGS, seen), then, free=True)
    with decimal:
        seen = reading.decimal if reading and options.decimal is None else None
        _choice("decimal", options, words.DECIMALS, found(words.DECIMALS, seen), then)
    with header:
        _header(options, reading, then)


def _sheet_controls(options: ReadingOptions, reading: Reading) -> None:
    sheet, header = st.columns(2)
    with sheet:
        titles = {title: plain(title) for title in reading.sheets}
        seen = reading.sheet if options.sheet is None else None
        _choice("sheet", options, titles, words.found_in_file(titles, seen), tables.read_as)
    with header:
        _header(options, reading, tables.read_as)


def _header(options: ReadingOptions, reading: Reading | None, then: Callable[[ReadingOptions], None]) -> None:
    seen = None if reading is None or options.header is not None else (_YES if reading.header_row else _NO)
    named = {_YES: words.HEADER_YES, _NO: words.HEADER_NO}
    _choice("header", options, named, words.found_in_file(named, seen), then)


def _choice(
    name: str,
    options: ReadingOptions,
    named: dict[str, str],
    found: str,
    then: Callable[[ReadingOptions], None],
    free: bool = False,
) -> None:
    """Show one control; its first choice leaves the matter to what is found in the file."""
    key = f"reading-{name}"
    given = getattr(options, name)
    if isinstance(given, bool):
        given = _YES if given else _NO
    state.set_widget(key, _FOUND if given is None else given)
    st.selectbox(
        words.READING_LABELS[name],
        [_FOUND, *named],
        format_func=lambda value: found if value == _FOUND else named.get(value, value),
        key=key,
        help=words.READING_HELP.get(name),
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
    state.set_widget(key, list(chosen))
    st.multiselect(
        words.READING_LABELS[name],
        choices,
        key=key,
        help=words.READING_HELP.get(name),
        placeholder=words.READING_PLACEHOLDERS[name],
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


def _with(named: dict[str, str], given: str | None) -> dict[str, str]:
    return named if given is None or given in named else named | {given: f'"{given}"'}
