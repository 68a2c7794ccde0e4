"""What the Score and What-if pages say."""

from __future__ import annotations

from datetime import datetime

from dashboard.wording.escape import plain
from rome.results import StudyResult
from rome.score import Field, ScoredTable
from rome.store import Entry
from rome.text.names import visible
from rome.text.numbers import format_count, format_number

NO_STUDY_NO_TABLE = (
    "Scoring needs a finished study, and none is kept on this computer yet. Open a table whose outcome is "
    "known, then train a study of it: it can score the rows of any other file with the same columns."
)
NO_STUDY = (
    "Scoring needs a finished study, and none is kept on this computer yet. Train one of the open table: it "
    "can then score the rows of any other file with the same columns."
)
OTHER_TABLE = "Open another table"
STUDY_LABEL = "Study that scores"
STUDY_HELP = "Its groups, predictions and training rows are what the new rows are held against."
UPLOAD_LABEL = "A file with the study's columns; the outcome may be missing"
OTHER_FILE = "Score another file"
OPEN_TABLE = "Score the open table"
SAMPLE = "Score the sample itself"
NO_TABLE = (
    "Choose a file. Every row gets its group, its predictions and how sure they are; rows that are unlike "
    "anything the study has seen are marked, and the file as a whole is compared with the study's table."
)
SCORING = "Scoring the rows"
CLOSE = "Close this file"
SHARES_TITLE = "The groups, then and now"
SHARES_NOTE = (
    "Shares are mean memberships, before any outcome is seen. Intervals of the differences hold for all "
    "groups together."
)
COLUMNS_TITLE = "Columns that moved"
COLUMNS_NOTE = (
    "Distance: how far the values lie apart from the training rows, from 0 to 1; small below 0.1, large from "
    "0.25. One test a column says whether chance could explain it, corrected for their number (Holm)."
)
COLUMN_HEADINGS = {
    "study": "training rows",
    "table": "this file",
    "distance": "distance",
    "in_sds": "in SDs",
    "missing_share_before": "missing, training",
    "missing_share_now": "missing, here",
    "p_adjusted": "p (Holm)",
}
SHARE_HEADINGS = {
    "share_before": "study",
    "share_now": "this file",
    "p_adjusted": "p (Holm)",
}
ERRORS_TITLE = "Errors by group"
MODEL_HEADINGS = {"pooled": "Pooled", "rome": "ROME"}
GROUPING_LABEL = "Groups"
GROUPINGS = {"latent": "Latent groups", "predicted": "Predicted groups", "observed": "Observed groups"}
ROWS_TITLE = "The rows"
FILTER_LABEL = "Show"
ALL, FLAGGED, FILLED = "all", "flagged", "filled"
FILTERS = {ALL: "All rows", FLAGGED: "Unlike anything seen", FILLED: "With values filled in"}
NO_ROWS = {
    FLAGGED: "No row is unlike anything that the study has seen.",
    FILLED: "No row lacks a value that the study reads.",
}
DOWNLOAD = "Download all rows (CSV)"
FINDINGS_TITLE = "What to know about this file"
NO_FINDINGS = "The file fits the study: nothing to note."
DOUBT_HELP = "0: one group is certain. 1: all groups are equally likely."
ROW_HEADINGS = {
    "row": "Row",
    "most_likely_group": "Likeliest group",
    "doubt": "Doubt",
    "rome_prediction": "ROME",
    "pooled_prediction": "Pooled",
    "unlike_anything_seen": "Unlike anything seen",
    "reason": "Why",
    "filled_in": "Filled in",
    "outcome": "Outcome",
}
BAD_TABLE = "This file can't be scored by this study."

START_LABEL = "Start from"
TYPICAL, ROW_OF_STUDY, ROW_OF_FILE = "typical", "study", "file"
STARTS = {
    TYPICAL: "Typical values",
    ROW_OF_STUDY: "A row of the study's table",
    ROW_OF_FILE: "A row of the scored file",
}
START_HELP = "Typical: the median of each number and the most frequent level of each text, in training rows."
ROW_LABEL = "Row"
FORM_TITLE = "The person"
RESET = "Undo all edits"
NOT_EDITED = "Change a value on the left. Hollow marks stay where the row was before the edit."
MISSING = "(missing)"
SENSITIVE_PART, FEATURE_PART = "Sensitive columns", "Features"
SENSITIVE_NOTE = "They move membership, and so how much each group's prediction counts."
ALLOWED_NOTE = "Some may enter the predictions too, as the study allows."
MEMBERSHIP_TITLE = "Membership"
PREDICTIONS_TITLE = "Predictions"
CHANGES_TITLE = "What changed"
WHAT_IF_HEADINGS = {"sd": "residual SD"}
STRANGE_AS_A_WHOLE = "As a whole, this row is unlike anything that the study has seen:"
CAUSAL_NOTE = (
    "This shows what the models would say of another person with these values. It does not show what would "
    "happen to a person whose values were changed."
)


def study_option(entry: Entry) -> str:
    """Return what a study is called among those to choose from."""
    groups = "1 group" if entry.header.n_groups == 1 else f"{entry.header.n_groups} groups"
    made = datetime.fromtimestamp(entry.header.made).strftime("%d %b %Y, %H:%M")
    return f"{visible(entry.name)} · {visible(entry.header.outcome)} · {groups} · {made}"


def file_line(scored: ScoredTable) -> str:
    """Say which file was scored by which study."""
    return (
        f"**{plain(scored.name)}**, {format_count(len(scored.rows.row))} rows, scored by the study of "
        f"{plain(scored.study_name)} at DRO strength {scored.strength:g}."
    )


def first_rows(shown: int, all_rows: int) -> str:
    """Say that a long table shows its first rows only."""
    return f"The first {format_count(shown)} of {format_count(all_rows)} rows; the download has all of them."


def field_label(field: Field) -> str:
    """Return what a column's field is called, with the training range of a number."""
    if field.kind == "levels":
        return plain(field.column)
    return f"{plain(field.column)} · {_end(field.low, field)} to {_end(field.high, field)}"


def _end(value: float, field: Field) -> str:
    return f"{value:.0f}" if field.whole and abs(value) < 1e6 else format_number(value)


def field_help(field: Field) -> str:
    """Say what can be given for a column."""
    if field.kind == "levels":
        return f"{len(field.levels)} categories came in the training rows; any other can be typed in."
    return "The range is that of the training rows; any other number can be given. Empty: missing."


def edits(changed: list[tuple[str, object, object]]) -> str:
    """Say which columns were edited, from what to what."""
    said = [f"**{plain(column)}** {_value(old)} → {_value(new)}" for column, old, new in changed]
    return "Edited: " + ", ".join(said) + "."


def _value(value: object) -> str:
    if value is None:
        return "missing"
    return format_number(value) if isinstance(value, float) else plain(value)


def mixed_at(result: StudyResult) -> str:
    """Say how ROME comes by its prediction from those of the groups."""
    strength = result.dro.strength
    if len(result.groups) < 2:
        return ""
    if result.settings.predictor == "aggregate":
        return f"ROME applies one mix of the groups' rules to everybody, made at DRO strength {strength:g}."
    if strength == 0:
        return "ROME mixes the groups' predictions by how likely the person belongs to each (DRO strength 0)."
    return (
        f"ROME mixes the groups' predictions by how likely the person belongs to each, and at DRO strength "
        f"{strength:g} the groups that it guards count more than that."
    )
