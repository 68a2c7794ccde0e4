"""Who is in a group: weighted means of every column against everybody's, in standard deviations."""

from __future__ import annotations

import numpy as np


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
