"""Files of our own: JSON under the name of a schema, arrays beside it, one way to say that they are damaged.

A file is written whole or not at all. What is wrong with one that is read becomes a ``StoreError`` that names
its place and what to do.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np

from rome.errors import RomeError, StoreError
from rome.serialize.atomic import replacing, write_whole
from rome.serialize.codec import from_plain, to_plain
from rome.serialize.csv_json import to_json

Body = TypeVar("Body")
Arrays = dict[str, np.ndarray]
#: What reading a file raises that was cut, changed, or is of something else.
DAMAGE = (
    RomeError,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    RuntimeError,
    zlib.error,
    zipfile.BadZipFile,
)


@dataclass(frozen=True)
class Document(Generic[Body]):
    """A kind of document: ``{"schema": ...}`` with the fields of a frozen dataclass, in one JSON file.

    Parameters
    ----------
    schema : str
        The name and number of the layout.
    name : str
        What it is called in messages: "comparison".
    remedy : str
        What to do where it can't be read: "make it again."
    body : type or None
        The dataclass; None where the values need more than their types to be put together, from ``load``.
    has_arrays : bool
        Arrays lie beside it, in a safetensors file of the same name. Messages then name the folder of both.
    """

    schema: str
    name: str
    remedy: str
    body: type[Body] | None = None
    has_arrays: bool = False

    def write(self, path: Path, body: Body | Mapping[str, object], arrays: Arrays | None = None) -> None:
        """Write a document; its arrays first, so that whoever finds it finds them.

        Raises
        ------
        OSError
            It can't be written; a document of before stays.
        """
        if self.has_arrays:
            write_safetensors(path.with_suffix(".safetensors"), arrays or {})
        write_whole(path, to_json({"schema": self.schema, **to_plain(body)}))

    def read(self, path: Path) -> Body:
        """Return the body of a document.

        Raises
        ------
        StoreError
            It can't be read, is of another layout, or is damaged.
        """
        plain, _ = self.load(path)
        with self.damage(path):
            return from_plain(self.body, plain)

    def load(self, path: Path) -> tuple[dict[str, Any], Arrays]:
        """Return a document's plain values, of this layout but unchecked beyond, and its arrays.

        Raises
        ------
        StoreError
            It can't be read, or is of another layout.
        """
        place = self._place(path)
        try:
            plain = read_json(path)
            arrays = read_safetensors(path.with_suffix(".safetensors")) if self.has_arrays else {}
        except (OSError, ValueError) as error:
            remedy = self.remedy[0].upper() + self.remedy[1:]
            raise StoreError(f'No {self.name} can be read from "{place}": {error}. {remedy}') from error
        found = plain.get("schema") if isinstance(plain, dict) else None
        if found != self.schema:
            raise StoreError(
                f'"{place}" holds a {self.name} of layout {found!r:.40}, not {self.schema!r}; {self.remedy}'
            )
        return plain, arrays

    def damage(self, path: Path) -> contextlib.AbstractContextManager[None]:
        """Turn what is found wrong inside this context into the error that the document is damaged."""
        return damage_to(f'The {self.name} in "{self._place(path)}"', self.remedy)

    def _place(self, path: Path) -> Path:
        return path.parent if self.has_arrays else path


@contextlib.contextmanager
def damage_to(what: str, remedy: str) -> Iterator[None]:
    """Raise ``StoreError``, "``what`` is damaged (why); ``remedy``", for whatever reading a file raises."""
    try:
        yield
    except DAMAGE as error:
        raise StoreError(f"{what} is damaged ({error}); {remedy}") from error


@contextlib.contextmanager
def disk_refuses(what: str, remedy: str = "") -> Iterator[None]:
    """Raise ``StoreError``, "``what``: why. ``remedy``", where the disk refuses to write, move or remove."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{what}: {error.strerror or error}. {remedy}".rstrip()) from error


def read_json(path: Path) -> Any:
    """Return the plain values of a JSON file; ``OSError`` or ``ValueError`` where it can't be read."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_npz(path: Path, **arrays: np.ndarray) -> None:
    """Write arrays into one compressed file of NumPy's."""
    with replacing(path) as draft, draft.open("wb") as file:
        np.savez_compressed(file, **arrays)


def read_npz(path: Path) -> Arrays:
    """Return the arrays of a file of NumPy's; nothing in it is executed."""
    # NumPy leaves a file open that it opened itself and can't read.
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def write_safetensors(path: Path, arrays: Arrays) -> None:
    """Write arrays into a safetensors file."""
    from safetensors.numpy import save

    write_whole(path, save({name: np.ascontiguousarray(values) for name, values in arrays.items()}))


def read_safetensors(path: Path) -> Arrays:
    """Return the arrays of a safetensors file; ``OSError`` or ``ValueError`` where it can't be read."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return load_file(path)
    except SafetensorError as error:
        raise ValueError(str(error)) from error


def content_hash(*content: object, digits: int = 16) -> str:
    """Return hex digits that stand for plain values: the same content, the same digits."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:digits]
