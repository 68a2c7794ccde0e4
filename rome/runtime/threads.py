"""The only home of what ROME takes from the less public corners of scikit-learn and its thread control."""

from __future__ import annotations

import warnings
from contextlib import AbstractContextManager
from functools import cache

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import ThreadpoolController, threadpool_limits


@cache
def _loaded() -> ThreadpoolController:
    """Return the thread pools of numpy, scipy and scikit-learn, all loaded by now.

    Looking them up anew costs 2 ms, as much as a small fit's k-means.
    """
    return ThreadpoolController()


def one_blas_thread() -> AbstractContextManager:
    """Return a context in which matrix products use one thread.

    Products of blocks that fit the cache are too small to share, and on a busy machine threads that wait
    for each other cost many times what they give.
    """
    return _loaded().limit(limits=1, user_api="blas")


def one_thread() -> threadpool_limits:
    """Return a context in which neither matrix products nor trees start threads.

    For many small fits in a row: handing each to several threads and waiting for the last of them costs
    more than it gives, and on a busy machine many times more.
    """
    return threadpool_limits(1)


def kmeans_labels(points: np.ndarray, n_clusters: int, seed: int, weights: np.ndarray) -> np.ndarray:
    """Return k-means labels (n,) of ``points`` (n, d) with weights (n,).

    Fewer distinct points than clusters leaves some clusters empty, which a start can bear; scikit-learn's
    warning about it is not the analyst's concern.
    """
    # A start needs no more than one thread, and threads that wait for each other cost more than they give.
    with warnings.catch_warnings(), _loaded().limit(limits=1, user_api="openmp"):
        warnings.simplefilter("ignore", ConvergenceWarning)
        return KMeans(n_clusters, n_init=1, max_iter=30, random_state=seed).fit_predict(
            points, sample_weight=weights
        )
