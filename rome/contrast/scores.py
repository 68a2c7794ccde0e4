"""The losses of two studies side by side, and against each other on the rows that both held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rome.contrast.membership import shared_rows
from rome.groups.groupings import from_labels
from rome.groups.scoring import PairedDifference, evaluate_like
from rome.results import Comparison, StudyResult
from rome.stats.sizes import effective_rows, too_small

Whose = Literal["overall", "worst_latent", "worst_observed"]
WHOSE: tuple[Whose, ...] = ("overall", "worst_latent", "worst_observed")
_FEWEST_ROWS = 30


@dataclass(frozen=True)
class ScorePair:
    """The loss of everybody, or of a worst group, in two studies, each at its own strength.

    ``first`` and ``second`` hold pooled against ROME on each study's own held-out rows and groups.
    ``against`` holds the two studies' ROME predictions against each other on the ``rows`` that both held
    out; its observed groups are the first study's. It is None where ``reason`` says so.
    """

    whose: Whose
    first: Comparison
    second: Comparison
    against: PairedDifference | None
    rows: int
    reason: str


def score_pairs(first: StudyResult, second: StudyResult) -> tuple[ScorePair, ...]:
    """Return the errors of two studies that predict the same outcome; nothing where they don't."""
    if not same_outcome(first, second):
        return ()
    here, there = _held_out_by_both(first, second)
    reason = _why_unpaired(first, second, here)
    paired = {} if reason else _paired(first, second, here, there)
    latent = "Each study has latent groups of its own, so there is no one worst group to compare on."
    return tuple(
        ScorePair(
            whose,
            first.chosen.comparison[whose],
            second.chosen.comparison[whose],
            paired.get(whose),
            len(here),
            reason or ("" if whose in paired else latent),
        )
        for whose in WHOSE
    )


def same_outcome(first: StudyResult, second: StudyResult) -> bool:
    """Return whether two studies predict the same column, read in the same way."""
    mine, other = first.data, second.data
    same_kind = (mine.outcome_kind, mine.positive) == (other.outcome_kind, other.positive)
    return first.roles.outcome == second.roles.outcome and same_kind


def _held_out_by_both(first: StudyResult, second: StudyResult) -> tuple[np.ndarray, np.ndarray]:
    if first.data.fingerprint != second.data.fingerprint:
        return np.empty(0, int), np.empty(0, int)
    here, there = shared_rows(first.rows, second.rows)
    both = first.rows.is_test[here] & second.rows.is_test[there]
    return here[both], there[both]


def _why_unpaired(first: StudyResult, second: StudyResult, here: np.ndarray) -> str:
    if first.data.fingerprint != second.data.fingerprint:
        return "The studies are of different tables, so their errors are of different rows."
    if first.roles.weight != second.roles.weight:
        return "The studies weigh the rows differently."
    weights = first.rows.weight[here]
    if len(here) < _FEWEST_ROWS:
        held_out = f"Only {len(here)} rows were held out by both studies"
        return f"{held_out}; {_FEWEST_ROWS} are needed to compare on them."
    if too_small(weights, _FEWEST_ROWS):
        return (
            f"Of the {len(here)} rows that both studies held out, few hold most of the case weight: "
            f"they say no more than {effective_rows(weights):.0f} rows of equal weight, and {_FEWEST_ROWS} "
            "are needed."
        )
    return ""


def _paired(
    first: StudyResult, second: StudyResult, here: np.ndarray, there: np.ndarray
) -> dict[Whose, PairedDifference]:
    scores = evaluate_like(
        first,
        "contrast bootstrap",
        first.rows.outcome[here],
        {"first": first.rows.rome[here], "second": second.rows.rome[there]},
        {"observed": from_labels(first.rows.observed_group[here])},
        first.rows.weight[here],
    )
    return {
        "overall": scores.difference(None, "first", "second"),
        "worst_observed": scores.difference("observed", "first", "second"),
    }
