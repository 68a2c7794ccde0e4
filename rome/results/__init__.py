"""What a study returns: plain, frozen data with codes and numbers; figures, reports and pages read it."""

from rome.results.failed import FAILED_GROUPINGS, FailedGroup, FailedGrouping
from rome.results.scores import Comparison, GroupScore
from rome.results.study import (
    MODELS,
    STUDY_SCHEMA,
    Coefficient,
    DataSummary,
    DroSummary,
    Evaluation,
    FitSummary,
    GroupSummary,
    Model,
    PathPoint,
    ProfileEntry,
    RowArrays,
    StudyResult,
)

__all__ = [
    "FAILED_GROUPINGS",
    "MODELS",
    "STUDY_SCHEMA",
    "Coefficient",
    "Comparison",
    "DataSummary",
    "DroSummary",
    "Evaluation",
    "FailedGroup",
    "FailedGrouping",
    "FitSummary",
    "GroupScore",
    "GroupSummary",
    "Model",
    "PathPoint",
    "ProfileEntry",
    "RowArrays",
    "StudyResult",
]
