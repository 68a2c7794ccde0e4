"""Metrics as functions of sums, so that one matrix product resamples them all.

A model's rows become a few columns (squared error, correct, …); every metric but AUC is a function of
the weighted sums of those columns in a group.
"""

from __future__ import annotations

import numpy as np

from rome.settings.study import Outcome
from rome.stats.sizes import effective_rows

NUMERIC_METRICS = ("mse", "rmse", "mae", "r2", "mean_residual")
BINARY_METRICS = ("brier", "log_loss", "accuracy", "selection_rate", "tpr", "fpr")
_THRESHOLD = 0.5
_SMALLEST_PROBABILITY = 1e-12
#: A share of a group's weight below this is rounding, not a row.
_ROUNDING = 1e-12


def metric_names(kind: Outcome) -> tuple[str, ...]:
    """Return the metrics of an outcome kind that come from sums (AUC comes on top for binary)."""
    return BINARY_METRICS if kind == "binary" else NUMERIC_METRICS


def loss_name(kind: Outcome) -> str:
    """Return the loss by which groups are ranked."""
    return "brier" if kind == "binary" else "mse"


def truth_columns(outcome: np.ndarray, kind: Outcome, centre: float) -> np.ndarray:
    """Return the columns that depend on the outcome alone, (n, 3): 1, y and y² (y centred if numeric)."""
    value = outcome if kind == "binary" else outcome - centre
    return np.column_stack([np.ones(len(outcome)), value, value**2])


def model_columns(outcome: np.ndarray, prediction: np.ndarray, kind: Outcome) -> np.ndarray:
    """Return one model's columns: (n, 3) squared, absolute and signed error, or (n, 5) for binary."""
    error = outcome - prediction
    if kind == "numeric":
        return np.column_stack([error**2, np.abs(error), error])
    probability = np.clip(prediction, _SMALLEST_PROBABILITY, 1 - _SMALLEST_PROBABILITY)
    log_loss = -(outcome * np.log(probability) + (1 - outcome) * np.log1p(-probability))
    selected = (prediction >= _THRESHOLD).astype(float)
    correct = (selected == outcome).astype(float)
    return np.column_stack([error**2, log_loss, correct, selected, selected * outcome])


def _ratio(top: np.ndarray, bottom: np.ndarray, least: np.ndarray | float = 0.0) -> np.ndarray:
    """Return top / bottom, NaN where ``bottom`` is not above ``least``."""
    return np.divide(top, bottom, out=np.full(np.broadcast(top, bottom).shape, np.nan), where=bottom > least)


def from_sums(truth: np.ndarray, model: np.ndarray, kind: Outcome) -> dict[str, np.ndarray]:
    """Return every metric from sums.

    Parameters
    ----------
    truth, model : ndarray of shape (..., 3), (..., 3 or 5)
        Weighted sums of ``truth_columns`` and ``model_columns``. An undefined metric is NaN.
    """
    count, total, squares = (truth[..., position] for position in range(3))
    if kind == "numeric":
        mse = _ratio(model[..., 0], count)
        spread = squares - _ratio(total**2, count)
        enough = spread > 1e-12 * np.maximum(squares, np.finfo(float).tiny)
        return {
            "mse": mse,
            "rmse": np.sqrt(mse),
            "mae": _ratio(model[..., 1], count),
            "r2": 1 - _ratio(model[..., 0], np.where(enough, spread, 0.0)),
            "mean_residual": _ratio(model[..., 2], count),
        }
    selected, hits = model[..., 3], model[..., 4]
    least = _ROUNDING * count
    return {
        "brier": _ratio(model[..., 0], count),
        "log_loss": _ratio(model[..., 1], count),
        "accuracy": _ratio(model[..., 2], count),
        "selection_rate": _ratio(selected, count),
        "tpr": _ratio(hits, total, least),
        "fpr": _ratio(selected - hits, count - total, least),
    }


def auc(outcome: np.ndarray, prediction: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Return the weighted area under the ROC curve and its standard error.

    The error is DeLong's (DeLong, DeLong & Clarke-Pearson 1988) with row weights; NaN where a group
    holds only one of the two outcomes.
    """
    positive, negative = (outcome > 0.5) & (weights > 0), (outcome <= 0.5) & (weights > 0)
    if not positive.any() or not negative.any():
        return np.nan, np.nan
    above = _share_below(prediction[positive], prediction[negative], weights[negative])
    below = 1 - _share_below(prediction[negative], prediction[positive], weights[positive])
    area = float(np.average(above, weights=weights[positive]))
    variance = _variance_of_mean(above, weights[positive], area) + _variance_of_mean(
        below, weights[negative], area
    )
    return area, float(np.sqrt(variance))


def _share_below(scores: np.ndarray, others: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weighted share of ``others`` below each score, ties counted half."""
    order = np.argsort(others, kind="stable")
    cumulative = np.concatenate([[0.0], np.cumsum(weights[order])])
    left = cumulative[np.searchsorted(others[order], scores, "left")]
    right = cumulative[np.searchsorted(others[order], scores, "right")]
    return (left + right) / (2 * cumulative[-1])


def _variance_of_mean(values: np.ndarray, weights: np.ndarray, mean: float) -> float:
    total = weights.sum()
    effective = float(effective_rows(weights))
    if effective <= 1:
        return np.nan
    correction = effective / (effective - 1)
    return float((weights**2 @ (values - mean) ** 2) / total**2 * correction)
