"""What is said about cohorts: rows that the visitor chose and named."""

from __future__ import annotations

from dashboard.wording.escape import plain
from rome.cohorts import Cohort
from rome.results import StudyResult

TITLE = "Named cohorts"
LEAD = "Kept with this study, for the Compare page and the report."
NONE = "No cohort is kept yet. Select rows above and give them a name."
NAME_LABEL = "Name of these rows"
NAME_PLACEHOLDER = "Say who they are"
SAVE = "Keep as a cohort"
SAVE_HELP = "The rows are kept with the study. The Compare page and the report then show their errors, too."
RENAME = "Rename"
NEW_NAME = "New name"
DELETE = "Delete"
UNDO = "Undo"
ERRORS_TITLE = "Errors of named cohorts"
HEADINGS = {
    "cohort": "Cohort",
    "n": "held out",
    "pooled": "Pooled",
    "rome": "ROME",
    "relative": "change",
    "p_value": "p (Holm)",
    "chosen": "how chosen",
}


def deleted(cohort: Cohort) -> str:
    """Say that a cohort was deleted."""
    return f"“{plain(cohort.name)}” was deleted."


def title(cohort: Cohort) -> str:
    """Return a cohort's name as the heading of its line."""
    return f"**{plain(cohort.name)}**"


def at_strength(result: StudyResult) -> str:
    """Say at which strength ROME is scored."""
    return f"ROME is scored at the study's DRO strength, {result.dro.strength:g}."
