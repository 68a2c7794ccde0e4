"""What the Data page says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.shared import findings_list
from dashboard.shared.words import plain
from rome.table import Fix
from rome.table.finding import short
from rome.table.overview import ColumnOverview
from rome.text.names import visible
from rome.text.numbers import format_count, format_number, format_percent

COLUMN_HEADINGS = (
    "Column",
    "Role",
    "Kind",
    "Spread",
    "Missing",
    "Different",
    "Range or levels",
    "Why this role",
)
COLUMNS_ALT = "Every column with its role, missing and different values, range and histogram"
HISTOGRAM_HELP = "How often small to large values occur; of words, the most frequent first."
KINDS = {"numeric": "number", "text": "text", "date": "date"}
ROLES = {
    "outcome": "outcome",
    "feature": "feature",
    "sensitive": "sensitive",
    "sensitive_allowed": "sensitive, allowed",
    "weight": "weight",
    "prediction": "prediction to audit",
    "id": "left out (identifier)",
    "ignore": "left out",
}
CORRECT_READING_LEAD = "A change is tried at once. The first choice is always what was found in the file."
FIRST_ROWS = "The first rows as they were read"
READING_LABELS = {
    "separator": "Separator",
    "encoding": "Encoding",
    "decimal": "Decimal mark",
    "header": "Names of the columns",
    "sheet": "Sheet",
    "missing": "Marks that mean missing",
    "categories": "Numbers that are codes",
}
READING_HELP = {
    "separator": "What stands between two values. Another sign can be typed.",
    "encoding": "Try another one where accents look wrong.",
    "missing": "An empty cell is always missing. Another mark can be typed.",
    "categories": "Columns whose numbers name something, like codes of regions: they have no order.",
}
READING_PLACEHOLDERS = {"missing": "Only empty cells", "categories": "None: numbers are quantities"}
SEPARATORS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar", " ": "Space"}
ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252 (Western European)",
    "iso8859-1": "Latin-1 (Western European)",
    "iso8859-15": "Latin-9 (Western European, with €)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "utf-16": "UTF-16",
    "shift_jis": "Shift JIS (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
}
DECIMALS = {".": "Point", ",": "Comma"}
HEADER_YES, HEADER_NO = "First row", "None"
TAKE_BACK, UNDO, UNDO_ALL = "Take back", "Undo the last change", "Undo everything"
BEFORE_TITLE = "The outcome before any model"
BEFORE_LEAD = (
    "Plain differences between people, adjusted for nothing: they may have ordinary reasons, which the "
    "features may know. Lines are 95% intervals."
)
BEFORE_LATER = "Shown once there is an outcome, a sensitive column and a feature."
LACKING = {
    "outcome": ("No column is the outcome.", "Choose what to predict under “Outcome”."),
    "sensitive": (
        "No column is sensitive, and groups are looked for by sensitive columns.",
        "Choose at least one under “Sensitive columns”.",
    ),
    "features": (
        "No column is a feature, so there is nothing to predict from.",
        "Choose at least one under “Features”.",
    ),
}
ROLES_LEAD = "These roles were guessed from names and values. Correct them: a column has one role at a time."
ROLES_LEAD_SAMPLE = (
    "These roles belong to the sample. Change them if you like: a column has one role at a time."
)
SENSITIVE_HELP = (
    "Age, sex, race, region and the like. They tell ROME where to look for groups, and stay out of the "
    "prediction unless you allow them. A column that you take out becomes a feature."
)
ALLOWED_HELP = (
    "By default none: within a group, people who differ only in these columns get the same prediction."
)
FEATURES_HELP = "Ordinary columns. A column that you take out is left out of the study."
NONE_CHOSEN = {
    "outcome": "Choose the outcome",
    "weight": "None: all rows count alike",
    "prediction": "None: no model to audit",
}
PREDICTION_HELP = (
    "The predictions of a model that is in use: values, probabilities or 0/1. The study then says whom that "
    "model fails. Use predictions for rows that it was not trained on."
)
WEIGHT_HELP = "A column that says how many people each row stands for, if there is one."
_MOST_NAMED = 15
STUDY_WITHOUT_TABLE = (
    "A study is open, but not the table that it was made of: no copy of that is kept on this computer. You "
    "can read the results on the other pages. To train again or to compute a UMAP, open that table here."
)


def use_sample(title: str) -> str:
    """Return what the button of a sample is called."""
    return f"Open {title[:1].lower()}{title[1:]}"


def left_out(columns: tuple[str, ...]) -> str:
    """Say which columns the study does not read."""
    if not columns:
        return "Every column has a role."
    more = f" and {format_count(len(columns) - _MOST_NAMED)} more" if len(columns) > _MOST_NAMED else ""
    return f"Left out: {', '.join(plain(name) for name in columns[:_MOST_NAMED])}{more}."


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


def found_in_file(words: Mapping[str, str], seen: str | None) -> str:
    """Return the choice that leaves a matter to the file, with what was found there."""
    if seen is None:
        return "As found in the file"
    return f"Found: {words.get(seen, seen) or seen}"


def refused_lead(name: str) -> str:
    """Say that a file can be tried in another way."""
    return f"Say how **{plain(name)}** is written, and it is tried again at once:"


def why(reason: str, is_guess: bool, guessed: str) -> str:
    """Say why a column has its role: the guess's reason, or that it was changed."""
    if is_guess:
        return f"{reason[:1].upper()}{reason[1:]}"
    return f"Your choice; was: {ROLES[guessed]}"


def fixed(fix: Fix) -> str:
    """Say which step was taken."""
    column, value = plain(fix.column or findings_list.WHOLE_TABLE), plain(short(fix.value))
    return {
        "leave_out": f"**{column}** is left out.",
        "as_prediction": f"**{column}** is the prediction to audit.",
        "as_categories": f"**{column}** is read as categories.",
        "value_missing": f"{value} counts as missing in **{column}**.",
        "keep_mark": f"{value} is kept as a value.",
        "has_header": "The first row holds the names.",
        "decimal": f"The decimal mark is the {'point' if fix.value == '.' else 'comma'}.",
        "separator": f"The separator is {value}.",
        "encoding": f"The encoding is {value}.",
    }[fix.code]
