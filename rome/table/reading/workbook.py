"""A sheet of an Excel workbook to columns of text."""

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
    """Names (as written; None without a header), columns of text, the row (from 1) of the header (0 without),
    findings, the sheet's title, and the titles of all sheets."""

    header: tuple[str, ...] | None
    header_line: int
    columns: tuple[pa.ChunkedArray, ...]
    findings: tuple[Finding, ...]
    title: str
    titles: tuple[str, ...]


def parse_workbook(data: bytes, name: str, sheet: str | None = None, has_header: bool | None = None) -> Sheet:
    """Return one sheet; formulas give the values that Excel stored.

    Parameters
    ----------
    data : bytes
    name : str
        The file's name, for messages.
    sheet : str or None
        Title of the sheet; None takes the first that holds anything.
    has_header : bool or None
        False where the first row of the table is a row like any other.

    Raises
    ------
    TableError
        The workbook is damaged or protected, the sheet is not in it, or there is nothing on it.
    """
    import pyarrow as pa

    title, rows, titles = _filled_sheet(data, name, sheet)
    start = _header_row(rows)
    header, body = rows[start], rows[start + 1 :]
    if has_header is False:
        header, body = [], rows[start:]
    width = max(len(row) for row in rows[start:])
    while width and not any(len(row) >= width and row[width - 1].strip() for row in rows[start:]):
        width -= 1
    # Excel remembers rows that were cleared; they are no rows of the table.
    while body and not any(cell.strip() for cell in body[-1]):
        body = body[:-1]
    padded = [(row + [""] * width)[:width] for row in body]
    columns = zip(*padded, strict=True) if padded else [()] * width
    arrays = tuple(pa.chunked_array([pa.array(column, pa.large_string())]) for column in columns)
    others = [] if sheet else [each for each in titles if each != title]
    return Sheet(
        tuple((header + [""] * width)[:width]) if header else None,
        start + 1 if header else 0,
        arrays,
        (*_others_finding(title, others), *_preamble_finding(rows[:start])),
        title,
        titles,
    )


def _filled_sheet(data: bytes, name: str, asked: str | None) -> tuple[str, list[list[str]], tuple[str, ...]]:
    """Return the title and the rows of the sheet that is asked for, or of the first that holds anything."""
    workbook = _open(data, name)
    try:
        titles = tuple(sheet.title for sheet in workbook.worksheets)
        for sheet in workbook.worksheets:
            if asked is not None and sheet.title != asked:
                continue
            # Some programs store a wrong extent, which would cut the sheet short.
            sheet.reset_dimensions()
            rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
            if any(cell for row in rows for cell in row):
                return sheet.title, rows, titles
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise _damaged(name, error) from error
    finally:
        workbook.close()
    _require_sheet(asked, titles, name)
    if asked is not None:
        raise TableError(f'The sheet "{asked}" of "{name}" is empty. Choose another sheet.', option="sheet")
    raise TableError(f'Every sheet of the workbook "{name}" is empty. Choose a file with a header and rows.')


def _require_sheet(asked: str | None, titles: tuple[str, ...], name: str) -> None:
    if asked is not None and asked not in titles:
        raise TableError(
            f'"{name}" has no sheet "{asked}"; its sheets are {some(titles, 10)}. Choose one of them.',
            option="sheet",
        )


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
    return (Finding("note", None, what, "If the data are elsewhere, choose that sheet."),)


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
