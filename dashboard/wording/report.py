"""What the Report page says."""

from __future__ import annotations

from rome.figures.labels import visible
from rome.results import StudyResult

TITLE_LABEL = "Title"
NOTES_LABEL = "Notes"
NOTES_HELP = "Your own words, shown below the answer as plain text."
SECTIONS_LABEL = "Sections"
SECTIONS_HELP = "Leave out what your reader does not need. The limits are better left in."
NO_SECTIONS = "A report needs at least one section. Choose one above."
PREVIEW_TITLE = "What is in it"
DOWNLOAD_REPORT = "Download the report (HTML)"
REPORT_NOTE = "About 5 MB; opens offline in any browser, and prints."
MORE_FILES = "The study as data"
DOWNLOAD_STUDY = "Download the study (JSON)"
DOWNLOAD_ALL_ROWS = "Download all rows (CSV)"
REPRODUCE_TITLE = "The same study without this page"
COMMAND_LABEL = "On the command line"
PYTHON_LABEL = "In Python"
SAMPLE_NOTE = "The table is a sample. This line writes its file first."


def report_strength(result: StudyResult, dial: float) -> str:
    """Say at which strength the report is made, where the dial stands elsewhere."""
    if abs(result.dro.strength - dial) < 1e-9:
        return ""
    return (
        f"The report is at the study's DRO strength, {result.dro.strength:g}; on the Compare page the dial "
        f"stands at {dial:g}. To report that strength, choose it on the Train page."
    )


def report_title(result: StudyResult) -> str:
    """Return the title that a report has until the user gives it one."""
    return f"ROME report: {visible(result.data.name)}"


def section_holds(pictures: int, lists: int) -> str:
    """Say what a section of the report holds besides its words."""
    parts = []
    if pictures:
        parts.append("1 picture" if pictures == 1 else f"{pictures} pictures")
    if lists:
        parts.append("1 list" if lists == 1 else f"{lists} lists")
    return f"With {' and '.join(parts)}."
