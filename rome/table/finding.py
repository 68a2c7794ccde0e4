"""The form in which everything about a table is told, and what can be done about it in one step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from rome.serialize.codec import ABSENT_IS_DEFAULT

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
FixCode = Literal[
    "leave_out",
    "as_prediction",
    "as_categories",
    "value_missing",
    "keep_mark",
    "has_header",
    "decimal",
    "separator",
    "encoding",
]


#: The role that a step gives a column.
_ROLES = {"leave_out": "ignore", "as_prediction": "prediction"}


@dataclass(frozen=True)
class Fix:
    """One step that answers a finding.

    ``code`` says what is done: a column is left out of the study, audited as a prediction, or read as
    categories; a value of a column counts as missing; a mark that counted as missing is kept as a value; the
    first line holds the names; or the decimal mark, separator or encoding is set. ``value`` is what it is
    done with; empty where the user has to say it.
    """

    code: FixCode
    column: str | None = None
    value: str = ""

    @property
    def needs_reading(self) -> bool:
        """Whether the file has to be read again for it; otherwise a role is changed."""
        return self.code not in _ROLES

    @property
    def role(self) -> str:
        """The role that the column is given by a step that changes its role."""
        return _ROLES[self.code]

    @property
    def is_ready(self) -> bool:
        """Whether everything is said that the step needs, so that one press is enough."""
        needs_value = self.code in ("value_missing", "keep_mark", "decimal", "separator", "encoding")
        return bool(self.value) or not needs_value


@dataclass(frozen=True)
class Finding:
    """One thing about a table: how grave, in which column, what it is and what to do.

    An ``error`` means that a study can't run; a ``warning`` that its numbers may mislead. ``remedy`` says in
    words what to do; ``mend`` is the same as a step that can be taken at once, where there is one.
    """

    severity: Severity
    column: str | None
    what: str
    remedy: str
    mend: Fix | None = field(default=None, metadata=ABSENT_IS_DEFAULT)


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings with the gravest first, otherwise in the order given."""
    return tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)))


def short(text: object, longest: int = 60) -> str:
    """Return a text, cut with an ellipsis when it is too long to be shown."""
    text = str(text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def some(names: Iterable[str], at_most: int = 3) -> str:
    """Return the first few names as quoted words, with an ellipsis when there are more."""
    names = list(names)
    shown = ", ".join(f'"{short(name)}"' for name in names[:at_most])
    return shown + (", …" if len(names) > at_most else "")


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """Return ``1 row`` or ``1,234 rows``."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def leave_out(column: object) -> Fix:
    """Return the step that leaves a column out of the study."""
    return Fix("leave_out", str(column))
