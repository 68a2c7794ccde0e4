"""What a comparison of models over repeated splits returns, and what may be concluded from it."""

from rome.comparison.files import read_comparison, write_comparison
from rome.comparison.result import ChosenModel, ComparedModel, ComparisonResult, Failure, Standing
from rome.comparison.sentences import standing_lines
from rome.comparison.settings import CompareSettings
from rome.comparison.statistics import CorrectedTest, corrected_t_test, holm

__all__ = [
    "ChosenModel",
    "CompareSettings",
    "ComparedModel",
    "ComparisonResult",
    "CorrectedTest",
    "Failure",
    "Standing",
    "corrected_t_test",
    "holm",
    "read_comparison",
    "standing_lines",
    "write_comparison",
]
