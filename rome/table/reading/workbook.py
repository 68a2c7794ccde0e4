"""A sheet of a workbook to columns of text or numbers."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from rome.errors import TableError
from rome.table.columns import number_text
from rome.table.finding import Finding, some

if TYPE_CHECKING:
    import pyarrow as pa

Cell = str | float | bool | datetime.date | datetime.time | datetime.timedelta

#: The most cells, empty ones included, of a sheet that is read: it takes about 4 GB of memory.
MOST_CELLS = 100_000_000
#: A cell beyond the 702 columns and 99,999 rows that are few enough in any case.
_FAR = re.compile(rb"""\br=["'](?:[A-Z]{3}|[A-Z]*\d{6})""")
_CELL = re.compile(rb"""\br=["']([A-Z]*)(\d+)""")
#: A cell that Excel could not compute: its column, its row, and what stands there instead.
_ERROR = re.compile(
    rb'<c (?=[^>]*\bt="e")[^>]*?\br="([A-Z]+)(\d+)"[^>]*>(?:(?!</c>).)*?<v>([^<]+)</v>', re.DOTALL
)
_FAULTS = (KeyError, ValueError, OSError, zipfile.BadZipFile, ElementTree.ParseError)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Sheet:
    """Names (as written; None without a header), columns of text or float64, the row (from 1) of the header
    (0 without), findings, the sheet's title, and the titles of all sheets."""

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
        The workbook is damaged, the sheet is not in it or too large, or there is nothing on it.
    """
    title, rows, titles = _filled_sheet(data, name, sheet)
    start = _header_row(rows)
    end = len(rows)
    # Excel remembers rows that were cleared; they are no rows of the table.
    while all(map(_is_blank, rows[end - 1])):
        end -= 1
    columns = list(zip(*rows[start:end], strict=True))
    while all(map(_is_blank, columns[-1])):
        columns.pop()
    first = 0 if has_header is False else 1
    others = [] if sheet else [each for each in titles if each != title]
    return Sheet(
        tuple(_text(column[0]) for column in columns) if first else None,
        start + 1 if first else 0,
        tuple(_as_arrow(column[first:]) for column in columns),
        (*_others_finding(title, others), *_preamble_finding(rows[:start])),
        title,
        titles,
    )


def _filled_sheet(data: bytes, name: str, asked: str | None) -> tuple[str, list[list[Cell]], tuple[str, ...]]:
    """Return the title and the rows of the sheet that is asked for, or of the first that holds anything."""
    from python_calamine import CalamineError

    try:
        titles, sheets = _sheets(data, name, asked)
        for title, rows in sheets:
            if not all(_is_blank(cell) for row in rows for cell in row):
                return title, rows, titles
    except TableError:
        raise
    except (*_FAULTS, CalamineError) as error:
        raise _damaged(name, error) from error
    _require_sheet(asked, titles, name)
    if asked is not None:
        raise TableError(f'The sheet "{asked}" of "{name}" is empty. Choose another sheet.', option="sheet")
    raise TableError(f'Every sheet of the workbook "{name}" is empty. Choose a file with a header and rows.')


def _sheets(
    data: bytes, name: str, asked: str | None
) -> tuple[tuple[str, ...], Iterator[tuple[str, list[list[Cell]]]]]:
    """Return the titles of all sheets, and the rows of each (or of the one that is asked for) in turn."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    archive = zipfile.ZipFile(BytesIO(data))
    if bad := archive.testzip():
        # A member that is larger than it says would get past the limit on what a file may hold.
        raise zipfile.BadZipFile(f"bad checksum in {bad}")
    workbook = CalamineWorkbook.from_filelike(BytesIO(data))
    about = workbook.sheets_metadata
    titles = tuple(sheet.name for sheet in about if sheet.typ == SheetTypeEnum.WorkSheet)

    def rows_of(title: str) -> list[list[Cell]]:
        errors = _inspect(archive, name, title)
        rows = workbook.get_sheet_by_name(title).to_python(skip_empty_area=False)
        for row, column, text in errors:
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = text
        return rows

    return titles, ((title, rows_of(title)) for title in titles if asked in (None, title))


