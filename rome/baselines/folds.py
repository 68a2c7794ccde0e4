"""Cross-validated log loss of a classifier, with weights."""

from __future__ import annotations

import numpy as np

_SMALLEST = 1e-12


def log_loss_by_fold(model, X: np.ndarray, y: np.ndarray, weights: np.ndarray, fold: np.ndarray) -> float:
    """Return the weighted mean log loss of rows (n,) predicted by fits that left their fold out.

    A fold whose other rows hold one outcome only has no fit and is left out; infinite if all are.
    """
    total, seen = 0.0, 0.0
    for number in np.unique(fold):
        held, rest = fold == number, fold != number
        if len(np.unique(y[rest])) < 2:
            continue
        model.fit(X[rest], y[rest].astype(int), sample_weight=weights[rest])
        found = np.clip(model.predict_proba(X[held])[:, 1], _SMALLEST, 1 - _SMALLEST)
        losses = -(y[held] * np.log(found) + (1 - y[held]) * np.log1p(-found))
        total, seen = total + float(weights[held] @ losses), seen + float(weights[held].sum())
    return total / seen if seen else np.inf
