"""To how many digits predictions of single rows are shown: as many as their typical error bears."""

from __future__ import annotations

from math import isfinite, sqrt

import numpy as np

from rome.results import StudyResult
from rome.text.numbers import decimals_for


def prediction_decimals(result: StudyResult) -> int | None:
    """Return the decimals that a row's prediction bears, negative for tens and hundreds.

    The typical error is the root of everybody's mean squared error (or Brier score) on held-out rows, of
    which a prediction shows two digits. None where it isn't known or is 0.
    """
    squared = result.chosen.comparison["overall"].rome
    if not isfinite(squared) or squared <= 0:
        return None
    return decimals_for(sqrt(squared))


def rounded_predictions(values: np.ndarray, decimals: int | None) -> np.ndarray:
    """Return predictions (n,) to so many decimals, as they are for None; never a negative zero."""
    return values if decimals is None else np.round(values, decimals) + 0.0
