"""Does it pay where it should: the worst latent group's held-out error, one model against the mixture."""

from __future__ import annotations

import numpy as np

from rome.evidence.sweep import Problem
from rome.results.verdict import CONFIDENCE, WorstGroupGain
from rome.runtime.random import stream
from rome.stats.estimate import Estimate
from rome.stats.sizes import too_small

_RESAMPLES, _CHUNK = 500, 50


def worst_group_gain(
    problem: Problem,
    pooled: np.ndarray,
    mixture: np.ndarray,
    responsibilities: np.ndarray,
    min_group_size: int = 30,
) -> WorstGroupGain | None:
    """Return the worst group's squared error under both predictions, and the difference.

    None where every group is too small (fewer than ``min_group_size`` rows speak for it, see
    ``rome.stats.sizes``); such groups never count as the worst.

    Parameters
    ----------
    pooled, mixture : ndarray of shape (n,)
        Predictions of each row from the fold that held it out: one line for everybody, and the mixture's
        robust prediction.
    responsibilities : ndarray of shape (n, K)
        Groups of the rows, from the same folds; they use the outcome, and are the same for both.

    Notes
    -----
    A group's error is the mean of squared errors weighted by responsibilities. The worst group is taken
    anew for each prediction, and inside each bootstrap resample of rows, so that the interval of the
    difference allows for not knowing which group is worst.
    """
    errors = np.column_stack([(problem.y - pooled) ** 2, (problem.y - mixture) ** 2])
    groups = responsibilities * problem.weights[:, None]
    groups = groups[:, ~too_small(problem.weights, min_group_size, responsibilities)]
    if not groups.shape[1]:
        return None
    first, second = _worst(np.ones((1, len(problem.y))), errors, groups)[0]
    drawn = _resampled(errors, groups, stream(problem.seed, "evidence worst group"))
    tail = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(drawn[:, 0] - drawn[:, 1], [tail, 100 - tail])
    gain = Estimate(float(first - second), float(low), float(high))
    return WorstGroupGain(float(first), float(second), gain)


def _resampled(errors: np.ndarray, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n = len(errors)
    counts = (rng.multinomial(n, np.full(n, 1 / n), size=_CHUNK) for _ in range(_RESAMPLES // _CHUNK))
    return np.concatenate([_worst(drawn.astype(float), errors, groups) for drawn in counts])


def _worst(counts: np.ndarray, errors: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the worst group's error of both predictions, (B, 2), in resamples ``counts`` (B, n) of rows."""
    mass = np.maximum(counts @ groups, np.finfo(float).tiny)
    columns = [((counts @ (groups * errors[:, [model]])) / mass).max(axis=1) for model in (0, 1)]
    return np.column_stack(columns)
