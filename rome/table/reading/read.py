"""One file to one table: what it holds, and how it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from rome.errors import TableError
from rome.serialize.codec import ABSENT_IS_DEFAULT
from rome.table.finding import Finding, Fix, by_severity, counted, some
from rome.table.fingerprint import fingerprint
from rome.table.reading.content import FORMAT_WORDS, Content, Format, load
from rome.table.reading.delimited import parse
from rome.table.reading.encoding import encoding_words, to_utf8
from rome.table.reading.options import MISSING_MARKS, ReadingOptions
from rome.table.reading.parquet import parse_parquet
from rome.table.reading.sniff import SEPARATOR_WORDS, sniff
from rome.table.reading.values import Converted, convert, convert_numbers
from rome.table.reading.workbook import parse_workbook

if TYPE_CHECKING:
    import pyarrow as pa

_MANY_COLUMNS = 100
_FORMATS = {"csv": "CSV", "parquet": "Parquet", "xlsx": "Excel workbook"}


@dataclass(frozen=True)
class Reading:
    """How a file was read. ``separator``, ``encoding`` and ``decimal`` are empty for Excel and Parquet;
    ``header_row`` is the line (from 1) of the column names, 0 when there are none; ``sheets`` are the titles
    of a workbook's sheets and ``sheet`` the one that was read. ``options`` are what the reader was told."""

    format: Format
    compression: str
    separator: str
    encoding: str
    decimal: str
    header_row: int
    rows: int
    columns: int
    sheet: str = field(default="", metadata=ABSENT_IS_DEFAULT)
    sheets: tuple[str, ...] = field(default=(), metadata=ABSENT_IS_DEFAULT)
    options: ReadingOptions = field(default=ReadingOptions(), metadata=ABSENT_IS_DEFAULT)

    def describe(self) -> dict[str, str]:
        """Return plain words for each fact, label to value."""
        words = {"Format": _FORMATS[self.format] + (", gzip-compressed" if self.compression else "")}
        if self.format == "csv":
            words["Separator"] = SEPARATOR_WORDS.get(self.separator, f'"{self.separator}"')
            words["Encoding"] = encoding_words(self.encoding)
            words["Decimal mark"] = "comma" if self.decimal == "," else "point"
        if len(self.sheets) > 1:
            words["Sheet"] = self.sheet
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
    sheet: str = ""
    sheets: tuple[str, ...] = ()


