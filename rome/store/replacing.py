"""A study that is made again takes the place of the one before, and loses nothing that people added to it."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from rome.serialize.atomic import draft_of

#: What people add to a study: its label, named cohorts, and the draft of its report.
ADDED = ("label.json", "cohorts.json", "report.json")


def replace_study(draft: Path, target: Path) -> None:
    """Move a study's draft to its place.

    What people added is taken along. Somebody may add more while that goes on: so the old folder is moved
    aside first, where nobody writes any more, and what came into it late follows, unless the new folder has
    something newer by then.

    Raises
    ------
    OSError
        The folder can't be replaced; the one before stays.
    """
    taken = {name: _content(target / name) for name in ADDED}
    for name, content in taken.items():
        if content is not None:
            (draft / name).write_bytes(content)
    aside = draft_of(target.with_name(f"{target.name}.before"))
    shutil.rmtree(aside, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        target.replace(aside)
    try:
        draft.replace(target)
    except OSError:
        if aside.is_dir() and not target.exists():
            aside.replace(target)
        raise
    for name, content in taken.items():
        _follow(aside / name, target / name, content)
    shutil.rmtree(aside, ignore_errors=True)


def _follow(late: Path, place: Path, taken: bytes | None) -> None:
    """Bring what came after it was ``taken``, where its new place still has what was taken."""
    came = _content(late)
    if came in (taken, None) or _content(place) != taken:
        return
    draft = draft_of(place)
    draft.write_bytes(came)
    draft.replace(place)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
