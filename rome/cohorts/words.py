"""What may be said of chosen rows: how they came to be chosen, and what that does to their errors."""

from __future__ import annotations

from rome.cohorts import Cohort, CohortScores, Origin
from rome.results import StudyResult
from rome.text.measures import measure
from rome.text.numbers import format_change, format_count, format_p

_CAUTIONS = {
    "nothing": (
        "These rows were chosen without their outcomes in view. All the same their error is one of several "
        "that somebody could have looked at: a question to ask of new rows, not an answer."
    ),
    "outcome": (
        "Not a confirmation: these rows were chosen with their outcomes in view, those of held-out rows too, "
        "so that the choice itself moves their errors (selection effect). Choose them again by columns, or "
        "score them on new rows."
    ),
    "training errors": (
        "These rows were chosen by the errors of training rows. The errors here are those of the held-out "
        "rows among them, which were not in view, so that the choice does not move them; many tries would."
    ),
}
_SHORT = {
    "nothing": "chosen without outcomes in view",
    "outcome": "chosen with outcomes in view: not a confirmation",
    "training errors": "chosen by errors of training rows, scored on others",
}
MANY = (
    "Cohorts are chosen by people, so their errors are not a test that was planned beforehand. p is adjusted "
    "for the cohorts that are kept (Holm), not for the looks that were not."
)


def caution(origin: Origin) -> str:
    """Return what the way in which rows were chosen does to their errors."""
    return _CAUTIONS[origin.seen]


def short_caution(origin: Origin) -> str:
    """Return the same in a few words."""
    return _SHORT[origin.seen]


def cohort_line(cohort: Cohort) -> str:
    """Return ``1,204 rows, kept on 2026-03-02. How chosen: age from 30 to 50.``"""
    rows = "1 row" if len(cohort.rows) == 1 else f"{format_count(len(cohort.rows))} rows"
    return f"{rows}, kept on {cohort.made[:10]}. How chosen: {cohort.origin.words}."


def scores_sentence(result: StudyResult, found: CohortScores) -> str:
    """Return how pooled and ROME do on a cohort's held-out rows, with what weakens that."""
    scores, name = found.scores, found.cohort.name
    if scores.comparison is None:
        return f"{name}: none of its rows was held out, so there is no honest error to show."
    change = format_change(scores.comparison, result.settings.confidence)
    said = (
        f"{name}: {measure(result.metric).inline} {change} on {format_count(scores.held_out)} held-out rows"
    )
    if scores.too_few:
        return f"{said}, too few to rely on; {short_caution(found.cohort.origin)}."
    return f"{said}, {format_p(found.p_holm)} after Holm; {short_caution(found.cohort.origin)}."
