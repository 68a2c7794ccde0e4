"""What is asked of a worker: a kind of work, its arguments and its table, as files that execute nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from rome.codec import from_plain, to_plain
from rome.errors import StoreError
from rome.table import Finding, Table
from rome.table.read import Reading
from rome.versions import versions

_REQUEST, _TABLE, _ABOUT_TABLE = "request.json", "table.parquet", "table.json"


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
            self.table.frame.to_parquet(folder / _TABLE, index=False, compression="zstd")
            about = {name: getattr(self.table, name) for name in ("name", "fingerprint")}
            about |= {"reading": to_plain(self.table.reading), "findings": to_plain(self.table.findings)}
            (folder / _ABOUT_TABLE).write_text(json.dumps(about), encoding="utf-8")
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
            plain = json.loads((folder / _REQUEST).read_text(encoding="utf-8"))
            table = _read_table(folder) if with_table and (folder / _ABOUT_TABLE).is_file() else None
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
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def has_table(folder: Path) -> bool:
    """Return whether the table of a request is still there."""
    return (folder / _ABOUT_TABLE).is_file()


def forget_table(folder: Path) -> None:
    """Remove the table of a request that will not be asked again from here."""
    for name in (_ABOUT_TABLE, _TABLE):
        (folder / name).unlink(missing_ok=True)


def _read_table(folder: Path) -> Table:
    about = json.loads((folder / _ABOUT_TABLE).read_text(encoding="utf-8"))
    return Table(
        name=about["name"],
        frame=pd.read_parquet(folder / _TABLE),
        reading=from_plain(Reading, about["reading"], "reading"),
        fingerprint=about["fingerprint"],
        findings=from_plain(tuple[Finding, ...], about["findings"], "findings"),
    )
