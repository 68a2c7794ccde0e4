"""fairlearn's bounded group loss with case weights. Only imported where fairlearn is installed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from fairlearn.reductions import BoundedGroupLoss, SquareLoss


class _WeightedBound(BoundedGroupLoss):
    """Every group's mean loss under one bound, a row counting by its case weight, which fairlearn leaves out.

    The weights that the inner fit is asked for are computed by column, not row by row.
    """

    case_weights: np.ndarray

    def load_data(self, X, y, *, sensitive_features=None) -> None:
        """Load rows, and measure the groups' shares by weight."""
        if sensitive_features is None:
            sensitive_features = np.zeros(len(y), dtype=int)
        super().load_data(X, y, sensitive_features=sensitive_features)
        weights = pd.Series(self.case_weights / self.case_weights.mean(), index=self.tags.index)
        self._weights, self._groups = weights, self.tags["group_id"]
        self.prob_attr = weights.groupby(self._groups).sum() / weights.sum()
        self.default_objective_lambda_vec = self.prob_attr

    def gamma(self, predictor) -> pd.Series:
        """Return the weighted mean loss of each group under ``predictor``."""
        losses = self.reduction_loss.eval(self.tags["label"], np.asarray(predictor(self.X), dtype=float))
        sums = (self._weights * losses).groupby(self._groups).sum()
        return sums / self._weights.groupby(self._groups).sum()

    def signed_weights(self, lambda_vec: pd.Series | None = None) -> pd.Series:
        """Return the weight of every row: its group's multiplier over the group's share, times its own."""
        if lambda_vec is None:
            return self._weights
        return self._groups.map(lambda_vec / self.prob_attr).astype(float) * self._weights

    def default_objective(self) -> _WeightedBound:
        """Return the weighted mean loss of everybody, which is a group like any other."""
        objective = _WeightedBound(self.reduction_loss)
        objective.no_groups = True
        objective.case_weights = self.case_weights
        return objective


def weighted_bounded_loss(weights: np.ndarray, bound: float) -> BoundedGroupLoss:
    """Return the constraint that no group's weighted squared error exceeds ``bound``, for y in [0, 1]."""
    constraint = _WeightedBound(SquareLoss(0, 1), upper_bound=bound)
    constraint.case_weights = np.asarray(weights, dtype=float)
    return constraint
