"""Comparisons of models in a library: where they lie, which there are, and what was kept of unfinished ones.

All comparisons of one table share a folder, ``comparisons/FINGERPRINT``: what was fitted for one of them need
not be fitted for the next.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from rome.compare import CompareSettings, ComparisonResult, read_comparison, write_comparison
from rome.errors import StoreError
from rome.serialize.atomic import write_whole
from rome.serialize.codec import from_plain, to_plain
from rome.serialize.document import DAMAGE, disk_refuses, read_json
from rome.store import Library
from rome.table import Roles

_ASKED, _DOCUMENT = "asked.json", "comparison.json"
_FINGERPRINT = re.compile(r"[0-9a-f]{16,}")
_IDENTITY = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Asked:
    """A comparison that was begun: of which roles and settings, and whether it is finished."""

    identity: str
    roles: Roles
    settings: CompareSettings
    is_kept: bool


def home(library: Library, fingerprint: str) -> Path:
    """Return the folder of all comparisons of a table.

    Raises
    ------
    StoreError
        ``fingerprint`` is none.
    """
    if not _FINGERPRINT.fullmatch(fingerprint):
        raise StoreError(f'"{fingerprint[:40]}" is no fingerprint of a table. Open the table again.')
    return library.comparisons(fingerprint)


def _folder(library: Library, fingerprint: str, identity: str) -> Path:
    if not _IDENTITY.fullmatch(identity):
        raise StoreError(f'"{identity[:40]}" is no comparison. Its name is 16 of the digits 0-9, a-f.')
    return home(library, fingerprint) / identity


def has_comparison(library: Library, fingerprint: str, identity: str) -> bool:
    """Return whether a finished comparison of this identity is here."""
    return (_folder(library, fingerprint, identity) / _DOCUMENT).is_file()


def load_comparison(library: Library, fingerprint: str, identity: str) -> ComparisonResult:
    """Return a finished comparison.

    Raises
    ------
    StoreError
        It isn't here, or is damaged.
    """
    return read_comparison(_folder(library, fingerprint, identity))


def keep_comparison(library: Library, result: ComparisonResult) -> None:
    """Keep a finished comparison: the scores first, so that one that is there is whole.

    Raises
    ------
    StoreError
        It can't be written.
    """
    write_comparison(result, _folder(library, result.fingerprint, result.comparison_id))


def begin_comparison(
    library: Library, fingerprint: str, identity: str, roles: Roles, settings: CompareSettings
) -> None:
    """Note what a comparison is about before it begins, so that it can be found while it goes on.

    Raises
    ------
    StoreError
        It can't be written.
    """
    path = _folder(library, fingerprint, identity) / _ASKED
    plain = {"roles": roles.as_dict(), "settings": to_plain(settings)}
    with disk_refuses(f'The comparison can\'t be kept in "{path.parent}"', "Make room there."):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(plain).encode())


def asked_comparisons(library: Library, fingerprint: str) -> tuple[Asked, ...]:
    """Return what was asked of a table, finished or not, newest first; what can't be read is passed over."""
    found = list(home(library, fingerprint).glob(f"*/{_ASKED}"))
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return tuple(asked for path in found if (asked := _read(path)) is not None)


def _read(path: Path) -> Asked | None:
    try:
        plain = read_json(path)
        roles = Roles.from_dict(plain["roles"])
        settings = from_plain(CompareSettings, plain["settings"], "settings")
    except DAMAGE:
        # Of another version, or damaged: it is asked again like one that never was.
        return None
    return Asked(path.parent.name, roles, settings, (path.parent / _DOCUMENT).is_file())
