"""Who is in a group: weighted means of every column against everybody's, in standard deviations."""

from __future__ import annotations

import numpy as np

from rome.stats.bootstrap import Resampling, resampled_group_sums


def standardised_differences(
    values: np.ndarray, group_weights: np.ndarray, row_weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compare each group with all rows.

    Parameters
    ----------
    values : ndarray of shape (n, p)
        Columns in their own units.
    group_weights : ndarray of shape (n, G)
        Weight of each row in each group.
    row_weights : ndarray of shape (n,)

    Returns
    -------
    group_means : ndarray of shape (G, p)
    overall_means : ndarray of shape (p,)
    differences : ndarray of shape (G, p)
        (group mean − overall mean) / overall SD; 0 for a constant column, NaN for an empty group.
    """
    overall = np.average(values, axis=0, weights=row_weights)
    spread = np.sqrt(np.average((values - overall) ** 2, axis=0, weights=row_weights))
    weighted = group_weights * row_weights[:, None]
    total = weighted.sum(axis=0)[:, None]
    means = np.divide(
        weighted.T @ values, total, out=np.full((total.shape[0], values.shape[1]), np.nan), where=total > 0
    )
    # The mean of a constant is off by a rounding error, which must not count as a spread.
    varies = spread > 1e-12 * np.abs(values).max(axis=0)
    differences = np.divide(means - overall, spread, out=np.zeros_like(means), where=varies)
    differences[total[:, 0] <= 0] = np.nan
    return means, overall, differences


def difference_limits(
    values: np.ndarray, group_weights: np.ndarray, row_weights: np.ndarray, resampling: Resampling
) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval limits of what ``standardised_differences`` compares.

    Means and spread of everybody are taken anew in every resample; responsibilities are taken as fitted.

    Returns
    -------
    of_means : ndarray of shape (2, G, p)
        Low and high of each group's mean.
    of_differences : ndarray of shape (2, G, p)
        Low and high of each standardised difference, in standard deviations.
    """
    centre = np.average(values, axis=0, weights=row_weights)
    centred = values - centre
    with_one = np.column_stack([np.ones(len(values)), centred])
    squares = centred**2 * row_weights[:, None]
    weighted = group_weights * row_weights[:, None]
    # Spread that is rounding must not count, as in the point values.
    least = 1e-12 * np.abs(values).max(axis=0)
    means, differences = [], []
    for counts in resampling.counts():
        everybody = resampled_group_sums(counts, row_weights[:, None], with_one)[:, 0]
        overall = everybody[:, 1:] / everybody[:, :1]
        spread = np.sqrt(np.maximum(counts @ squares / everybody[:, :1] - overall**2, 0))[:, None]
        sums = resampled_group_sums(counts, weighted, with_one)
        total = sums[:, :, :1]
        mean = np.divide(sums[:, :, 1:], total, out=np.full_like(sums[:, :, 1:], np.nan), where=total > 0)
        gap = np.where(np.isnan(mean), np.nan, 0.0)
        varies = np.broadcast_to(spread > least, mean.shape)
        differences.append(np.divide(mean - overall[:, None], spread, out=gap, where=varies))
        means.append(mean + centre)
    return _limits(np.concatenate(means), resampling), _limits(np.concatenate(differences), resampling)


def _limits(resampled: np.ndarray, resampling: Resampling) -> np.ndarray:
    """Return the limits (2, G, p) of resampled values (B, G, p)."""
    flat = resampled.reshape(len(resampled), -1)
    limits = [resampling.limits(column) for column in flat.T]
    return np.array(limits).T.reshape(2, *resampled.shape[1:])