def read_table(
    source: str | Path | bytes,
    name: str | None = None,
    *,
    separator: str | None = None,
    encoding: str | None = None,
    decimal: str | None = None,
    header: bool | None = None,
    missing: Sequence[str] | None = None,
    sheet: str | None = None,
    categories: Sequence[str] = (),
    missing_values: Sequence[tuple[str, str]] = (),
    fewest_rows: int = 2,
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
    header : bool, optional
        Whether the first row of the table holds the names of its columns; found by default.
    missing : sequence of str, optional
        The marks that count as missing, instead of those above.
    sheet : str, optional
        The sheet of a workbook; by default the first that holds anything.
    categories : sequence of str
        Columns that stay words even where their values look like numbers.
    missing_values : sequence of (column, value)
        Values that count as missing in one column.
    fewest_rows : int
        Rows that the table must have; one is enough for rows that are only scored.

    Raises
    ------
    TableError
        The file can't be read as a table of at least two rows and two columns.
    ColumnError
        A column of ``categories`` or ``missing_values`` is not in the table.
    """
    options = ReadingOptions(
        separator, encoding, decimal, header, None if missing is None else tuple(missing), sheet,
        tuple(categories), tuple(missing_values),
    )  # fmt: skip
    content = load(source, name)
    if content.format == "csv":
        raw = _read_text(content, options)
    elif content.format == "xlsx":
        found = parse_workbook(content.data, content.name, sheet, header)
        raw = _Columns(found.header, found.columns, found.header_line, "", "", "", found.findings)
        raw = replace(raw, sheet=found.title, sheets=found.titles)
    else:
        stored = parse_parquet(content.data, content.name)
        raw = _Columns(stored.header, stored.columns, 0, "", "", "", stored.findings)
    return _table(content, raw, options, fewest_rows)


def _read_text(content: Content, options: ReadingOptions) -> _Columns:
    utf8, found = to_utf8(content.data, content.name, options.encoding)
    # Four bytes at most make a character, so the sniffer sees all of its sample.
    sample = utf8[: 8 * 1024**2].decode("utf-8", errors="ignore")
    layout = sniff(sample, content.name, options.separator, options.decimal, options.header)
    text = parse(utf8, content.name, layout, _named_places(layout.header, options))
    findings = layout.findings + text.findings + _encoding_finding(found, options.encoding)
    return _Columns(
        layout.header,
        text.columns,
        layout.header_line,
        layout.dialect.separator,
        found,
        layout.decimal,
        findings,
    )


def _named_places(header: tuple[str, ...] | None, options: ReadingOptions) -> list[int]:
    """Positions of the columns of which something was said, whose values are needed as they are written."""
    if not options.categories and not options.missing_values:
        return []
    names, _ = tidy_names(header, len(header)) if header else ((), ())
    said = {*options.categories, *(column for column, _ in options.missing_values)}
    # Without a header the names are only numbers of columns, and it is not worth while to find them.
    return [place for place, name in enumerate(names) if name in said] if header else list(range(100_000))


def _table(content: Content, raw: _Columns, options: ReadingOptions, fewest_rows: int) -> Table:
    names, name_findings = tidy_names(raw.header, len(raw.columns))
    rows = len(raw.columns[0]) if raw.columns else 0
    _require_size(content.name, rows, names, fewest_rows)
    options.require_columns(names)
    converted = [
        _convert(name, column, raw.decimal, options) for name, column in zip(names, raw.columns, strict=True)
    ]
    # Putting the columns into one block copies them all, which pays for very wide tables only.
    wide = len(converted) > _MANY_COLUMNS
    frame = pd.DataFrame({column.values.name: column.values for column in converted}, copy=wide)
    reading = Reading(
        content.format, content.compression, raw.separator, raw.encoding, raw.decimal,
        raw.header_line, rows, len(names), raw.sheet, raw.sheets, options,
    )  # fmt: skip
    findings = [*_misnamed_finding(content), *raw.findings, *name_findings]
    findings += [finding for column in converted for finding in column.findings]
    findings += _mark_findings(converted)
    return Table(content.name, frame, reading, fingerprint(frame), by_severity(findings))


def _convert(name: str, column: pa.ChunkedArray, decimal: str, options: ReadingOptions) -> Converted:
    import pyarrow.types as kinds

    if kinds.is_floating(column.type):
        return convert_numbers(name, column.to_numpy(), options)
    return convert(name, column, decimal or ".", options)


def _require_size(name: str, rows: int, names: tuple[str, ...], fewest_rows: int) -> None:
    if len(names) < 2:
        raise TableError(
            f'"{name}" has only one column ({some(names)}). '
            "A study needs an outcome, a feature and a sensitive column.",
            option="separator",
        )
    if rows < fewest_rows:
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
    return (Finding("note", None, what, "If accents look wrong, choose another encoding."),)


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
        mend = Fix("keep_mark", None, mark) if mark in MISSING_MARKS else None
        remedy = "If it means something, keep it as a value." if mend else "Mend these cells in the file."
        findings.append(Finding("note", one, what, remedy, mend))
    return findings


def tidy_names(written: Sequence[str] | None, width: int) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Return ``width`` names, all different, and what was changed.

    Names lose the spaces around them; an empty one becomes "column 3", a repeated one "x1 (2)".
    """
    given = [name.strip() for name in written] if written is not None else [""] * width
    names: list[str] = []
    unnamed: list[str] = []
    repeated: list[str] = []
    reserved = {name for name in given if name}
    for place, name in enumerate(given, start=1):
        wanted = name or f"column {place}"
        chosen = _free(wanted, names, reserved if not name or name in names else set())
        if not name:
            unnamed.append(chosen)
        elif chosen != name:
            repeated.append(chosen)
        names.append(chosen)
    findings = _repeated_finding(repeated)
    if written is not None:
        findings += _unnamed_finding(unnamed)
    return tuple(names), findings


def _free(wanted: str, taken: Sequence[str], reserved: set[str]) -> str:
    """Return ``wanted``, or the first of "wanted (2)", "wanted (3)", … that no other column has."""
    chosen, number = wanted, 2
    while chosen in taken or chosen in reserved:
        chosen, number = f"{wanted} ({number})", number + 1
    return chosen


def _repeated_finding(repeated: list[str]) -> tuple[Finding, ...]:
    if not repeated:
        return ()
    what = f"Two or more columns have the same name; the later ones are called {some(repeated, 5)}."
    return (
        Finding("warning", repeated[0], what, "Check which column is meant, or rename them in the file."),
    )


def _unnamed_finding(unnamed: list[str]) -> tuple[Finding, ...]:
    if not unnamed:
        return ()
    what = f"The header has no name for {some(unnamed, 5)}."
    return (Finding("note", unnamed[0], what, "Name the column in the file if it matters."),)
