"""Two finished studies held against each other: settings, errors, and who is in which group."""

from rome.contrast.membership import Match, Movement, When
from rome.contrast.result import Contrast, contrast
from rome.contrast.scores import ErrorPair
from rome.contrast.settings import Difference

__all__ = ["Contrast", "Difference", "ErrorPair", "Match", "Movement", "When", "contrast"]
