"""A text file to columns of text: fast when every row is regular, row by row when not."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import TYPE_CHECKING

from rome.errors import TableError
from rome.table.finding import Finding, counted
from rome.table.sniff import Layout, Record, allow_long_values

if TYPE_CHECKING:
    import pyarrow as pa

_SHOWN_LINES = 5


@dataclass(frozen=True)
class TextColumns:
    """Columns of text (null where a short row ends early) and what there is to say about the rows."""

    columns: tuple[pa.ChunkedArray, ...]
    findings: tuple[Finding, ...]


def parse(utf8: bytes, name: str, layout: Layout) -> TextColumns:
    """Return every column of a UTF-8 text file as text.

    Raises
    ------
    TableError
        A quotation mark is never closed.
    """
    regular = None if layout.spaced_quotes else _parse_regular(utf8, layout)
    return regular or _parse_row_by_row(utf8, name, layout)


def _parse_regular(utf8: bytes, layout: Layout) -> TextColumns | None:
    """Parse with Arrow's reader; None when a row has too many or too few fields."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    irregular: list[int] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        irregular.append(row.actual_columns)
        return "skip" if len(irregular) < 2 else "error"

    start = _offset_after_lines(utf8, layout.skip_lines)
    width = layout.width + layout.ends_in_separator
    if not utf8[start : start + 1024 * 1024].strip():
        return TextColumns(tuple(pa.chunked_array([[]], pa.string()) for _ in range(layout.width)), ())
    names = [str(place) for place in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(pa.py_buffer(utf8).slice(start)),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=4 * 1024**2),
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.separator, newlines_in_values=True, invalid_row_handler=note
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        # Irregular rows, or a value longer than a block: the slow way reads both.
        return None
    return None if irregular else TextColumns(tuple(table.columns[: layout.width]), ())


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


def _parse_row_by_row(utf8: bytes, name: str, layout: Layout) -> TextColumns:
    import pyarrow as pa

    records = _read_records(utf8.decode("utf-8"), name, layout)
    width = layout.width
    rows: list[list[str | None]] = []
    short: list[int] = []
    long: list[int] = []
    for record in records:
        fields = _without_empty_tail(record.fields, width)
        if len(fields) > width:
            long.append(record.first_line)
            continue
        if len(fields) < width:
            short.append(record.first_line)
        rows.append(fields + [None] * (width - len(fields)))
    columns = zip(*rows, strict=True) if rows else [()] * width
    arrays = tuple(pa.chunked_array([pa.array(column, pa.large_string())]) for column in columns)
    return TextColumns(arrays, (*_short_finding(short), *_long_finding(long, width)))


def _without_empty_tail(fields: list[str], width: int) -> list[str]:
    while len(fields) > width and not fields[-1].strip():
        fields = fields[:-1]
    return fields


def _read_records(text: str, name: str, layout: Layout) -> list[Record]:
    """Every record after the header; strictly if the quotes allow it, else leniently."""
    allow_long_values()
    try:
        return _records(text, layout, strict=True)
    except csv.Error as error:
        if "unexpected end of data" not in str(error):
            return _records(text, layout, strict=False)
    line = _records(text, layout, strict=False)[-1].first_line
    raise TableError(
        f'A quotation mark that opens on line {line:,} of "{name}" is never closed, so that the rest of the '
        "file reads as one value. Close it, or write it twice if it is part of the text."
    )


def _records(text: str, layout: Layout, strict: bool) -> list[Record]:
    lines = islice(StringIO(text, newline=""), layout.skip_lines, None)
    reader = csv.reader(
        lines, delimiter=layout.separator, skipinitialspace=layout.spaced_quotes, strict=strict
    )
    records, line = [], layout.skip_lines
    for fields in reader:
        last = layout.skip_lines + reader.line_num
        if fields:
            records.append(Record(fields, line + 1, last))
        line = last
    return records


def _short_finding(short: list[int]) -> tuple[Finding, ...]:
    if not short:
        return ()
    what = f"{counted(len(short), 'row')} ({_lines(short)}) had too few fields; the rest is missing."
    return (
        Finding("warning", None, what, "Check these lines in the file: values may stand in wrong columns."),
    )


def _long_finding(long: list[int], width: int) -> tuple[Finding, ...]:
    if not long:
        return ()
    what = (
        f"{counted(len(long), 'row')} ({_lines(long)}) had more than {width} fields and "
        f"{'was' if len(long) == 1 else 'were'} left out."
    )
    return (
        Finding(
            "warning", None, what, "Put values that hold the separator in quotation marks, and read again."
        ),
    )


def _lines(lines: list[int]) -> str:
    shown = ", ".join(f"{line:,}" for line in lines[:_SHOWN_LINES])
    word = "line" if len(lines) == 1 else "lines"
    return f"{word} {shown}{', …' if len(lines) > _SHOWN_LINES else ''}"