def _require_sheet(asked: str | None, titles: tuple[str, ...], name: str) -> None:
    if asked is not None and asked not in titles:
        raise TableError(
            f'"{name}" has no sheet "{asked}"; its sheets are {some(titles, 10)}. Choose one of them.',
            option="sheet",
        )


def _damaged(name: str, error: Exception) -> TableError:
    return TableError(
        f'The workbook "{name}" is damaged ({error}). Save it again from Excel, or save it as CSV.'
    )


def _inspect(archive: zipfile.ZipFile, name: str, title: str) -> list[tuple[int, int, str]]:
    """Return the cells of a sheet that hold an error, each with its row and column (from 0).

    calamine leaves such cells empty. It also makes room for every cell up to the last, so that a single cell
    far out would take all memory: the extent is looked at first.
    """
    sheet = archive.read(_member(archive, title))
    if _FAR.search(sheet):
        cells = set(_CELL.findall(sheet))
        rows = max(int(row) for _, row in cells)
        columns = max(_position(letters) + 1 for letters, _ in cells)
        if rows * columns > MOST_CELLS:
            raise TableError(
                f'The sheet "{title}" of "{name}" spans {rows:,} rows and {columns:,} columns, too many to '
                "be read. Delete the cells that stand far from the table, or save the table as CSV."
            )
    found = _ERROR.findall(sheet) if b't="e"' in sheet else []
    return [(int(row) - 1, _position(letters), text.decode()) for letters, row, text in found]


def _member(archive: zipfile.ZipFile, title: str) -> str:
    """Return the path in the archive of the sheet with this title."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): str(each.get("Target")) for each in relations}
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    keys = {each.get("name"): each.get(_RELATION) for each in workbook.iter() if each.tag.endswith("}sheet")}
    target = targets[keys[title]]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _position(letters: bytes) -> int:
    """Return the position (from 0) of a column: A is 0, AA is 26."""
    place = 0
    for letter in letters:
        place = 26 * place + letter - 64
    return place - 1


def _is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()


def _as_arrow(cells: Sequence[Cell]) -> pa.ChunkedArray:
    """Return a column as float64 where it holds numbers and empty cells only, else as text."""
    import pyarrow as pa

    kinds = set(map(type, cells))
    if (
        float in kinds
        and kinds <= {float, int, str}
        and not any(type(cell) is str and cell for cell in cells)
    ):
        # Adding 0 makes 0 of -0.
        numbers = [None if cell == "" else cell + 0.0 for cell in cells]
        return pa.chunked_array([pa.array(numbers, pa.float64())])
    return pa.chunked_array([pa.array([_text(cell) for cell in cells], pa.large_string())])


def _text(cell: Cell) -> str:
    """Return a cell as the text that a CSV file would hold."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (int, float)):
        return number_text(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    return str(cell) if isinstance(cell, datetime.timedelta) else cell.isoformat()


def _header_row(rows: list[list[Cell]]) -> int:
    """The first row that fills at least two thirds of the usual width; titles above it fill less."""
    filled = [sum(not _is_blank(cell) for cell in row) for row in rows[:200]]
    usual = max(filled)
    return next(place for place, count in enumerate(filled) if count * 3 >= usual * 2)


def _others_finding(title: str, others: list[str]) -> tuple[Finding, ...]:
    if not others:
        return ()
    what = f'The sheet "{title}" was read, and {len(others)} others were not ({some(others)}).'
    if len(others) == 1:
        what = f'The sheet "{title}" was read, and another was not ({some(others)}).'
    return (Finding("note", None, what, "If the data are elsewhere, choose that sheet."),)


def _preamble_finding(skipped: list[list[Cell]]) -> tuple[Finding, ...]:
    lines = [" ".join(text for text in map(_text, row) if text) for row in skipped]
    lines = [line for line in lines if line]
    if not lines:
        return ()
    what = f"What stands above the header was left out: {some(lines)}."
    return (
        Finding(
            "warning", None, what, "Check that the column names are right; else delete the rows above it."
        ),
    )
