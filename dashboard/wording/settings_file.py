"""What is said of settings that come from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.wording.escape import plain

TITLE = "Take roles and settings from a file"
LABEL = "A settings file (JSON), or the study.json of a study"
HELP = "Download one on the Studies page. It holds roles and settings, no data."
DOWNLOAD = "Settings (JSON)"
KEEP_NOTHING = "Back to the default settings"
_MOST_NAMED = 6


def taken(name: str) -> str:
    """Say that a file was read."""
    return f"Roles and settings were taken from {plain(name)}."


def absent(columns: Sequence[str]) -> str:
    """Name the columns that the table lacks; they have no part in the study."""
    noun = "a column" if len(columns) == 1 else f"{len(columns)} columns"
    them = "it" if len(columns) == 1 else "them"
    return (
        f"The file names {noun} that this table lacks: {_listed(columns)}. What it says of {them} was left "
        "out. Check the parts of the columns before you train."
    )


def unmentioned(columns: Sequence[str]) -> str:
    """Name the columns of the table of which the file says nothing."""
    noun = "1 column" if len(columns) == 1 else f"{len(columns)} columns"
    return f"The file says nothing of {noun}, left out of the study: {_listed(columns)}."


def unseen(settings: Mapping[str, object]) -> str:
    """Say which settings that came from a file have no control in the form."""
    said = ", ".join(f"{plain(name)} {plain(value)}" for name, value in settings.items())
    return f"From the file, and not in this form: {said}."


def lost(settings: Mapping[str, str]) -> str:
    """Say which settings of a file the form can't show."""
    said = ", ".join(f"{plain(name)} {plain(value)}" for name, value in settings.items())
    return f"This form, with this table, can't take from the file: {said}. The command line can."


def _listed(columns: Sequence[str]) -> str:
    more = len(columns) - _MOST_NAMED
    return ", ".join(plain(name) for name in columns[:_MOST_NAMED]) + (
        f" and {more} more" if more > 0 else ""
    )
