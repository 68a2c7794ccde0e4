"""Which rows of a table a study can use, and why the others are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rome.errors import ColumnError
from rome.table.columns import numbers, require_column
from rome.table.outcome import outcome_values
from rome.table.roles import Roles

NO_OUTCOME = "outcome is missing"
NO_WEIGHT = "weight is missing"
ZERO_WEIGHT = "weight is zero"


@dataclass(frozen=True)
class UsableRows:
    """``index`` (n,) holds the positions of the usable rows, rising; ``weight`` (n,) their case weights
    (ones without a weight column); ``left_out`` counts the other rows by reason."""

    index: np.ndarray
    weight: np.ndarray
    left_out: Mapping[str, int]


def usable_rows(frame: pd.DataFrame, roles: Roles) -> UsableRows:
    """Return the rows that have an outcome and a positive weight.

    Raises
    ------
    ColumnError
        A weight is negative, or the weight column is absent or holds no number.
    OutcomeError
        The outcome can't be modelled.
    """
    weight = _weights(frame, roles)
    faults = {
        NO_OUTCOME: np.isnan(outcome_values(frame, roles).values),
        NO_WEIGHT: np.isnan(weight),
        ZERO_WEIGHT: weight == 0,
    }
    usable = np.ones(len(frame), dtype=bool)
    left_out: dict[str, int] = {}
    for reason, at_fault in faults.items():
        count = int((usable & at_fault).sum())
        if count:
            left_out[reason] = count
        usable &= ~at_fault
    index = np.flatnonzero(usable)
    return UsableRows(index, weight[index], left_out)


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
