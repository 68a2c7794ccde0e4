"""What a visitor does on the Score and What-if pages: plain data, kept with all else that they have open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rome.score.what_if import Value
from rome.table import Table


@dataclass
class ScoreVisit:
    """The study that scores ("" for the open one) and the table that it scores.

    ``problem`` says why the last file could not be read, ``refused`` names that upload. ``start`` is the row
    that a what-if began from, and ``drawn`` counts how often its form was filled anew.
    """

    study: str = ""
    table: Table | None = None
    problem: str = ""
    refused: str = ""
    uploads: int = 0
    start: Mapping[str, Value] = field(default_factory=dict)
    start_of: str = ""
    drawn: int = 0
