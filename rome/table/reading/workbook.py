"""A sheet of a workbook to columns of text or numbers."""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree
from xml.parsers import expat

from rome.errors import TableError
from rome.table.columns import number_text
from rome.table.finding import Finding, some

if TYPE_CHECKING:
    import pyarrow as pa

Cell = str | float | bool | datetime.date | datetime.time | datetime.timedelta

#: The most cells, empty ones included, of a sheet that is read: it takes about 4 GB of memory.
MOST_CELLS = 100_000_000
#: Beyond so many cells, at least one in ``_SPARSEST`` must hold something.
_SPARSE_CELLS, _SPARSEST = 10_000_000, 100
_BLOCK = 1 << 20
#: A larger sheet is looked at as a stream only.
_MOST_AT_ONCE = 256 << 20
#: Cells of a sheet that is small in any case: at most 26 columns and 99,999 rows, or 702 and 9,999.
_NEAR = (re.compile(rb'<c r="[A-Z][1-9]\d{0,4}"'), re.compile(rb'<c r="[A-Z]{1,2}[1-9]\d{0,3}"'))
_ANY_CELL = re.compile(rb"<c[^A-Za-z]")
#: What asks for a closer look: errors, names with a prefix, and declarations.
_CLOSER = re.compile(rb"""t\s*=\s*["']e["']|:c\b|<!""")
_FAULTS = (
    KeyError,
    ValueError,
    OSError,
    EOFError,
    RuntimeError,
    zlib.error,
    zipfile.BadZipFile,
    ElementTree.ParseError,
    expat.ExpatError,
)
#: How the relation of a sheet to its file is named, in the usual and in the strict form of the format.
_RELATION = "relationships}id"


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
    member = archive.getinfo(_member(archive, title))
    if member.file_size <= _MOST_AT_ONCE and _is_plain(archive.read(member)):
        return []
    look = _Extent()
    with archive.open(member) as sheet:
        look.read(sheet)
    cells = look.rows * look.columns
    if cells > MOST_CELLS or (cells > _SPARSE_CELLS and look.filled * _SPARSEST < cells):
        raise TableError(
            f'The sheet "{title}" of "{name}" spans {look.rows:,} rows and {look.columns:,} columns, too '
            "many to be read. Delete the cells that stand far from the table, or save the table as CSV."
        )
    return look.errors


def _is_plain(sheet: bytes) -> bool:
    """Whether every cell says where it stands, all of them near, and none holds an error: the usual sheet."""
    cells = len(_ANY_CELL.findall(sheet))
    if not cells or _CLOSER.search(sheet):
        return False
    return any(len(near.findall(sheet)) == cells for near in _NEAR)


class _Extent:
    """How far the filled cells of a sheet reach, how many there are, and which hold an error.

    The sheet is read as a stream, so that its size does not matter. A row or cell without a place of its own
    follows the one before it, as in the format.
    """

    def __init__(self) -> None:
        self.rows = self.columns = self.filled = 0
        self.errors: list[tuple[int, int, str]] = []
        self._row = self._column = -1
        self._is_error = False
        self._text: list[str] | None = None

    def read(self, sheet: IO[bytes]) -> None:
        """Look at a whole sheet; what is no XML raises ``ExpatError``."""
        parser = expat.ParserCreate(namespace_separator="}")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        while block := sheet.read(_BLOCK):
            parser.Parse(block, False)
        parser.Parse(b"", True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition("}")[2]
        if kind == "c":
            place = attributes.get("r")
            if place is None:
                self._column += 1
            else:
                letters = place.rstrip("0123456789")
                self._row, self._column = int(place[len(letters) :]) - 1, _position(letters)
            self._is_error = attributes.get("t") == "e"
        elif kind in ("v", "is"):
            self.filled += 1
            self.rows, self.columns = max(self.rows, self._row + 1), max(self.columns, self._column + 1)
            self._text = [] if self._is_error else None
        elif kind == "row":
            place = attributes.get("r")
            self._row, self._column = self._row + 1 if place is None else int(place) - 1, -1

    def _data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        if self._text is not None and tag.endswith("}v"):
            self.errors.append((self._row, self._column, "".join(self._text)))
            self._text = None


def _member(archive: zipfile.ZipFile, title: str) -> str:
    """Return the path in the archive of the sheet with this title."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): str(each.get("Target")) for each in relations}
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    sheet = next(
        each for each in workbook.iter() if each.tag.endswith("}sheet") and each.get("name") == title
    )
    target = targets[next(value for key, value in sheet.items() if key.endswith(_RELATION))]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _position(letters: str) -> int:
    """Return the position (from 0) of a column: A is 0, AA is 26."""
    if not (letters.isascii() and letters.isalpha()):
        raise ValueError(f"a cell stands in column {letters!r:.20}")
    place = 0
    for letter in letters.upper():
        place = 26 * place + ord(letter) - 64
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
