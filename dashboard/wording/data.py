"""What the Data page says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.wording.escape import plain
from rome.figures.labels import visible
from rome.figures.numbers import format_count, format_number, format_percent
from rome.table.overview import ColumnOverview

OPEN_ANOTHER = "Open another table"
UPLOAD_LABEL = "A file: CSV, TSV, Excel (.xlsx) or Parquet, also gzip-compressed"
UPLOAD_HELP = "The file is read here, on the computer that runs ROME Studio; it is sent nowhere else."
UPLOAD_TYPES = ["csv", "tsv", "txt", "gz", "parquet", "xlsx"]
MOST_MEGABYTES = 200
READING = "Reading the file"
SAMPLES_TITLE = "Or try a sample"
KEPT_TABLE = "The table that was open before is still open."
COLUMNS_TITLE = "Columns"
COLUMN_HEADINGS = ("Column", "Part", "Kind", "Missing", "Different values", "Range, or most frequent")
KINDS = {"numeric": "number", "text": "text", "date": "date"}
PARTS = {
    "outcome": "outcome",
    "feature": "feature",
    "sensitive": "sensitive",
    "sensitive_allowed": "sensitive, allowed",
    "weight": "weight",
    "id": "left out (identifier)",
    "ignore": "left out",
}
FINDINGS_TITLE = "What to know before you train"
NO_FINDINGS = "The checks found nothing that would stop or mislead a study."
SEVERITIES = {"error": "Must be mended", "warning": "May mislead", "note": "Good to know"}
WHOLE_TABLE = "The table"
ROLES_TITLE = "What each column is"
ROLES_LEAD = "These parts were guessed from names and values. Correct them: a column has one part at a time."
ROLES_LEAD_SAMPLE = (
    "These parts belong to the sample. Change them if you like: a column has one part at a time."
)
OUTCOME_LABEL = "Outcome: what to predict"
OUTCOME_HELP = "A number, or a column with two values. Only one."
SENSITIVE_LABEL = "Sensitive columns: what groups may depend on"
SENSITIVE_HELP = (
    "Age, sex, race, region and the like. They tell ROME where to look for groups, and stay out of the "
    "prediction unless you allow them. A column that you take out becomes a feature."
)
ALLOWED_LABEL = "Sensitive columns that may also enter the prediction"
ALLOWED_HELP = (
    "By default none: within a group, people who differ only in these columns get the same prediction."
)
FEATURES_LABEL = "Features: what to predict from"
FEATURES_HELP = "Ordinary columns. A column that you take out is left out of the study."
WEIGHT_LABEL = "Weights"
WEIGHT_HELP = "A column that says how many people each row stands for, if there is one."
NO_WEIGHT = "None: every row counts the same"
CHOOSE_COLUMNS = "Choose columns"
NO_COLUMNS = "No column to choose from"
CHOOSE_OUTCOME = "Choose the outcome"
RESET_ROLES = "Undo all changes"
NOTHING_LEFT_OUT = "Every column has a part."
STUDY_WITHOUT_TABLE = (
    "A study is open, but not the table that it was made of: a page that is loaded anew keeps only results. "
    "You can read them on the other pages. To train again or to compute a UMAP, open that table here."
)
NOT_READY = "Mend what is marked above, then go on."


def use_sample(title: str) -> str:
    """Return what the button of a sample is called."""
    return f"Open {title[:1].lower()}{title[1:]}"


def left_out(columns: tuple[str, ...]) -> str:
    """Say which columns no part of the study reads."""
    if not columns:
        return NOTHING_LEFT_OUT
    return f"Left out: {', '.join(plain(name) for name in columns)}."


def table_is_open(name: str, rows: int, columns: int) -> str:
    """Say which table is open."""
    return f"**{plain(name)}** is open: {format_count(rows)} rows, {format_count(columns)} columns."


def table_answer(name: str, rows: int, columns: int) -> str:
    """Say as the page's answer which table is open."""
    return f"{visible(name)} is open: {format_count(rows)} rows, {format_count(columns)} columns."


def missing(column: ColumnOverview) -> str:
    """Return how much of a column is missing."""
    if not column.missing:
        return "none"
    return f"{format_count(column.missing)} ({format_percent(column.missing_share)})"


def reading(facts: Mapping[str, str], columns: Sequence[ColumnOverview]) -> str:
    """Say how a file was read, in a line; rows and columns are said elsewhere."""
    said = [f"{label}: {value}" for label, value in facts.items() if label not in ("Rows", "Columns")]
    cells = sum(column.missing for column in columns)
    holed = sum(column.missing > 0 for column in columns)
    where = f"{format_count(cells)} values in {format_count(holed)} columns" if cells else "none"
    return " · ".join(plain(fact) for fact in (*said, f"Missing: {where}"))


def _short(number: float) -> str:
    """Return a number without zeros that say nothing."""
    text = format_number(number)
    return text.rstrip("0").rstrip(".") if "." in text else text


def values(column: ColumnOverview) -> str:
    """Return a column's range, or its most frequent values."""
    if column.low is not None and column.high is not None:
        return f"{_short(column.low)} to {_short(column.high)}"
    more = "…" if column.distinct > len(column.examples) else ""
    return ", ".join([visible(example) for example in column.examples] + ([more] if more else []))
