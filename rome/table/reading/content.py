"""What a file is, told by its content and never by its name."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

from rome.errors import TableError

Format = Literal["csv", "parquet", "xlsx"]
#: The most that a file may hold once unpacked; a small archive can hide far more.
MOST_BYTES = 4 * 1024**3
_CHUNK = 8 * 1024**2
_REFUSED = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "Save it as .xlsx or CSV first."),
    (b"%PDF", "a PDF document", "Export the table as CSV first."),
    (b"BZh", "a bzip2 archive", "Unpack it first."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "Unpack it first."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"SQLite format 3", "an SQLite database", "Export the table as CSV first."),
    (b"\x89PNG", "a picture", "Choose a CSV, Excel or Parquet file."),
    (b"\x89HDF", "an HDF5 file", "Export the table as CSV or Parquet first."),
    (b"ARROW1", "an Arrow file", "Save it as Parquet or CSV first."),
)
_NAMED = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}
FORMAT_WORDS = {"csv": "text with separators", "parquet": "Parquet", "xlsx": "an Excel workbook"}
_OTHER_SHEETS = {
    "xl/workbook.bin": "a binary Excel workbook (.xlsb)",
    "content.xml": "an OpenDocument file (.ods)",
}
#: What a document of Office under a password holds.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Content:
    """A file's unpacked bytes, the name to show, and what the bytes are."""

    data: bytes
    name: str
    format: Format
    compression: Literal["", "gzip"]

    @property
    def misnamed(self) -> bool:
        """Whether the name's ending promises another format."""
        path = Path(self.name.lower())
        ending = Path(path.stem).suffix if path.suffix in (".gz", ".gzip") else path.suffix
        return ending in _NAMED and _NAMED[ending] != self.format


def load(source: str | Path | bytes, name: str | None) -> Content:
    """Read and unpack ``source`` and tell its format.

    Raises
    ------
    TableError
        There is no such file, it is empty, or it is nothing that ROME reads.
    """
    data, name = _bytes_and_name(source, name)
    if not data:
        raise TableError(f'"{name}" is empty (0 bytes). Choose a file with a header and rows.')
    compression: Literal["", "gzip"] = ""
    if data[:2] == b"\x1f\x8b":
        data, compression = _unpack(data, name), "gzip"
    return Content(data, name, _format(data, name), compression)


def _bytes_and_name(source: str | Path | bytes, name: str | None) -> tuple[bytes, str]:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source), name or "table"
    path = Path(source)
    if not path.exists():
        raise TableError(f'There is no file "{path}". Check the path.')
    if not path.is_file():
        raise TableError(f'"{path}" is a folder, not a file. Give one CSV, Excel or Parquet file.')
    try:
        return path.read_bytes(), name or path.name
    except OSError as error:
        raise TableError(f'"{path}" can\'t be opened ({error.strerror}). Check its permissions.') from error


def _unpack(data: bytes, name: str) -> bytes:
    pieces, size = [], 0
    try:
        with gzip.open(BytesIO(data)) as stream:
            while piece := stream.read(_CHUNK):
                size += len(piece)
                if size > MOST_BYTES:
                    raise TableError(
                        f'"{name}" unpacks to more than {MOST_BYTES / 1024**3:.0f} GB. '
                        "Take a sample of its rows."
                    )
                pieces.append(piece)
    except (OSError, EOFError, zlib.error) as error:
        raise TableError(
            f'"{name}" is a damaged gzip archive ({error}). Make or download it again.'
        ) from error
    if not size:
        raise TableError(
            f'"{name}" is a gzip archive of an empty file. Choose a file with a header and rows.'
        )
    return b"".join(pieces)


def _format(data: bytes, name: str) -> Format:
    for magic, what, remedy in _REFUSED:
        if data.startswith(magic):
            if _ENCRYPTED in data:
                raise TableError(f'"{name}" is protected with a password. Save it without one, or as CSV.')
            raise TableError(f'"{name}" is {what}, which ROME does not read. {remedy}')
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _require_workbook(data, name)
        return "xlsx"
    if data[257:262] == b"ustar":
        raise TableError(f'"{name}" is a tar archive. Unpack it first and choose the table in it.')
    return "csv"


def _require_workbook(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise TableError(f'"{name}" is a damaged zip archive ({error}). Download it again.') from error
    for member, what in _OTHER_SHEETS.items():
        if any(each.filename == member for each in members):
            raise TableError(f'"{name}" is {what}, which ROME does not read. Save it as .xlsx or CSV first.')
    if not any(member.filename.startswith("xl/") for member in members):
        inside = ", ".join(member.filename for member in members[:3])
        raise TableError(f'"{name}" is a zip archive ({inside}). Unpack it first and choose the table in it.')
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise TableError(f'"{name}" unpacks to more than {MOST_BYTES / 1024**3:.0f} GB. Save it as CSV.')
