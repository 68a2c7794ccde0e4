"""Which rows a study's numbers rest on, what they do not show, and questions for people who know."""

from __future__ import annotations

from rome.results import StudyResult
from rome.table.prediction import CANNOT_KNOW, OUT_OF_SAMPLE
from rome.text.numbers import format_confidence, format_count

QUESTIONS: tuple[str, ...] = (
    "Is the outcome measured in the same way, and does it mean the same, for everybody in the table?",
    "Who is missing from the table, and who is in it more than once or more than their share?",
    "Do people who know this field recognise the groups, or is there a plainer account: another place, "
    "another year, another way of recording?",
    "Who bears the error of the worst group, and would they rather have a lower error or another decision?",
    "May the sensitive columns be used in this way here, and who has to agree to it?",
    "What happens after the prediction, and who can contest it?",
)


def limits(result: StudyResult) -> tuple[str, ...]:
    """Return the limits of a study, one or two sentences each."""
    level = format_confidence(result.settings.confidence)
    crossed = ", ".join(result.data.observed_columns) or "no column"
    return (
        *_of_audit(result),
        "Every error was measured on held-out rows of the same table. People of another place or time may "
        "differ from them.",
        f"The {level} intervals come from resampling the held-out rows while the fitted models stay as they "
        "are. They do not show how far groups and models would move if they were fitted to other people.",
        "A latent group is a model's account of the table, not a fact about persons: everybody belongs to "
        "every group by degree.",
        "The latent grouping uses the outcome. For a new person the outcome is not known, and only the "
        "predicted group can be acted on.",
        f"The observed groups are those that the table names ({crossed}). Somebody whom no column names can "
        f"still be worse off. Groups under {result.settings.min_group_size} held-out rows were not ranked.",
        "Differences and coefficients are associations. They do not say what causes the outcome, or what "
        "would happen if something were changed.",
        "A lower error for the worst group is not fairness by itself. This report is not a certification.",
    )


def _of_audit(result: StudyResult) -> tuple[str, ...]:
    """Say what can't be known of an audited model."""
    if result.roles.prediction is None:
        return ()
    return (f"{CANNOT_KNOW} {OUT_OF_SAMPLE}",)


def data_sentence(result: StudyResult) -> str:
    """Return how many rows were read, used, and held out."""
    data = result.data
    left = data.rows - data.used
    out = f"; {format_count(left)} were left out" if left else ""
    return (
        f"{format_count(data.used)} of {format_count(data.rows)} rows were used{out}. The models "
        f"were fitted on {format_count(data.n_train)} of them, and every error below was measured "
        f"on the other {format_count(data.n_test)}."
    )
