"""An audit from Python: outcome, prediction and columns as arrays, no file needed."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Protocol

import numpy as np
import pandas as pd

from rome.errors import ColumnError, PredictionError
from rome.results import StudyResult
from rome.settings.study import Settings
from rome.study.protocols import Progress
from rome.study.run import run
from rome.table.columns import as_boolean_levels, levels
from rome.table.outcome import outcome_values
from rome.table.reading.read import read_table
from rome.table.roles import Roles


class Estimator(Protocol):
    """A fitted scikit-learn estimator, or anything else that predicts."""

    def predict(self, X: pd.DataFrame) -> np.ndarray: ...


def audit(
    y: object,
    prediction: object | Estimator | Callable[[pd.DataFrame], np.ndarray],
    a: object,
    s: object,
    settings: Settings | None = None,
    *,
    weight: object | None = None,
    progress: Progress | None = None,
) -> StudyResult:
    """Say whom a model fails that exists already, and what helps.

    Parameters
    ----------
    y : array-like of shape (n,)
        The outcome: numbers, or two values of any kind.
    prediction : array-like of shape (n,), fitted estimator, or callable
        Values in the units of ``y``, or probabilities or decisions of its yes. An estimator predicts from the
        columns that it was fitted on where it knows them (``feature_names_in_``), else from ``a``; of a
        yes/no the probability of the class that counts as 1, where it gives any. A callable is given ``a``.
        All should predict rows that the model was not trained on: on its own a model looks better than it is.
    a : DataFrame or array-like of shape (n, p)
        The ordinary columns.
    s : DataFrame or array-like of shape (n, q)
        The sensitive columns.
    settings : Settings or None
    weight : array-like of shape (n,) or None
        Case weights.
    progress : callable or None
        As in ``run``.

    Raises
    ------
    RomeError
        The columns don't fit together, or can't be studied.
    """
    features, sensitive = _columns(a, "a"), _columns(s, "s")
    frame = pd.concat([features, sensitive], axis=1)
    if frame.columns.has_duplicates:
        twice = str(frame.columns[frame.columns.duplicated()][0])
        raise ColumnError(f'Column "{twice}" is in a and in s. Give it in one of them.')
    predicted = _predicted(prediction, features, frame, y)
    single = {"outcome": _name(y, "y"), "prediction": _name(predicted, "prediction")}
    values = {"outcome": y, "prediction": predicted}
    if weight is not None:
        single["weight"], values["weight"] = _name(weight, "weight"), weight
    for role, name in single.items():
        if name in frame.columns:
            # A Series may bear a name that a column has, too.
            name = single[role] = _unused(role, frame)
        frame[name] = _one_column(values[role], role, len(frame))
    roles = Roles(
        features=tuple(map(str, features.columns)), sensitive=tuple(map(str, sensitive.columns)), **single
    )
    content = io.BytesIO()
    frame.to_parquet(content, index=False)
    table = read_table(content.getvalue(), "audit.parquet")
    return run(table, roles, settings or Settings(), progress).result


def _columns(values: object, letter: str) -> pd.DataFrame:
    if isinstance(values, pd.DataFrame):
        return values.reset_index(drop=True).set_axis(values.columns.map(str), axis=1)
    array = np.asarray(values)
    array = array[:, None] if array.ndim == 1 else array
    return pd.DataFrame(array, columns=[f"{letter}{number + 1}" for number in range(array.shape[1])])


def _predicted(prediction: object, features: pd.DataFrame, frame: pd.DataFrame, y: object) -> object:
    if not hasattr(prediction, "predict"):
        return prediction(features) if callable(prediction) else prediction
    known = getattr(prediction, "feature_names_in_", None)
    absent = [] if known is None else [name for name in known if name not in frame.columns]
    if absent:
        raise PredictionError(
            f'The estimator was fitted on a column "{absent[0]}" that is neither in a nor in s.',
            "Give the columns that it was fitted on, or its predictions.",
        )
    seen = features.to_numpy() if known is None else frame[list(known)]
    if hasattr(prediction, "predict_proba"):
        return np.asarray(prediction.predict_proba(seen))[:, _place_of_yes(prediction.classes_, y)]
    return prediction.predict(seen)


def _place_of_yes(classes: np.ndarray, y: object) -> int:
    """Return which of a classifier's classes is the level of the outcome that counts as 1."""
    outcome = outcome_values(pd.DataFrame({"y": np.asarray(y)}), Roles("y", (), ()))
    spelled = as_boolean_levels(pd.Series([outcome.positive, *classes], dtype=object).map(_as_level))
    same = np.flatnonzero((spelled[1:] == spelled[0]).to_numpy())
    if outcome.kind != "binary" or not len(same):
        raise PredictionError(
            f"The estimator tells the classes {', '.join(map(str, classes[:4]))} apart, which are not the "
            "outcome's two values.",
            "Give the outcome as the estimator was trained on it, or probabilities.",
        )
    return int(same[0])


def _as_level(value: object) -> str:
    return str(levels(pd.Series([value])).iloc[0])


def _name(values: object, otherwise: str) -> str:
    name = getattr(values, "name", None)
    return otherwise if name is None else str(name)


def _unused(role: str, frame: pd.DataFrame) -> str:
    name = role
    while name in frame.columns:
        name = f"{name}_"
    return name


def _one_column(values: object, role: str, n_rows: int) -> np.ndarray:
    array = np.asarray(values)
    if array.shape != (n_rows,):
        raise ColumnError(f"The {role} has the shape {array.shape}; a and s have {n_rows:,} rows.")
    return array
