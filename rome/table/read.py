"""One file to one table: what it holds, and how it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from rome.errors import TableError
from rome.table.content import FORMAT_WORDS, Content, Format, load
from rome.table.delimited import parse
from rome.table.encoding import encoding_words, to_utf8
from rome.table.finding import Finding, by_severity, counted, some
from rome.table.fingerprint import fingerprint
from rome.table.names import tidy_names
from rome.table.parquet import parse_parquet
from rome.table.sniff import SEPARATOR_WORDS, sniff
from rome.table.values import Converted, convert, convert_numbers
from rome.table.workbook import parse_workbook

if TYPE_CHECKING:
    import pyarrow as pa

_FORMATS = {"csv": "CSV", "parquet": "Parquet", "xlsx": "Excel workbook"}


@dataclass(frozen=True)
class Reading:
    """How a file was read. ``separator``, ``encoding`` and ``decimal`` are empty for Excel and Parquet;
    ``header_row`` is the line (from 1) of the column names, 0 when there are none."""

    format: Format
    compression: str
    separator: str
    encoding: str
    decimal: str
    header_row: int
    rows: int
    columns: int

    def describe(self) -> dict[str, str]:
        """Return plain words for each fact, label to value."""
        words = {"Format": _FORMATS[self.format] + (", gzip-compressed" if self.compression else "")}
        if self.format == "csv":
            words["Separator"] = SEPARATOR_WORDS.get(self.separator, f'"{self.separator}"')
            words["Encoding"] = encoding_words(self.encoding)
            words["Decimal mark"] = "comma" if self.decimal == "," else "point"
        if self.format != "parquet":
            words["Header"] = f"line {self.header_row}" if self.header_row else "none; columns are numbered"
        return words | {"Rows": f"{self.rows:,}", "Columns": f"{self.columns:,}"}


@dataclass(frozen=True)
class Table:
    """A table as read. Row i of ``frame`` is the i-th data row that was kept; its columns are float64
    (numbers) or ``str`` (levels), with missing values as NaN. ``findings`` are about the reading."""

    name: str
    frame: pd.DataFrame
    reading: Reading
    fingerprint: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Columns:
    """What the three formats have in common: names as written, columns of text or float64."""

    header: tuple[str, ...] | None
    columns: Sequence[pa.ChunkedArray]
    header_line: int
    separator: str
    encoding: str
    decimal: str
    findings: tuple[Finding, ...]


def read_table(
    source: str | Path | bytes,
    name: str | None = None,
    *,
    separator: str | None = None,
    encoding: str | None = None,
    decimal: str | None = None,
) -> Table:
    """Read a CSV, Excel or Parquet file, gzip-compressed or not, told by its content.

    Missing are empty cells, NA, N/A, NaN, null, NULL, None, ?, - and a lone dot; infinities are taken as
    missing too. A column is numeric when at least 70% of its other values are numbers. Every doubtful
    step is told in ``findings``.

    Parameters
    ----------
    source : str, Path or bytes
        A path, or the file's content.
    name : str, optional
        The name to show; by default the file's.
    separator, encoding, decimal : str, optional
        What to use in a text file instead of what is found in it.

    Raises
    ------
    TableError
        The file can't be read as a table of at least two rows and two columns.
    """
    content = load(source, name)
    if content.format == "csv":
        raw = _read_text(content, separator, encoding, decimal)
    elif content.format == "xlsx":
        sheet = parse_workbook(content.data, content.name)
        raw = _Columns(sheet.header, sheet.columns, sheet.header_line, "", "", "", sheet.findings)
    else:
        stored = parse_parquet(content.data, content.name)
        raw = _Columns(stored.header, stored.columns, 0, "", "", "", stored.findings)
    return _table(content, raw)


def _read_text(
    content: Content, separator: str | None, encoding: str | None, decimal: str | None
) -> _Columns:
    utf8, found = to_utf8(content.data, content.name, encoding)
    # Four bytes at most make a character, so the sniffer sees all of its sample.
    sample = utf8[: 8 * 1024**2].decode("utf-8", errors="ignore")
    layout = sniff(sample, content.name, separator, decimal)
    text = parse(utf8, content.name, layout)
    findings = layout.findings + text.findings + _encoding_finding(found, encoding)
    return _Columns(
        layout.header, text.columns, layout.header_line, layout.separator, found, layout.decimal, findings
    )


def _table(content: Content, raw: _Columns) -> Table:
    names, name_findings = tidy_names(raw.header, len(raw.columns))
    rows = len(raw.columns[0]) if raw.columns else 0
    _require_size(content.name, rows, names)
    converted = [_convert(name, column, raw.decimal) for name, column in zip(names, raw.columns, strict=True)]
    frame = pd.DataFrame({column.values.name: column.values for column in converted})
    reading = Reading(
        content.format, content.compression, raw.separator, raw.encoding, raw.decimal,
        raw.header_line, rows, len(names),
    )  # fmt: skip
    findings = [*_misnamed_finding(content), *raw.findings, *name_findings]
    findings += [finding for column in converted for finding in column.findings]
    findings += _mark_findings(converted)
    return Table(content.name, frame, reading, fingerprint(frame), by_severity(findings))


def _convert(name: str, column: pa.ChunkedArray, decimal: str) -> Converted:
    import pyarrow.types as kinds

    if kinds.is_floating(column.type):
        return convert_numbers(name, column.to_numpy())
    return convert(name, column, decimal or ".")


def _require_size(name: str, rows: int, names: tuple[str, ...]) -> None:
    if len(names) < 2:
        raise TableError(
            f'"{name}" has only one column ({some(names)}). '
            "A study needs an outcome, a feature and a sensitive column."
        )
    if rows < 2:
        seen = "a header and no rows" if rows == 0 else "a single row"
        raise TableError(
            f'"{name}" has {seen} ({len(names)} columns). Choose a file with rows to learn from.'
        )


def _misnamed_finding(content: Content) -> tuple[Finding, ...]:
    if not content.misnamed:
        return ()
    what = (
        f'The file is called "{content.name}", but is {FORMAT_WORDS[content.format]}, and was read as that.'
    )
    remedy = "Nothing, if the table is right; else choose the file that you meant."
    return (Finding("warning", None, what, remedy),)


def _encoding_finding(found: str, asked: str | None) -> tuple[Finding, ...]:
    if asked or found.startswith("utf"):
        return ()
    what = f"The file is not in UTF-8; it was read as {encoding_words(found)}."
    return (Finding("note", None, what, "If accents look wrong, save it as UTF-8 or pass another encoding."),)


def _mark_findings(converted: Sequence[Converted]) -> list[Finding]:
    """One note for each doubtful mark, over all the columns that hold it."""
    held: dict[str, list[tuple[str, int]]] = {}
    for column in converted:
        for mark, count in column.marks:
            held.setdefault(mark, []).append((str(column.values.name), count))
    findings = []
    for mark, columns in held.items():
        total = sum(count for _, count in columns)
        where = f"{counted(len(columns), 'column')} ({some([name for name, _ in columns], 5)})"
        what = f'"{mark}" was taken as missing {counted(total, "time")} in {where}.'
        one = columns[0][0] if len(columns) == 1 else None
        findings.append(Finding("note", one, what, "If it means something, write a word for it in the file."))
    return findings
