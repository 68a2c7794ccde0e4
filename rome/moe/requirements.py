"""What ``RomeMoE`` asks of its parameters, columns and rows before it trains."""

from __future__ import annotations

from typing import get_args

import numpy as np

from rome.errors import TooFewRowsError
from rome.moe.training import Plan
from rome.settings.columns import check_outcome, gate_and_expert_positions
from rome.settings.networks import check_training
from rome.settings.spec import check_choice, check_number
from rome.settings.study import Criterion, Outcome, Predictor, check_criterion

#: More groups than ``RomeEM`` takes: an expert more is a slice of one tensor.
MAX_EXPERTS = 64


def check_settings(model) -> None:
    """Raise ``SettingError`` unless every parameter of ``model`` is one that it can take."""
    check_choice("outcome", model.outcome, get_args(Outcome))
    check_choice("predictor", model.predictor, get_args(Predictor))
    check_choice("criterion", model.criterion, get_args(Criterion))
    check_number("n_groups", model.n_groups, 1, MAX_EXPERTS, whole=True)
    check_number("dro_strength", model.dro_strength, 0, 1)
    check_training(model.get_params(deep=False))
    check_criterion(model.predictor, model.criterion)


def column_indices(model) -> tuple[np.ndarray, np.ndarray]:
    """Return positions of gate columns (d,) and expert columns (p,) of a model that has seen X."""
    names = getattr(model, "feature_names_in_", None)
    gate, experts = gate_and_expert_positions(
        model.gate_features, model.expert_features, names, model.n_features_in_
    )
    if model.gate == "as":
        gate = np.concatenate([gate, np.setdiff1d(experts, gate)])
    return gate, experts


def check_rows(model, y: np.ndarray, weights: np.ndarray) -> None:
    """Raise unless the outcome has the values, and the table the rows, that training needs."""
    check_outcome(model.outcome, y)
    rows, needed = int((weights > 0).sum()), max(3, 2 * int(model.n_groups))
    if rows < needed:
        raise TooFewRowsError(
            f"{model.n_groups:g} groups of neural experts need at least {needed} rows of positive weight to "
            f"train on and to hold some back, but n_samples = {rows}. Use fewer groups, or more rows."
        )


def plan_of(model) -> Plan:
    """Return how ``model`` asks to be trained."""
    return Plan(
        model.objective,
        model.outcome == "binary",
        model.group_loss,
        float(model.training_strength),
        int(model.epochs),
        int(model.batch_size),
        float(model.learning_rate),
        model.schedule,
        float(model.weight_decay),
        None if model.patience is None else int(model.patience),
    )
