"""What the Report page says."""

from __future__ import annotations

from rome.results import StudyResult
from rome.text.names import visible

NOTES_HELP = (
    "Your own words, shown at the top as plain text. All that you choose here is kept with the study."
)
SECTION_NOTES = {
    "answer": "What is recommended, and what may be claimed for the worst group.",
    "failed": "Whose error under one model is above everybody's: observed groups, slices and latent groups.",
    "data": "Which rows and columns were used, and what was left out.",
    "evidence": "Groups against one-group models, and how their number was found.",
    "groups": "Size, portrait, rule and weights of every group, with the map.",
    "comparison": "Errors of every group under both models, with intervals.",
    "decisions": "Rates, gaps and calibration of observed groups at the threshold set on Compare.",
    "path": "The price of guarding the worst group, at every strength.",
    "cohorts": "Errors on the rows that you named, and how each was chosen.",
    "models": "ROME beside other methods, over repeated splits.",
    "limits": "What nobody should read into the numbers. Better left in.",
    "questions": "What only people who know can answer; edit the list below.",
    "findings": "What was found wrong or odd in the table.",
    "reproduce": "The command and the Python that give the same numbers, with versions.",
}
MODEL_NOTE = (
    "The model holds no row of your table, but a summary of the training rows, by which new rows are judged "
    "(`reference.json` in the ZIP): up to 201 values of each number, the smallest and the largest among "
    "them, and of each text its categories with their counts. Rare ones may point to single people: look "
    "before you pass it on."
)


def report_strength(result: StudyResult, shown: float) -> str:
    """Say at which strength the report is made, where the Compare page shows another."""
    if abs(result.dro.strength - shown) < 1e-9:
        return ""
    return (
        f"The report is at the study's DRO strength, {result.dro.strength:g}; the Compare page "
        f"shows {shown:g}. To report that strength, choose it on the Train page."
    )


def report_title(result: StudyResult) -> str:
    """Return the title that a report has until the user gives it one."""
    return f"ROME report: {visible(result.data.name)}"
