"""What is asked of a worker: a kind of work, its arguments and its table, as files that execute nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rome.errors import StoreError
from rome.runtime.versions import versions
from rome.serialize.document import content_hash, read_json
from rome.store.tables import has_table, read_table, write_table
from rome.table import Table

_REQUEST = "request.json"


@dataclass(frozen=True)
class Request:
    """Work that is asked for.

    Parameters
    ----------
    kind : str
        Name of a registered kind of work.
    arguments : mapping
        Plain values (as JSON holds them) that decide the result together with the table.
    table : Table or None
    identity : str
        16 hex digits: the same kind, table, arguments and version, the same identity. Filled in where it is
        empty.
    title : str
        What the work is about, for people.
    expected : tuple of float or None
        Seconds that it is likely to take, from and to.
    """

    kind: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    table: Table | None = None
    identity: str = ""
    title: str = ""
    expected: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if not self.identity:
            fingerprint = self.table.fingerprint if self.table is not None else None
            object.__setattr__(self, "identity", identity(self.kind, fingerprint, self.arguments))

    def write(self, folder: Path) -> None:
        """Write the request into a folder that exists."""
        plain = {
            "kind": self.kind,
            "arguments": dict(self.arguments),
            "identity": self.identity,
            "title": self.title,
            "expected": None if self.expected is None else list(self.expected),
        }
        if self.table is not None:
            write_table(folder, self.table)
        (folder / _REQUEST).write_text(json.dumps(plain), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path, with_table: bool = True) -> Request:
        """Read a request back, with or without its table.

        Raises
        ------
        StoreError
            The folder holds no request that can be read.
        """
        try:
            plain = read_json(folder / _REQUEST)
            table = read_table(folder) if with_table and has_table(folder) else None
            expected = plain["expected"]
        except (OSError, ValueError, LookupError) as error:
            raise StoreError(f'The work in "{folder}" can\'t be read ({error}). Ask for it again.') from error
        return cls(
            plain["kind"],
            plain["arguments"],
            table,
            plain["identity"],
            plain["title"],
            None if expected is None else (float(expected[0]), float(expected[1])),
        )


def identity(kind: str, fingerprint: str | None, arguments: Mapping[str, object]) -> str:
    """Return the identity of some work, 16 hex digits."""
    content = [kind, fingerprint, arguments, versions()["rome"]]
    return content_hash(*content)
