"""What RomeEM asks of its settings and rows before it fits, and the plan that they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.random import RandomState

from rome.errors import FewRowsWarning, SettingError, TooFewRowsError
from rome.settings.columns import gate_and_expert_positions
from rome.settings.spec import check_choice, check_number
from rome.settings.study import MAX_GROUPS, check_criterion, check_gamma

#: Rows a group below which nothing is fitted: one row has no spread.
FEWEST_ROWS_A_GROUP = 2
#: Kinds of outcome that RomeEM models.
OUTCOMES = ("numeric", "binary", "count", "positive")


@dataclass(frozen=True)
class Plan:
    """One fit: RomeEM's parameters, checked, with the columns' positions in X and all its columns' names."""

    n_groups: int
    outcome: str
    noise: str
    slopes: str
    gate: str
    curves: bool
    predictor: str
    criterion: str
    gamma: str
    dro_strength: float
    n_init: int
    max_iter: int
    tol: float
    random_state: int | RandomState | None
    gate_index: np.ndarray
    expert_index: np.ndarray
    names: tuple[str, ...]
    #: Column of X by whose values predictions are multiplied: beyond those with names.
    exposure: int | None = None


def check_settings(parameters: Mapping[str, object]) -> None:
    """Raise ``SettingError`` for the first of RomeEM's ``parameters`` that is outside its values."""
    outcome, noise, predictor = (parameters[name] for name in ("outcome", "noise", "predictor"))
    check_number("n_groups", parameters["n_groups"], 1, MAX_GROUPS, whole=True)
    check_choice("outcome", outcome, OUTCOMES)
    check_choice("noise", noise, ("normal", "t"))
    if outcome != "numeric" and noise == "t":
        raise SettingError(f'noise="t" is for a numeric outcome, and this one is {outcome}. Leave "normal".')
    check_choice("slopes", parameters["slopes"], ("own", "shared"))
    check_choice("gate", parameters["gate"], ("linear", "flexible"))
    if not isinstance(parameters["curves"], bool | np.bool_):
        raise SettingError(f"curves is {parameters['curves']!r}; it is True or False.")
    check_choice("predictor", predictor, ("gated", "aggregate"))
    check_choice("criterion", parameters["criterion"], ("regret", "risk", "reward"))
    check_criterion(predictor, parameters["criterion"])
    check_gamma(predictor, parameters["gamma"])
    check_number("dro_strength", parameters["dro_strength"], 0, 1)
    check_number("n_init", parameters["n_init"], 1, 10_000, whole=True)
    check_number("max_iter", parameters["max_iter"], 1, 1_000_000, whole=True)
    check_number("tol", parameters["tol"], 0, 1)


def plan_of(
    parameters: Mapping[str, object], names: Sequence[str] | None, n_columns: int, exposed: bool = False
) -> Plan:
    """Return the plan of a fit on X with ``n_columns``, which have ``names`` or are known by position.

    Rows that are ``exposed`` have their exposure in one further column, the last.

    Raises
    ------
    ColumnError
        A column is not in X, or is named twice.
    """
    gate_index, expert_index = gate_and_expert_positions(
        parameters["gate_features"], parameters["expert_features"], names, n_columns
    )
    shown = [f"column {place}" for place in range(n_columns)] if names is None else names
    own = {field.name: parameters[field.name] for field in fields(Plan) if field.name in parameters}
    whole = {name: int(own[name]) for name in ("n_groups", "n_init", "max_iter")}
    return Plan(
        **own | whole,
        gate_index=gate_index,
        expert_index=expert_index,
        names=tuple(shown),
        exposure=n_columns if exposed else None,
    )


def free_parameters(
    n_groups: int, n_experts: int, n_gate: int, outcome: str, noise: str = "normal", slopes: str = "own"
) -> int:
    """Return the free parameters of a mixture: β and γ, and σ (and df) of a numeric outcome or φ of amounts.

    Parameters
    ----------
    n_groups : int
    n_experts, n_gate : int
        Terms of the experts and of the gate, without the intercept.
    outcome : {"numeric", "binary", "count", "positive"}
    noise : {"normal", "t"}
    slopes : {"own", "shared"}
    """
    per_group = 1 + (outcome in ("numeric", "positive")) * (2 if noise == "t" else 1)
    n_slopes = n_experts * (1 if slopes == "shared" else n_groups)
    return int(n_groups * per_group + n_slopes + (n_groups - 1) * (n_gate + 1))


def require_rows(
    rows: int,
    n_groups: int,
    n_experts: int,
    n_gate: int,
    outcome: str,
    noise: str = "normal",
    slopes: str = "own",
) -> None:
    """Raise ``TooFewRowsError`` where several groups have more free parameters than ``rows``.

    One group is ordinary least squares, which has a minimum-norm answer however few the rows.
    """
    needed = free_parameters(n_groups, n_experts, n_gate, outcome, noise, slopes)
    if n_groups > 1 and rows < needed:
        raise TooFewRowsError(_message(rows, n_groups, n_experts, n_gate, needed))


def few_rows(rows: int, plan: Plan, n_experts: int, n_gate: int) -> FewRowsWarning | None:
    """Return a warning where ``require_rows`` would raise; raise below ``FEWEST_ROWS_A_GROUP`` rows a group.

    Between the two a fit exists (minimum norm, variances on their floor) and says next to nothing; an
    estimator gives it with a warning, a study refuses it. ``n_experts`` and ``n_gate`` count terms.
    """
    needed = free_parameters(plan.n_groups, n_experts, n_gate, plan.outcome, plan.noise, plan.slopes)
    if plan.n_groups == 1 or rows >= needed:
        return None
    message = _message(rows, plan.n_groups, n_experts, n_gate, needed)
    if rows < FEWEST_ROWS_A_GROUP * plan.n_groups:
        raise TooFewRowsError(message)
    return FewRowsWarning(message)


def _message(rows: int, n_groups: int, n_experts: int, n_gate: int, needed: int) -> str:
    return (
        f"{n_groups:g} groups on {n_experts} expert and {n_gate} gate columns have {needed} free parameters, "
        f"but n_samples = {rows}. Use fewer groups or fewer columns, or more rows."
    )
