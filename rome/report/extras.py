"""What a report can hold besides the study itself: questions, named cohorts, and other models."""

from __future__ import annotations

from dataclasses import dataclass

from rome import figures
from rome.cohorts import CohortScores
from rome.cohorts.words import MANY, caution, cohort_line, scores_sentence
from rome.compare import ComparisonResult
from rome.compare.words import comparison_answer
from rome.report.blocks import Block, Listing, Points, Prose, picture
from rome.report.tables import TextTable, text_table
from rome.results import StudyResult
from rome.text.limits import QUESTIONS


@dataclass(frozen=True)
class Extras:
    """What was added to a study: questions that the numbers do not answer, errors of named cohorts, a
    comparison with other models of the same table, and the threshold of a yes-or-no outcome."""

    questions: tuple[str, ...] = QUESTIONS
    cohorts: tuple[CohortScores, ...] = ()
    comparison: ComparisonResult | None = None
    threshold: float | None = None


def question_blocks(result: StudyResult, extras: Extras) -> list[Block]:
    """Return the questions to take to people who know."""
    asked = tuple(question.strip() for question in extras.questions if question.strip())
    if not asked:
        return []
    return [Prose("No number in this report answers these. Take them to people who know."), Points(asked)]


def cohort_blocks(result: StudyResult, extras: Extras) -> list[Block]:
    """Return how the models do on every named cohort, and how each was chosen."""
    found = extras.cohorts
    if not found:
        return []
    rows = tuple((each.cohort.name, cohort_line(each.cohort), caution(each.cohort.origin)) for each in found)
    names = {"pooled": "Pooled", "rome": "ROME", "n": "held out", "relative": "change", "p_value": "p (Holm)"}
    return [
        Prose(f"{MANY} ROME is scored at DRO strength {result.dro.strength:g}."),
        picture(
            "Errors of named cohorts",
            figures.cohort_errors(result, found),
            figures.cohort_errors_table(result, found),
            names,
        ),
        Points(tuple(scores_sentence(result, each) for each in found)),
        Listing("How each was chosen", TextTable(("cohort", "rows", "read as"), rows, (False,) * 3)),
    ]


def decision_blocks(result: StudyResult, extras: Extras) -> list[Block]:
    """Return rates, gaps and calibration of decisions at the threshold; nothing for a numeric outcome."""
    if result.data.outcome_kind != "binary":
        return []
    threshold = 0.5 if extras.threshold is None else extras.threshold
    found = figures.decided(result, "observed", threshold)
    model = figures.calibrated_model(result)
    return [
        Prose(
            f"A held-out row is selected from a probability of {threshold:g} up. Gaps are between the "
            "largest and the smallest rate of the observed groups that are large enough: a ratio of 1, or a "
            "difference of 0, is equality. Chance alone keeps gaps and their intervals from it, so judge a "
            "gap by a limit."
        ),
        Listing("Gaps between observed groups", text_table(figures.gaps_table(result, found))),
        picture(
            "Selection rate by observed group",
            figures.decision_rates(result, "observed", "selection_rate", found),
            figures.decision_rates_table(found),
        ),
        picture(
            "Calibration by observed group",
            figures.calibration_curves(result, "observed", model),
            figures.calibration_table(result, "observed", model),
        ),
    ]


def model_blocks(result: StudyResult, extras: Extras) -> list[Block]:
    """Return how ROME stands to other models over repeated splits of the table."""
    comparison = extras.comparison
    if comparison is None:
        return []
    reference = comparison.models[0].name
    grouping = "observed" if "observed" in comparison.groupings else comparison.groupings[0]
    settings = comparison.settings
    return [
        Prose(comparison_answer(comparison, grouping, reference)),
        Prose(
            f"{settings.n_splits} random splits of the table; every model could try {settings.budget} "
            "configurations in each, and was fitted anew. Intervals and p-values are corrected for splits "
            "that share rows."
        ),
        picture(
            "Change against the reference",
            figures.against_others(comparison, grouping, reference),
            figures.against_others_table(comparison, grouping, reference),
        ),
        picture("Average and worst group", figures.average_and_worst(comparison, grouping, reference)),
    ]
