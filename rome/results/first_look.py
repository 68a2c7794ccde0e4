"""The groups of a study that still goes on, shown as soon as they are fitted."""

from __future__ import annotations

from dataclasses import dataclass

from rome.results.description import GroupRule
from rome.results.failed import FailedGroup
from rome.settings.study import Outcome


@dataclass(frozen=True)
class FirstGroup:
    """One group of a first look.

    ``held_out`` is its error under the pooled model against everybody's, ``rule`` the one on the sensitive
    columns (None where none was looked for), and ``one_value`` the value of the outcome that the group hardly
    is more than, with its share of the group (None where it is more).
    """

    held_out: FailedGroup
    rule: GroupRule | None
    one_value: tuple[float, ...] | None


@dataclass(frozen=True)
class FirstLook:
    """What a running study can show of its groups: no evidence that they are there, and no advice.

    ``n_test`` is the number of held-out rows that shares and errors come from, and on which rules, which
    training rows found, are scored; whether a group is one value is asked of all rows.
    """

    groups: tuple[FirstGroup, ...]
    n_test: int
    outcome_kind: Outcome
    confidence: float
