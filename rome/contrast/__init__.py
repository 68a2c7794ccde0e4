"""Two finished studies held against each other: settings, errors, and who is in which group."""

from rome.contrast.membership import Match, Movement, When
from rome.contrast.result import Contrast, contrast
from rome.contrast.scores import ScorePair
from rome.contrast.settings import Difference

__all__ = ["Contrast", "Difference", "Match", "Movement", "ScorePair", "When", "contrast"]
