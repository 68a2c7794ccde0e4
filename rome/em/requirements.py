"""What RomeEM asks of its settings, its columns and its rows before it fits."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from rome.errors import FewRowsWarning, OutcomeError, SettingError, TooFewRowsError
from rome.settings.columns import column_positions
from rome.settings.study import MAX_GROUPS, check_choice, check_criterion, check_gamma, check_number

if TYPE_CHECKING:
    from rome.em.estimator import RomeEM
    from rome.em.rows import Rows

#: Rows a group below which nothing is fitted: one row has no spread.
FEWEST_ROWS_A_GROUP = 2


def check_settings(model: RomeEM) -> None:
    """Raise ``SettingError`` for the first parameter that is outside its values."""
    check_number("n_groups", model.n_groups, 1, MAX_GROUPS, whole=True)
    check_choice("outcome", model.outcome, ("numeric", "binary"))
    check_choice("noise", model.noise, ("normal", "t"))
    if model.outcome == "binary" and model.noise == "t":
        raise SettingError(
            'noise="t" is for a numeric outcome; a binary one has no residual scale. Leave "normal".'
        )
    check_choice("gate", model.gate, ("linear", "flexible"))
    check_choice("predictor", model.predictor, ("gated", "aggregate"))
    check_choice("criterion", model.criterion, ("regret", "risk", "reward"))
    check_criterion(model.predictor, model.criterion)
    check_gamma(model.predictor, model.gamma)
    check_number("dro_strength", model.dro_strength, 0, 1)
    check_number("n_init", model.n_init, 1, 10_000, whole=True)
    check_number("max_iter", model.max_iter, 1, 1_000_000, whole=True)
    check_number("tol", model.tol, 0, 1)


def take_columns(model: RomeEM, rows: Rows) -> None:
    """Give ``model`` the columns of ``rows``, as scikit-learn's validation of X would."""
    model.n_features_in_ = rows.n_features
    if rows.names is not None:
        model.feature_names_in_ = np.array(rows.names, dtype=object)
    elif hasattr(model, "feature_names_in_"):
        del model.feature_names_in_


def column_indices(model: RomeEM) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of the gate's and the experts' columns in X.

    Raises
    ------
    ColumnError
        A column is not in X, or is named twice.
    """
    names = getattr(model, "feature_names_in_", None)
    gate = () if model.gate_features is None else model.gate_features
    gate_index = column_positions("gate_features", gate, names, model.n_features_in_)
    if model.expert_features is None:
        return gate_index, np.setdiff1d(np.arange(model.n_features_in_), gate_index)
    return gate_index, column_positions("expert_features", model.expert_features, names, model.n_features_in_)


def check_outcome(model: RomeEM, y: np.ndarray) -> None:
    """Raise ``OutcomeError`` unless a binary outcome (n,) holds only 0 and 1."""
    if model.outcome == "binary" and not np.isin(y, (0.0, 1.0)).all():
        odd = y[~np.isin(y, (0.0, 1.0))][0]
        raise OutcomeError(
            f'A binary outcome holds only 0 and 1, but {odd:g} was seen. Recode it, or use outcome="numeric".'
        )


def column_names(model: RomeEM) -> list[str]:
    """Return the names of X's columns, or "column 0", "column 1" … where they have none."""
    names = getattr(model, "feature_names_in_", None)
    return [f"column {place}" for place in range(model.n_features_in_)] if names is None else list(names)


def free_parameters(n_groups: int, n_experts: int, n_gate: int, outcome: str, noise: str = "normal") -> int:
    """Return the free parameters of a mixture: β and, for a numeric outcome, σ (and df) of each group, and γ.

    Parameters
    ----------
    n_groups : int
    n_experts, n_gate : int
        Columns of the experts and of the gate, without the intercept.
    outcome : {"numeric", "binary"}
    noise : {"normal", "t"}
    """
    per_group = n_experts + 1 + (outcome == "numeric") * (2 if noise == "t" else 1)
    return int(n_groups * per_group + (n_groups - 1) * (n_gate + 1))


def require_rows(
    rows: int, n_groups: int, n_experts: int, n_gate: int, outcome: str, noise: str = "normal"
) -> None:
    """Raise ``TooFewRowsError`` where several groups have more free parameters than ``rows``.

    One group is ordinary least squares, which has a minimum-norm answer however few the rows.
    """
    needed = free_parameters(n_groups, n_experts, n_gate, outcome, noise)
    if n_groups > 1 and rows < needed:
        raise TooFewRowsError(_message(rows, n_groups, n_experts, n_gate, needed))


def warn_of_few_rows(
    rows: int, n_groups: int, n_experts: int, n_gate: int, outcome: str, noise: str = "normal"
) -> None:
    """Warn where ``require_rows`` would raise, and raise below ``FEWEST_ROWS_A_GROUP`` rows a group.

    Between the two a fit exists (minimum norm, variances on their floor) and says next to nothing; an
    estimator gives it with a warning, a study refuses it.
    """
    needed = free_parameters(n_groups, n_experts, n_gate, outcome, noise)
    if n_groups == 1 or rows >= needed:
        return
    message = _message(rows, n_groups, n_experts, n_gate, needed)
    if rows < FEWEST_ROWS_A_GROUP * n_groups:
        raise TooFewRowsError(message)
    warnings.warn(message, FewRowsWarning, stacklevel=4)


def _message(rows: int, n_groups: int, n_experts: int, n_gate: int, needed: int) -> str:
    return (
        f"{n_groups:g} groups on {n_experts} expert and {n_gate} gate columns have {needed} free parameters, "
        f"but n_samples = {rows}. Use fewer groups or fewer columns, or more rows."
    )
