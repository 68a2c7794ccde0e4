"""How a latent group is described: rules that find it, and what moves membership. Plain, frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rome.stats.estimate import Estimate

#: Which columns a rule may use.
RuleColumns = Literal["sensitive", "all"]
#: How far a rule finds its group: most of the way, some of it, or no better than no rule at all.
RuleLevel = Literal["good", "rough", "none"]
#: Why a group has no rule: everybody is in it; too few rows to learn one on; or too few to score one on.
WhyNoRule = Literal["one group", "few training rows", "few held-out rows"]
#: With fewer training rows than this, a tree with three levels describes them and nobody else.
FEWEST_RULE_ROWS = 50


@dataclass(frozen=True)
class Condition:
    """One condition on one column of the table, in the column's own units and levels.

    ``between`` means ``low`` < value ≤ ``high`` (None: no limit, and a missing value does not fulfil it);
    ``is`` and ``is not`` speak of ``levels``; ``missing`` and ``known`` of whether there is a value.
    """

    column: str
    kind: Literal["between", "is", "is not", "missing", "known"]
    low: float | None = None
    high: float | None = None
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class GroupRule:
    """A rule for who is in a group, learnt on training rows and scored on held-out ones.

    A row is caught if every condition of at least one of ``clauses`` holds. Shares, all in [0, 1], weigh a
    row by its responsibility: ``coverage`` of the group that is caught, ``precision`` of the caught who are
    in the group, ``lift`` the precision minus the group's share of everybody, ``fidelity`` of everybody for
    whom rule and membership agree, ``gain`` the fidelity minus ``baseline``, which putting everybody on the
    larger side (in the group, or outside) reaches. Where ``clauses`` is empty, ``reason`` says that no split
    of the columns sets the group apart.
    """

    columns: RuleColumns
    clauses: tuple[tuple[Condition, ...], ...]
    level: RuleLevel
    coverage: Estimate
    precision: Estimate
    lift: Estimate
    fidelity: Estimate
    baseline: float
    gain: Estimate
    fitted_rows: int
    reason: Literal["no split"] | None = None


@dataclass(frozen=True)
class PartialEffect:
    """By how much P(group | sensitive columns) changes, on average over held-out rows, as one column goes
    from ``start`` to ``end`` and the others stay. The interval is over rows and over gates drawn from the
    fitted one's covariance; NaN where the rows don't determine that.
    """

    column: str
    start: float | str
    end: float | str
    change: Estimate


@dataclass(frozen=True)
class GroupDescription:
    """Rules and movers of a group; ``moved_rows`` is how many held-out rows the movers average over, and
    ``reason`` says why there is neither."""

    rules: tuple[GroupRule, ...] = ()
    movers: tuple[PartialEffect, ...] = ()
    moved_rows: int = 0
    reason: WhyNoRule | None = None
