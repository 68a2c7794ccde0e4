"""A text file to columns of text, with rows that have too few or too many fields told and dealt with."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

import numpy as np

from rome.errors import TableError
from rome.table.finding import Finding, counted
from rome.table.reading.sniff import Dialect, Layout, fields_of

if TYPE_CHECKING:
    import pyarrow as pa

_BLOCK = 8 * 1024**2
_LARGEST_BLOCK = 2**31 - 1
_SHOWN_LINES = 5


@dataclass(frozen=True)
class TextColumns:
    """Columns of text (null where a short row ends early) and what there is to say about the rows."""

    columns: tuple[pa.ChunkedArray, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Irregular:
    """A row with another number of fields than the header: its number (from 1) and its text."""

    number: int
    text: str


def parse(utf8: bytes, name: str, layout: Layout, as_text: Sequence[int] = ()) -> TextColumns:
    """Return every column of a UTF-8 text file as text, or as float64 where it is plain numbers throughout.

    A short row is filled up with missing values; a long one is left out, unless only empty fields are too
    many. The columns at the positions ``as_text`` stay text in any case.

    Raises
    ------
    TableError
        A quotation mark is never closed.
    """
    import pyarrow as pa

    start = _offset_after_lines(utf8, layout.skip_lines)
    body = (
        _respelled(utf8[start:], layout.dialect) if layout.dialect.spaced else pa.py_buffer(utf8).slice(start)
    )
    if not utf8[start : start + _BLOCK].strip():
        return TextColumns(tuple(pa.chunked_array([[]], pa.string()) for _ in range(layout.width)), ())
    table = _read_numbers(body, layout, as_text)
    if table is None:
        table = _read_regular(body, layout)
    if table is not None:
        _require_closed(table, utf8, name, layout.dialect.quote)
        return TextColumns(tuple(table.columns[: layout.width]), ())
    table, irregular = _read_irregular(body, layout)
    if irregular and _is_unclosed(irregular[-1].text, layout):
        raise TableError(_unclosed(utf8, name, layout.dialect.quote))
    return _repair(table, irregular, utf8, layout)


def _read_numbers(body: pa.Buffer, layout: Layout, as_text: Sequence[int]) -> pa.Table | None:
    """Parse what seem to be numbers as numbers at once, which saves making text of them; None if one is none.

    Arrow reads a number the same from a file as from text, so that the values don't depend on the way.
    """
    import pyarrow as pa

    numbers = frozenset(layout.plain_numbers) - frozenset(as_text)
    if not numbers:
        return None
    try:
        return _read(body, layout, lambda row: "error", threads=True, numbers=numbers)
    except pa.ArrowInvalid:
        return None


def _read_regular(body: pa.Buffer, layout: Layout) -> pa.Table | None:
    """Parse with all cores; None when a row is irregular."""
    irregular: list[int] = []

    def stop(row: object) -> str:
        irregular.append(1)
        return "error"

    try:
        return _read(body, layout, stop, threads=True)
    except ValueError:
        if irregular:
            return None
        raise


def _read_irregular(body: pa.Buffer, layout: Layout) -> tuple[pa.Table, list[_Irregular]]:
    """Parse on one core, which is what gives rows their numbers, setting irregular rows apart."""
    irregular: list[_Irregular] = []

    def set_apart(row: pa.csv.InvalidRow) -> str:
        irregular.append(_Irregular(row.number, row.text))
        return "skip"

    return _read(body, layout, set_apart, threads=False), irregular


def _read(
    body: pa.Buffer,
    layout: Layout,
    handler: object,
    threads: bool,
    numbers: frozenset[int] = frozenset(),
) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = [str(place) for place in range(layout.width + layout.ends_in_separator)]
    parse_options = arrow_csv.ParseOptions(
        delimiter=layout.dialect.separator,
        quote_char=layout.dialect.quote,
        escape_char=layout.dialect.escape or False,
        newlines_in_values=True,
        invalid_row_handler=handler,
    )
    kinds = {name: pa.float64() if place in numbers else pa.string() for place, name in enumerate(names)}
    convert_options = arrow_csv.ConvertOptions(
        column_types=kinds, strings_can_be_null=False, null_values=[""]
    )
    for block in (_BLOCK, min(len(body) + 1, _LARGEST_BLOCK)):
        read_options = arrow_csv.ReadOptions(column_names=names, block_size=block, use_threads=threads)
        try:
            return arrow_csv.read_csv(pa.BufferReader(body), read_options, parse_options, convert_options)
        except pa.ArrowInvalid as error:
            # A single value can be longer than a block.
            if "straddling" not in str(error):
                raise
    raise TableError("A value is longer than 2 GB. Check the quotation marks in the file.")


def _offset_after_lines(utf8: bytes, n_lines: int) -> int:
    """Position of the first byte after ``n_lines`` lines, whatever ends a line."""
    offset = 0
    for _ in range(n_lines):
        ends = [place for place in (utf8.find(b"\n", offset), utf8.find(b"\r", offset)) if place >= 0]
        if not ends:
            return len(utf8)
        end = min(ends)
        offset = end + (2 if utf8[end : end + 2] == b"\r\n" else 1)
    return offset


def _respelled(utf8: bytes, dialect: Dialect) -> pa.Buffer:
    """The same rows without spaces before quotation marks, which Arrow would take as part of the value."""
    import pyarrow as pa

    written = StringIO(newline="")
    csv.writer(written, delimiter=dialect.separator, lineterminator="\n").writerows(
        fields for fields in fields_of(utf8.decode("utf-8"), dialect) if fields
    )
    return pa.py_buffer(written.getvalue().encode("utf-8"))


def _repair(table: pa.Table, irregular: Sequence[_Irregular], utf8: bytes, layout: Layout) -> TextColumns:
    """Put short rows back where they stood, filled up with nulls; leave out the long ones."""
    import pyarrow as pa

    width = layout.width
    short: list[int] = []
    long: list[int] = []
    kept: list[tuple[int, list[str | None]]] = []
    for row in irregular:
        fields = _without_empty_tail(next(fields_of(row.text, layout.dialect)), width)
        if len(fields) > width:
            long.append(row.number)
            continue
        if len(fields) < width:
            short.append(row.number)
        kept.append((row.number, fields + [None] * (width - len(fields))))
    total = len(table) + len(irregular)
    regular = np.setdiff1d(np.arange(1, total + 1), [row.number for row in irregular], assume_unique=True)
    numbers = np.concatenate([regular, np.array([number for number, _ in kept], dtype=np.int64)])
    order = pa.array(np.argsort(numbers, kind="stable"))
    columns = []
    for place, column in enumerate(table.columns[:width]):
        filled = pa.array([fields[place] for _, fields in kept], column.type)
        columns.append(pa.chunked_array([*column.chunks, filled]).cast(pa.large_string()).take(order))
    lines = _line_numbers(utf8, layout, sorted(short[:_SHOWN_LINES] + long[:_SHOWN_LINES]))
    return TextColumns(tuple(columns), (*_short_finding(short, lines), *_long_finding(long, lines, width)))


def _without_empty_tail(fields: list[str], width: int) -> list[str]:
    while len(fields) > width and not fields[-1].strip():
        fields = fields[:-1]
    return fields


def _line_numbers(utf8: bytes, layout: Layout, rows: Sequence[int]) -> dict[int, int]:
    """The line of the file on which each of a few rows begins: blank lines and long values shift it."""
    reader = fields_of(utf8.decode("utf-8"), layout.dialect)
    wanted, lines, row, line = set(rows), {}, 0, 0
    last = max(rows, default=0)
    while row < last:
        fields = next(reader)
        if fields and line >= layout.skip_lines:
            row += 1
            if row in wanted:
                lines[row] = line + 1
        line = reader.line_num
    return lines


def _require_closed(table: pa.Table, utf8: bytes, name: str, quote: str) -> None:
    """A quotation mark that opens in the last field of a row swallows the rest of the file."""
    last = table.column(table.num_columns - 1)[-1].as_py() or ""
    # A number has swallowed nothing.
    last = last if isinstance(last, str) else ""
    swallows = "\n" in last or "\r" in last
    if swallows and not utf8[-1024:].rstrip().endswith(quote.encode()):
        raise TableError(_unclosed(utf8, name, quote))


def _is_unclosed(text: str, layout: Layout) -> bool:
    try:
        list(fields_of(text, layout.dialect, strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def _unclosed(utf8: bytes, name: str, quote: str) -> str:
    before = utf8[: utf8.rfind(quote.encode())]
    line = max(before.count(b"\n"), before.count(b"\r")) + 1
    return (
        f'A quotation mark that opens on line {line:,} of "{name}" is never closed, so that the rest of the '
        "file reads as one value. Close it, or write it twice if it is part of the text."
    )


def _short_finding(short: list[int], lines: dict[int, int]) -> tuple[Finding, ...]:
    if not short:
        return ()
    what = f"{counted(len(short), 'row')} ({_where(short, lines)}) had too few fields; the rest is missing."
    remedy = "Check these lines in the file: values may stand in wrong columns."
    return (Finding("warning", None, what, remedy),)


def _long_finding(long: list[int], lines: dict[int, int], width: int) -> tuple[Finding, ...]:
    if not long:
        return ()
    where = f"{counted(len(long), 'row')} ({_where(long, lines)})"
    what = f"{where} had more than {width} fields and {'was' if len(long) == 1 else 'were'} left out."
    remedy = "Put values that hold the separator in quotation marks, and read again."
    return (Finding("warning", None, what, remedy),)


def _where(rows: list[int], lines: dict[int, int]) -> str:
    shown = ", ".join(f"{lines[row]:,}" for row in rows[:_SHOWN_LINES])
    return f"{'line' if len(rows) == 1 else 'lines'} {shown}{', …' if len(rows) > _SHOWN_LINES else ''}"
