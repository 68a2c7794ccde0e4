"""What can be done about a finding in one step, said so that a page and a command line can each word it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

MendCode = Literal[
    "leave_out",
    "as_categories",
    "value_missing",
    "keep_mark",
    "has_header",
    "decimal",
    "separator",
    "encoding",
]
MEND_CODES: tuple[MendCode, ...] = get_args(MendCode)


@dataclass(frozen=True)
class Fix:
    """One step that answers a finding.

    ``code`` says what is done: a column is left out of the study, or read as categories; a value of a column
    counts as missing; a mark that counted as missing is kept as a value; the first line holds the names; or
    the decimal mark, separator or encoding is set. ``value`` is what it is done with; empty where the user
    has to say it.
    """

    code: MendCode
    column: str | None = None
    value: str = ""

    @property
    def needs_reading(self) -> bool:
        """Whether the file has to be read again for it; otherwise a role is changed."""
        return self.code != "leave_out"

    @property
    def is_ready(self) -> bool:
        """Whether everything is said that the step needs, so that one press is enough."""
        needs_value = self.code in ("value_missing", "keep_mark", "decimal", "separator", "encoding")
        return bool(self.value) or not needs_value


def leave_out(column: object) -> Fix:
    """Return the step that leaves a column out of the study."""
    return Fix("leave_out", str(column))
