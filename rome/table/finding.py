"""The form in which everything about a table is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from rome.serialize.codec import ABSENT_IS_DEFAULT
from rome.table.fix import Fix

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


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
