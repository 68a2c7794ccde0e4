"""The first sheet of an Excel workbook to columns of text."""

from __future__ import annotations

import datetime
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from rome.errors import TableError
from rome.table.finding import Finding, some

if TYPE_CHECKING:
    import pyarrow as pa
    from openpyxl import Workbook


@dataclass(frozen=True)
class Sheet:
    """Names (as written), columns of text, the row (from 1) of the header, and findings."""

    header: tuple[str, ...]
    header_line: int
    columns: tuple[pa.ChunkedArray, ...]
    findings: tuple[Finding, ...]


def parse_workbook(data: bytes, name: str) -> Sheet:
    """Return the first sheet that holds anything; formulas give the values that Excel stored.

    Raises
    ------
    TableError
        The workbook is damaged or protected, or every sheet is empty.
    """
    import pyarrow as pa

    title, rows, others = _first_filled_sheet(data, name)
    start = _header_row(rows)
    header, body = rows[start], rows[start + 1 :]
    width = max(len(row) for row in rows[start:])
    while width and not any(len(row) >= width and row[width - 1].strip() for row in rows[start:]):
        width -= 1
    # Excel remembers rows that were cleared; they are no rows of the table.
    while body and not any(cell.strip() for cell in body[-1]):
        body = body[:-1]
    padded = [(row + [""] * width)[:width] for row in body]
    columns = zip(*padded, strict=True) if padded else [()] * width
    arrays = tuple(pa.chunked_array([pa.array(column, pa.large_string())]) for column in columns)
    return Sheet(
        tuple((header + [""] * width)[:width]),
        start + 1,
        arrays,
        (*_others_finding(title, others), *_preamble_finding(rows[:start])),
    )


def _first_filled_sheet(data: bytes, name: str) -> tuple[str, list[list[str]], list[str]]:
    workbook = _open(data, name)
    try:
        titles = [sheet.title for sheet in workbook.worksheets]
        for sheet in workbook.worksheets:
            # Some programs store a wrong extent, which would cut the sheet short.
            sheet.reset_dimensions()
            rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
            if any(cell for row in rows for cell in row):
                return sheet.title, rows, [title for title in titles if title != sheet.title]
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise _damaged(name, error) from error
    finally:
        workbook.close()
    raise TableError(f'Every sheet of the workbook "{name}" is empty. Choose a file with a header and rows.')


def _open(data: bytes, name: str) -> Workbook:
    import warnings

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and validation rules, which hold no data.
            warnings.simplefilter("ignore", UserWarning)
            return load_workbook(BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, OSError, TypeError, zipfile.BadZipFile) as error:
        raise _damaged(name, error) from error


def _damaged(name: str, error: Exception) -> TableError:
    return TableError(
        f'The workbook "{name}" is damaged ({error}). Save it again from Excel, or save it as CSV.'
    )


def _text(cell: object) -> str:
    """Return a cell as the text that a CSV file would hold."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    if isinstance(cell, (datetime.datetime, datetime.date, datetime.time)):
        return cell.isoformat(*([" "] if isinstance(cell, datetime.datetime) else []))
    return repr(cell) if isinstance(cell, float) else str(cell)


def _header_row(rows: list[list[str]]) -> int:
    """The first row that fills at least two thirds of the usual width; titles above it fill less."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:200]]
    usual = max(filled)
    return next(place for place, count in enumerate(filled) if count * 3 >= usual * 2)


def _others_finding(title: str, others: list[str]) -> tuple[Finding, ...]:
    if not others:
        return ()
    what = f'The sheet "{title}" was read, and {len(others)} others were not ({some(others)}).'
    if len(others) == 1:
        what = f'The sheet "{title}" was read, and another was not ({some(others)}).'
    return (Finding("note", None, what, "If the data are elsewhere, save that sheet as a file of its own."),)


def _preamble_finding(skipped: list[list[str]]) -> tuple[Finding, ...]:
    lines = [" ".join(cell for cell in row if cell) for row in skipped]
    lines = [line for line in lines if line]
    if not lines:
        return ()
    what = f"What stands above the header was left out: {some(lines)}."
    return (
        Finding(
            "warning", None, what, "Check that the column names are right; else delete the rows above it."
        ),
    )
