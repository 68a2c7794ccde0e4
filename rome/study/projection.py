"""Two-dimensional maps of the rows: PCA at once, UMAP on request."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.decomposition import PCA

from rome.runtime.random import stream_seed


def pca_map(matrix: np.ndarray) -> np.ndarray:
    """Return the first two principal components (n, 2) of standardised columns (n, p).

    The sign of each component is fixed (its largest loading is positive), so that a map doesn't flip
    between runs. A matrix of one column gets a second component of zeros.
    """
    centred = matrix - matrix.mean(axis=0)
    if not centred.any():
        return np.zeros((len(matrix), 2))
    if matrix.shape[1] < 2 or len(matrix) < 2:
        return np.column_stack([centred[:, 0], np.zeros(len(matrix))])
    return PCA(
        n_components=2, svd_solver="full" if matrix.shape[1] < 500 else "randomized", random_state=0
    ).fit_transform(centred)


def umap_map(matrix: np.ndarray, seed: int, n_neighbors: int = 15) -> np.ndarray:
    """Return a UMAP of the rows, (n, 2); the same for the same seed.

    The first call in a process imports and compiles umap-learn, which takes tens of seconds.

    Parameters
    ----------
    matrix : ndarray of shape (n, p)
        Standardised columns; at least four rows.
    seed : int
    n_neighbors : int
        Rows that count as near; small for detail, large for the whole.
    """
    with warnings.catch_warnings():
        # umap-learn says that a seed forbids threads, and speaks of its own dependencies' changes.
        warnings.simplefilter("ignore")
        from umap import UMAP

        reducer = UMAP(
            n_neighbors=min(n_neighbors, len(matrix) - 1),
            random_state=stream_seed(seed, "umap"),
            n_jobs=1,
            init="spectral" if len(matrix) > 20 else "random",
        )
        return np.asarray(reducer.fit_transform(matrix), dtype=float)
