"""Settings of groups that predict by networks, folded away with a sentence each."""

from __future__ import annotations

import streamlit as st

from dashboard.screens.train import controls
from rome.settings.networks import MoESettings
from rome.settings.study import STUDY_SETTINGS

_DEFAULT = MoESettings()


def show() -> MoESettings:
    """Show the form and return the settings as they stand."""
    st.markdown("**Networks**")
    left, right = st.columns(2, gap="large")
    with left:
        shape = _shape()
    with right:
        training = _training()
    return MoESettings(**shape, **training)


def _shape() -> dict[str, object]:
    shape = {
        "hidden_sizes": controls.one_of("moe.hidden_sizes", STUDY_SETTINGS["moe.hidden_sizes"].kind.said),
        "gate": controls.choice("moe.gate"),
        "gate_network": controls.choice("moe.gate_network"),
        "objective": controls.choice("moe.objective"),
        "training_strength": controls.share("moe.training_strength"),
    }
    # Without a guard no group's loss is taken.
    guarded = shape["training_strength"] > 0
    return shape | ({"group_loss": controls.choice("moe.group_loss")} if guarded else {})


def _training() -> dict[str, object]:
    warm = controls.yes_no("moe.warm_start_from_em")
    return {
        "warm_start_from_em": warm,
        "n_init": _DEFAULT.n_init if warm else controls.whole("moe.n_init"),
        "epochs": controls.whole("moe.epochs"),
        "patience": controls.whole("moe.patience") or None,
        "batch_size": controls.one_of("moe.batch_size"),
        "learning_rate": controls.one_of("moe.learning_rate"),
        "weight_decay": controls.one_of("moe.weight_decay"),
    }
