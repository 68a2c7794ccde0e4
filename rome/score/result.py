"""What scoring a table gives: plain, frozen data that can be drawn, said and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rome.results import Evaluation
from rome.stats.estimate import Estimate
from rome.table.finding import Finding

Reason = Literal["category", "range", "far"]


@dataclass(frozen=True)
class ScoredRows:
    """One entry per row of the table, in its order; K columns where marked (n, K).

    ``doubt`` is the entropy of a membership over log K: 0 where one group is certain, 1 where all are equally
    likely. ``reason`` says in words why a row is flagged as unlike anything seen, empty where it isn't;
    ``filled`` names the columns without a value, which was replaced as in training. ``outcome`` is NaN where
    there is none, and so are ``responsibilities``; ``weight`` is 0 where a row counts in no summary.
    """

    row: np.ndarray
    membership: np.ndarray  # (n, K)
    group_predictions: np.ndarray  # (n, K)
    rome: np.ndarray
    pooled: np.ndarray
    advised: np.ndarray | None
    doubt: np.ndarray
    flagged: np.ndarray
    reason: np.ndarray  # object
    filled: np.ndarray  # object
    outcome: np.ndarray
    weight: np.ndarray
    responsibilities: np.ndarray  # (n, K)

    @property
    def predicted_group(self) -> np.ndarray:
        """Index of the likeliest group before any outcome is seen."""
        return self.membership.argmax(axis=1)


@dataclass(frozen=True)
class Novel:
    """How many rows are flagged, ``by_reason`` (a row can have several), and the ``rate`` at which rows like
    the study's own are flagged at most. ``share`` has Wilson's interval; ``more_than_chance`` says that so
    many flags would be rare in a table like the study's."""

    flagged: int
    share: Estimate
    by_reason: Mapping[Reason, int]
    rate: float
    more_than_chance: bool


@dataclass(frozen=True)
class ShareShift:
    """A group's mean membership on the study's held-out rows, in the table, and their difference.

    The intervals of the differences hold together (Bonferroni); ``p_adjusted`` is Holm's, over the groups.
    """

    group: str
    before: Estimate
    now: Estimate
    difference: Estimate
    p_value: float
    p_adjusted: float
    changed: bool


@dataclass(frozen=True)
class ColumnShift:
    """How a column of the table differs from the training rows.

    ``distance`` in [0, 1] is the largest difference of the two distribution functions (Kolmogorov and
    Smirnov), or for levels the total variation; ``standardised`` the difference of means in training SDs
    (NaN for levels). ``level`` is the level whose share moved most, from ``before`` to ``now``; for a number
    those are means. ``outside`` counts rows outside the training range, or with a level it never held.
    ``p_adjusted`` is Holm's, over the columns. ``resolution_before``, ``resolution_now`` and
    ``resolution_standardised`` are half the widths of normal intervals of those numbers, at the study's
    level: how finely they are known. NaN where that can't be said.
    """

    column: str
    sensitive: bool
    kind: Literal["numeric", "levels"]
    level: str | None
    before: float
    now: float
    standardised: float
    distance: float
    missing_before: float
    missing_now: float
    outside: int
    resolution_before: float
    resolution_now: float
    resolution_standardised: float
    p_value: float
    p_adjusted: float
    changed: bool


@dataclass(frozen=True)
class GroupScores:
    """Errors by group where the outcome is known: ``evaluation`` is None with a ``reason`` where there are
    none. ``rows`` of the ``known`` rows with an outcome were scored (a sample, in a very large table)."""

    evaluation: Evaluation | None
    known: int
    rows: int
    reason: str = ""


@dataclass(frozen=True)
class ScoredTable:
    """A table held against a study."""

    study_id: str
    study_name: str
    name: str
    fingerprint: str
    group_names: tuple[str, ...]
    strength: float
    confidence: float
    min_group_size: int
    metric: str
    same_table: bool
    novel: Novel
    shares: tuple[ShareShift, ...]
    columns: tuple[ColumnShift, ...]
    errors: GroupScores
    findings: tuple[Finding, ...]
    rows: ScoredRows
