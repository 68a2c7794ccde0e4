"""A cohort: row numbers, a name, and an honest word on how the rows came to be chosen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from rome.errors import SettingError
from rome.settings.spec import check_choice

How = Literal["drawn", "group", "columns"]
#: What was in view of the rows' outcomes when they were chosen: nothing; the outcome or what follows from it;
#: or the errors of training rows alone, with those of held-out rows kept out of sight.
Seen = Literal["nothing", "outcome", "training errors"]
LONGEST_NAME = 80
#: More cohorts than this are a search, not a question.
MOST_COHORTS = 20


@dataclass(frozen=True)
class Origin:
    """How rows were chosen: by what means, in words for a reader, and what was ``seen`` of their outcomes."""

    how: How
    words: str
    seen: Seen

    def __post_init__(self) -> None:
        check_choice("How a cohort was chosen", self.how, get_args(How))
        check_choice("What was seen of a cohort", self.seen, get_args(Seen))


@dataclass(frozen=True)
class Cohort:
    """Rows that were chosen and named. ``rows`` are 1-based data row numbers, rising; ``made`` is a date and
    time in UTC, as ISO 8601 writes it."""

    cohort_id: str
    name: str
    rows: tuple[int, ...]
    origin: Origin
    made: str


def make_cohort(
    name: str, rows: Iterable[int], origin: Origin, others: Iterable[Cohort] = (), made: str | None = None
) -> Cohort:
    """Return a new cohort beside ``others`` of the same study.

    Raises
    ------
    SettingError
        There is no row, the name is empty, too long or taken, or there are ``MOST_COHORTS`` already.
    """
    others = tuple(others)
    if len(others) >= MOST_COHORTS:
        raise SettingError(
            f"This study has {len(others)} cohorts, the most that are kept. Delete one, then save this."
        )
    numbers = tuple(sorted({int(row) for row in rows}))
    if not numbers:
        raise SettingError("A cohort needs at least one row, and none is selected. Select some rows first.")
    name = check_name(name, others)
    moment = made or datetime.now(UTC).isoformat(timespec="seconds")
    content = repr((name, numbers, moment)).encode("utf-8", "backslashreplace")
    return Cohort(hashlib.sha256(content).hexdigest()[:12], name, numbers, origin, moment)


def check_name(name: str, others: Iterable[Cohort] = ()) -> str:
    """Return ``name`` on one line; ``SettingError`` if it is empty, too long, or another cohort's."""
    tidy = " ".join(str(name).split())
    if not tidy:
        raise SettingError("The cohort has no name. Give it one that says who is in it.")
    if len(tidy) > LONGEST_NAME:
        raise SettingError(
            f"The cohort's name has {len(tidy)} characters; {LONGEST_NAME} are the most. Shorten it."
        )
    if tidy.casefold() in {other.name.casefold() for other in others}:
        raise SettingError(f'There is a cohort called "{tidy}" already. Choose another name.')
    return tidy
