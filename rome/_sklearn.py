"""The only home of what ROME takes from the less public corners of scikit-learn."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning


def kmeans_labels(points: np.ndarray, n_clusters: int, seed: int, max_rows: int) -> np.ndarray:
    """Return k-means labels (n,) of ``points`` (n, d), fitted on at most ``max_rows`` of them.

    Fewer distinct points than clusters leaves some clusters empty, which a start can bear; scikit-learn's
    warning about it is not the analyst's concern.
    """
    n_rows = len(points)
    sample = points
    if n_rows > max_rows:
        sample = points[np.random.default_rng(seed).choice(n_rows, max_rows, replace=False)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return KMeans(n_clusters, n_init=1, random_state=seed).fit(sample).predict(points)
