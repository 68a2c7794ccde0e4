"""What the Score page says."""

from __future__ import annotations

from datetime import datetime

from dashboard.shared.words import plain
from rome.score import ScoredTable
from rome.store import Entry
from rome.text.names import visible
from rome.text.numbers import format_count

NO_STUDY_NO_TABLE = (
    "Scoring needs a finished study, and none is kept on this computer yet. Open a table whose outcome is "
    "known, then train a study of it: it can score the rows of any other file with the same columns."
)
NO_STUDY = (
    "Scoring needs a finished study, and none is kept on this computer yet. Train one of the open table: it "
    "can then score the rows of any other file with the same columns."
)
STUDY_HELP = "Its groups, predictions and training rows are what the new rows are held against."
NO_TABLE = (
    "Choose a file. Every row gets its group, its predictions and how sure they are; rows that are unlike "
    "anything the study has seen are marked, and the file as a whole is compared with the study's table."
)
SHARES_NOTE = (
    "Shares are mean memberships, before any outcome is seen. Intervals of the differences hold for all "
    "groups together."
)
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
MODEL_HEADINGS = {"pooled": "Pooled", "rome": "ROME"}
ROWS_TITLE = "The rows"
ALL, FLAGGED, FILLED = "all", "flagged", "filled"
FILTERS = {ALL: "All rows", FLAGGED: "Unlike anything seen", FILLED: "With values filled in"}
NO_ROWS = {
    FLAGGED: "No row is unlike anything that the study has seen.",
    FILLED: "No row lacks a value that the study reads.",
}
ROW_HEADINGS = {
    "row": "Row",
    "most_likely_group": "Likeliest group",
    "doubt": "Doubt",
    "rome_prediction": "ROME",
    "pooled_prediction": "Pooled",
    "advised_prediction": "Advised",
    "unlike_anything_seen": "Unlike anything seen",
    "reason": "Why",
    "filled_in": "Filled in",
    "outcome": "Outcome",
}


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
