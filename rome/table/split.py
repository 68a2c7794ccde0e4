"""Rows to fit on and rows to report on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rome.errors import TooFewRowsError
from rome.runtime.random import stream_seed

#: Below this, neither a fit nor an estimate of its error means anything.
FEWEST_ROWS = 20


@dataclass(frozen=True)
class Split:
    """Positions, in rising order, of the training rows and of the held-out rows."""

    train: np.ndarray
    test: np.ndarray


def split_rows(n: int, test_size: float, seed: int, *, strata: np.ndarray | None = None) -> Split:
    """Return a random split of ``n`` rows, the same for the same seed.

    Parameters
    ----------
    n : int
        Number of usable rows.
    test_size : float
        Share that is held out.
    seed : int
        The study's ``random_state``.
    strata : array of shape (n,), optional
        Values whose shares are kept alike in both parts; meant for a binary outcome. A value with a
        single row can't be in both parts, so then the split is made without strata.

    Raises
    ------
    TooFewRowsError
        Either part would have fewer than 20 rows.
    """
    from sklearn.model_selection import train_test_split

    n_test = int(np.ceil(n * test_size))
    if min(n_test, n - n_test) < FEWEST_ROWS:
        raise TooFewRowsError(
            f"{n:,} usable rows with a test share of {test_size:.0%} make {n - n_test:,} rows to fit on and "
            f"{n_test:,} to test on; each needs at least {FEWEST_ROWS}. Add rows, or change the test share."
        )
    if strata is not None and np.unique(strata, return_counts=True)[1].min() < 2:
        strata = None
    train, test = train_test_split(
        np.arange(n), test_size=n_test, random_state=stream_seed(seed, "split"), stratify=strata
    )
    return Split(np.sort(train), np.sort(test))
