"""New rows held against a stored study: groups, predictions, doubt, what is new about them, and errors."""

from rome.score.files import csv_file, rows_shown, scored_table, summary_document, write_csv
from rome.score.result import ColumnShift, GroupScores, Novel, ScoredRows, ScoredTable, ShareShift
from rome.score.run import score
from rome.score.scorer import Scorer, load_scorer, read_to_score
from rome.score.what_if import Answer, Field, answer_of, edited, fields_of, row_at, typical_row
from rome.score.why import Contributions, contributions

__all__ = [
    "Answer",
    "ColumnShift",
    "Contributions",
    "Field",
    "GroupScores",
    "Novel",
    "ScoredRows",
    "ScoredTable",
    "Scorer",
    "ShareShift",
    "answer_of",
    "contributions",
    "csv_file",
    "edited",
    "fields_of",
    "load_scorer",
    "read_to_score",
    "row_at",
    "rows_shown",
    "score",
    "scored_table",
    "summary_document",
    "typical_row",
    "write_csv",
]
