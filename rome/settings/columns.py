"""What an estimator asks of its columns: X's are named by position or by name, the outcome is of its kind."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral

import numpy as np

from rome.errors import ColumnError, OutcomeError, nearest


def column_positions(
    parameter: str, columns: Sequence[str | int], names: np.ndarray | None, n_columns: int
) -> np.ndarray:
    """Return the positions (m,) that ``columns`` name among ``n_columns``, in the order given.

    Raises
    ------
    ColumnError
        A name is not in X, X has no names, a position is out of range, a column is given twice, or one
        name stands where a list of them belongs.
    """
    if isinstance(columns, str):
        raise ColumnError(f'{parameter} is "{columns}"; it takes a list of columns. Write ["{columns}"].')
    known = None if names is None else {str(name): position for position, name in enumerate(names)}
    columns = list(columns)
    positions = [_position(parameter, column, known, n_columns) for column in columns]
    for column, position in zip(columns, positions, strict=True):
        if positions.count(position) > 1:
            raise ColumnError(f"{parameter} names column {column!r} twice; give it once.")
    return np.array(positions, dtype=int)


def gate_and_expert_positions(
    gate_features: Sequence[str | int] | None,
    expert_features: Sequence[str | int] | None,
    names: np.ndarray | None,
    n_columns: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of the gate's columns (none by default) and of the experts' (all the others).

    Raises
    ------
    ColumnError
        As ``column_positions`` does.
    """
    gate = column_positions("gate_features", () if gate_features is None else gate_features, names, n_columns)
    if expert_features is None:
        return gate, np.setdiff1d(np.arange(n_columns), gate)
    return gate, column_positions("expert_features", expert_features, names, n_columns)


def check_outcome(outcome: str, y: np.ndarray) -> None:
    """Raise ``OutcomeError`` unless the outcome (n,) holds only what its kind may hold.

    A binary one is 0 or 1, a count whole and not negative, and a positive amount above 0.
    """
    odd = _UNSUITABLE[outcome](y) if outcome in _UNSUITABLE else np.zeros(len(y), dtype=bool)
    if not odd.any():
        return
    seen = y[odd][0]
    if outcome == "binary":
        raise OutcomeError(
            f"A binary outcome holds only 0 and 1, but {seen:g} was seen.",
            'Recode it, or use outcome="numeric".',
        )
    if outcome == "count":
        raise OutcomeError(
            f"A count is 0, 1, 2 and so on, but {seen:g} was seen.",
            "Leave such rows out or correct them, or use "
            + (
                'outcome="numeric".'
                if seen < 0
                else 'outcome="positive" for an amount; a rate is a count with its exposure.'
            ),
        )
    raise OutcomeError(
        f"A positive amount is above 0, but {seen:g} was seen.",
        "Leave such rows out (whether there is an amount at all is an outcome of its own, binary), or use "
        'outcome="numeric".',
    )


_UNSUITABLE = {
    "binary": lambda y: ~np.isin(y, (0.0, 1.0)),
    "count": lambda y: (y < 0) | (y != np.floor(y)),
    "positive": lambda y: y <= 0,
}


def check_exposure(exposure: np.ndarray) -> None:
    """Raise ``OutcomeError`` unless every exposure (n,) is a finite number above 0."""
    odd = ~(np.isfinite(exposure) & (exposure > 0))
    if odd.any():
        raise OutcomeError(
            f"An exposure is above 0, but {exposure[odd][0]:g} was seen.",
            "Leave out rows that were never exposed, and fill gaps.",
        )


def _position(parameter: str, column: str | int, known: dict[str, int] | None, n_columns: int) -> int:
    if isinstance(column, Integral) and not isinstance(column, bool):
        if not -n_columns <= column < n_columns:
            raise ColumnError(
                f"{parameter} names position {column}, but X has {n_columns} columns (0 to {n_columns - 1})."
            )
        return int(column) % n_columns
    if known is None:
        raise ColumnError(
            f"{parameter} names column {column!r}, but X has no column names. "
            "Pass a DataFrame, or give positions."
        )
    if column not in known:
        raise ColumnError(
            f"{parameter} names column {column!r}, which is not in X "
            f"({n_columns} columns).{nearest(str(column), known)}"
        )
    return known[column]
