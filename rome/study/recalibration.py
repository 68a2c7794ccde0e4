"""The audited model as a predictor: as it is, recalibrated by one line through it, or corrected by groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from rome.baselines import Pooled
from rome.settings.study import Outcome

#: A probability nearer to 0 or 1 than this has the log-odds of this: a decision is one of 0 or 1.
_NEAREST = 1e-6


@dataclass(frozen=True)
class Recalibration:
    """One line through the prediction of an audited model: on the log-odds, where the outcome is binary.

    Unlike other predictors it needs that prediction, and no columns. Without a line the model is as it is.
    """

    outcome: Outcome
    intercept: float = 0.0
    slope: float = 1.0

    @classmethod
    def fit(cls, prediction: np.ndarray, y: np.ndarray, weights: np.ndarray, outcome: Outcome) -> Self:
        """Fit the line to predictions, outcomes and case weights, all (n,), by maximum likelihood."""
        line = Pooled(outcome).fit(_scale(prediction, outcome)[:, None], y, weights)
        return cls(outcome, float(line.intercept_), float(line.coef_[0]))

    @property
    def is_line(self) -> bool:
        """Whether anything is changed."""
        return (self.intercept, self.slope) != (0.0, 1.0)

    def correct(self, prediction: np.ndarray, X: np.ndarray | None = None) -> np.ndarray:
        """Return the audited model's prediction (n,), recalibrated; NaN where it is missing. X isn't read."""
        if not self.is_line:
            return prediction
        eta = self.intercept + self.slope * _scale(prediction, self.outcome)
        return 1 / (1 + np.exp(-np.clip(eta, -700, 700))) if self.outcome == "binary" else eta


class Errors(Protocol):
    """What predicts the errors of an audited model from the design's matrix X (n, p)."""

    def predict(self, X: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True)
class Corrected:
    """The audited model's prediction of a quantity, to which groups with rules of their own add something."""

    model: Errors

    def correct(self, prediction: np.ndarray, X: np.ndarray) -> np.ndarray:
        """Return the audited model's prediction (n,), corrected; NaN where it is missing."""
        return prediction + self.model.predict(X)


#: Predictors that need the audited model's prediction.
OnPrediction = Recalibration | Corrected


def _scale(prediction: np.ndarray, outcome: Outcome) -> np.ndarray:
    """Return the scale on which the line is fitted: log-odds of probabilities, values as they are."""
    if outcome != "binary":
        return prediction
    inside = np.clip(prediction, _NEAREST, 1 - _NEAREST)
    return np.log(inside) - np.log1p(-inside)
