"""Cohorts: rows of a study that a person chose and named, kept with the study and scored on held-out rows."""

from rome.cohorts.book import CohortBook
from rome.cohorts.cohort import Cohort, Origin, Seen
from rome.cohorts.filters import ColumnFilter, column_levels, column_reach, filter_words, filtered_rows
from rome.cohorts.profile import rows_profile
from rome.cohorts.scores import CohortScores, RowsScores, cohort_scores, rows_scores

__all__ = [
    "Cohort",
    "CohortBook",
    "CohortScores",
    "ColumnFilter",
    "Origin",
    "RowsScores",
    "Seen",
    "cohort_scores",
    "column_levels",
    "column_reach",
    "filter_words",
    "filtered_rows",
    "rows_profile",
    "rows_scores",
]
