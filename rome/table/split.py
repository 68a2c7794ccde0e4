"""The rows of a study: which can be used, and which of those it fits on and reports on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rome.errors import ColumnError, TooFewRowsError
from rome.runtime.random import stream_seed
from rome.table.columns import numbers, require_column
from rome.table.outcome import outcome_values
from rome.table.prediction import prediction_values
from rome.table.roles import Roles

#: Below this, neither a fit nor an estimate of its error means anything.
FEWEST_ROWS = 20
NO_OUTCOME = "outcome is missing"
NO_WEIGHT = "weight is missing"
ZERO_WEIGHT = "weight is zero"
NO_PREDICTION = "prediction is missing"


@dataclass(frozen=True)
class UsableRows:
    """``index`` (n,) holds the positions of the usable rows, rising; ``weight`` (n,) their case weights
    (ones without a weight column); ``left_out`` counts the other rows by reason."""

    index: np.ndarray
    weight: np.ndarray
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class Split:
    """Positions, in rising order, of the training rows and of the held-out rows."""

    train: np.ndarray
    test: np.ndarray


def usable_rows(frame: pd.DataFrame, roles: Roles) -> UsableRows:
    """Return the rows that have an outcome, a positive weight and, where one is audited, a prediction.

    Raises
    ------
    ColumnError
        A weight is negative, or the weight column is absent or holds no number.
    OutcomeError
        The outcome can't be modelled, or the prediction is none of it.
    """
    weight, outcome = _weights(frame, roles), outcome_values(frame, roles)
    faults = {
        NO_OUTCOME: np.isnan(outcome.values),
        NO_WEIGHT: np.isnan(weight),
        ZERO_WEIGHT: weight == 0,
    }
    if roles.prediction is not None:
        audited = prediction_values(frame, roles.prediction, outcome, roles.outcome)
        faults[NO_PREDICTION] = np.isnan(audited.values)
    usable = np.ones(len(frame), dtype=bool)
    left_out: dict[str, int] = {}
    for reason, at_fault in faults.items():
        count = int((usable & at_fault).sum())
        if count:
            left_out[reason] = count
        usable &= ~at_fault
    index = np.flatnonzero(usable)
    return UsableRows(index, weight[index], left_out)


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


def _weights(frame: pd.DataFrame, roles: Roles) -> np.ndarray:
    if roles.weight is None:
        return np.ones(len(frame))
    weight = numbers(require_column(frame, roles.weight))
    negative = int((weight < 0).sum())
    if negative:
        raise ColumnError(
            f'Weight column "{roles.weight}" is negative in {negative:,} row{"s" * (negative != 1)} '
            f"(lowest {np.nanmin(weight):g}). Weights count rows, so they must be 0 or more: correct the "
            "file, or choose another weight."
        )
    if np.isnan(weight).all():
        raise ColumnError(
            f'Weight column "{roles.weight}" holds no number. Choose a numeric column, or no weight.'
        )
    return weight
