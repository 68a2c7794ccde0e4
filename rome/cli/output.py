"""How the commands speak to a terminal: one line each, without signs that would steer it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rome.cli import reading

if TYPE_CHECKING:
    from rome.table import Finding


def one_line(text: str) -> str:
    """Return text as one line without signs that would steer a terminal."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def finding_line(finding: Finding) -> str:
    """Return a finding with its step as the option that takes it."""
    where = f" [{finding.column}]" if finding.column else ""
    said = f"{finding.what} {finding.remedy}{reading.hint(finding.mend)}"
    return one_line(f"{finding.severity}{where}: {said}")


class Progress:
    """Says on stderr what is being done: one line a stage, and no more."""

    def __init__(self) -> None:
        self.stage = ""

    def __call__(self, share: float, what: str) -> None:
        if what != self.stage:
            self.stage = what
            print(f"{share:4.0%} {what}", file=sys.stderr, flush=True)
