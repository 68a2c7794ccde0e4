"""One call for everything that two finished studies differ in."""

from __future__ import annotations

from dataclasses import dataclass

from rome.contrast.membership import Movement, movement
from rome.contrast.scores import ScorePair, score_pairs
from rome.contrast.settings import Difference, differences
from rome.results import StudyResult


@dataclass(frozen=True)
class Contrast:
    """Two studies against each other. ``scores`` is empty where they predict different outcomes, and
    ``movement`` is None where they are of different tables."""

    first: StudyResult
    second: StudyResult
    differences: tuple[Difference, ...]
    scores: tuple[ScorePair, ...]
    movement: Movement | None

    @property
    def same_table(self) -> bool:
        """Whether both studies are of the same table, to the last cell."""
        return self.first.data.fingerprint == self.second.data.fingerprint


def contrast(first: StudyResult, second: StudyResult) -> Contrast:
    """Hold two finished studies against each other; nothing is fitted.

    Differences of losses are second − first, with paired bootstrap intervals on the rows that both studies
    held out, in which the fitted models stay as they are.
    """
    same_table = first.data.fingerprint == second.data.fingerprint
    return Contrast(
        first,
        second,
        differences(first, second),
        score_pairs(first, second),
        movement(first.rows, second.rows) if same_table else None,
    )
