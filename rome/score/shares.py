"""Whether the groups have other shares in a new table than among the study's held-out rows."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from rome.score.result import ScoredRows, ShareShift
from rome.score.scorer import Scorer
from rome.stats.estimate import Estimate
from rome.stats.shares import logit_interval, mean_error
from rome.stats.tests import holm


def share_shifts(rows: ScoredRows, scorer: Scorer) -> tuple[ShareShift, ...]:
    """Compare each group's mean membership on two sets of rows, neither of which the gate was fitted on.

    The variance of a weighted mean m̄ is Σ w²(m − m̄)²/(Σ w)² · n/(n − 1); the difference is tested as normal.
    With two groups the second share follows from the first, so that there is one test. No group, no shift:
    empty for a study of one group.
    """
    held_out = scorer.study.rows.is_test
    names, confidence = scorer.group_names, scorer.study.settings.confidence
    if len(names) < 2:
        return ()
    before = _means(scorer.study.rows.membership[held_out], scorer.study.rows.weight[held_out])
    counted = rows.weight > 0
    now = _means(rows.membership[counted], rows.weight[counted])
    gap, error = now[0] - before[0], np.sqrt(now[1] ** 2 + before[1] ** 2)
    p_values = np.where(error > 0, 2 * norm.sf(np.abs(gap) / np.where(error > 0, error, 1.0)), np.nan)
    tests = len(names) if len(names) > 2 else 1
    adjusted = np.array(holm(p_values)) if tests > 1 else p_values
    wide = norm.isf((1 - confidence) / (2 * tests))
    return tuple(
        ShareShift(
            group=name,
            before=_interval(before[0][k], before[1][k], confidence),
            now=_interval(now[0][k], now[1][k], confidence),
            difference=Estimate(
                float(gap[k]), float(gap[k] - wide * error[k]), float(gap[k] + wide * error[k])
            ),
            p_value=float(p_values[k]),
            p_adjusted=float(adjusted[k]),
            changed=bool(adjusted[k] < 1 - confidence),
        )
        for k, name in enumerate(names)
    )


def _means(membership: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return weighted means (K,) of memberships (n, K) and their standard errors; NaN from one row."""
    return weight @ membership / weight.sum(), mean_error(membership, weight)


def _interval(share: float, error: float, confidence: float) -> Estimate:
    return Estimate(float(share), *logit_interval(float(share), float(error), confidence))
