"""Settings of groups that predict by networks, folded away with a sentence each."""

from __future__ import annotations

from typing import TypeVar

import streamlit as st

from dashboard.screens.train import words
from dashboard.shared import setting_words
from rome.settings.networks import MoESettings

_DEFAULT = MoESettings()
_Option = TypeVar("_Option")
_HELP = {
    "starts": words.STARTS_HELP,
    "epochs": words.EPOCHS_HELP,
    "patience": words.PATIENCE_HELP,
    "batch": words.BATCH_HELP,
    "rate": words.RATE_HELP,
    "decay": words.DECAY_HELP,
}


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
    hidden = st.selectbox(
        setting_words.HIDDEN_LABEL,
        list(setting_words.HIDDEN),
        index=list(setting_words.HIDDEN).index(_DEFAULT.hidden_sizes),
        key="train-moe-hidden",
        format_func=setting_words.HIDDEN.get,
        help=words.HIDDEN_HELP,
        persist_state="session",
    )
    gate = choice(setting_words.MOE_GATE_LABEL, setting_words.MOE_GATES, "moe-gate", words.MOE_GATE_HELP)
    gate_network = choice(
        setting_words.GATE_NETWORK_LABEL,
        setting_words.GATE_NETWORKS,
        "moe-gate-network",
        "Take the linear gate where there are few rows.",
    )
    objective = choice(
        setting_words.OBJECTIVE_LABEL,
        setting_words.OBJECTIVES,
        "moe-objective",
        "Likelihood is the better choice for finding groups.",
    )
    strength = st.slider(
        setting_words.MOE_STRENGTH_LABEL,
        0.0,
        1.0,
        _DEFAULT.training_strength,
        0.05,
        key="train-moe-strength",
        help=words.MOE_STRENGTH_HELP,
        persist_state="session",
    )
    group_loss = _DEFAULT.group_loss
    if strength > 0:
        group_loss = choice(
            setting_words.GROUP_LOSS_LABEL,
            setting_words.GROUP_LOSSES,
            "moe-group-loss",
            "Only where the worst group is guarded while training.",
        )
    return {
        "hidden_sizes": hidden,
        "gate": gate,
        "gate_network": gate_network,
        "objective": objective,
        "training_strength": round(strength, 2),
        "group_loss": group_loss,
    }


def _training() -> dict[str, object]:
    warm = st.toggle(
        setting_words.WARM_LABEL, False, key="train-moe-warm", help=words.WARM_HELP, persist_state="session"
    )
    starts = _DEFAULT.n_init if warm else _whole(setting_words.STARTS_LABEL, "starts", 1, 20, _DEFAULT.n_init)
    epochs = _whole(setting_words.EPOCHS_LABEL, "epochs", 1, 5000, _DEFAULT.epochs)
    patience = _whole(setting_words.PATIENCE_LABEL, "patience", 0, 1000, _DEFAULT.patience)
    return {
        "warm_start_from_em": warm,
        "n_init": starts,
        "epochs": epochs,
        "patience": patience or None,
        "batch_size": _one_of(setting_words.BATCH_LABEL, "batch", setting_words.BATCHES, _DEFAULT.batch_size),
        "learning_rate": _one_of(
            setting_words.RATE_LABEL, "rate", setting_words.RATES, _DEFAULT.learning_rate
        ),
        "weight_decay": _one_of(
            setting_words.DECAY_LABEL, "decay", setting_words.DECAYS, _DEFAULT.weight_decay
        ),
    }


def _whole(label: str, name: str, low: int, high: int, default: int) -> int:
    chosen = st.number_input(
        label, low, high, default, key=f"train-moe-{name}", help=_HELP[name], persist_state="session"
    )
    return int(chosen)


def _one_of(label: str, name: str, options: tuple[_Option, ...], default: _Option) -> _Option:
    return st.selectbox(
        label,
        options,
        index=options.index(default),
        key=f"train-moe-{name}",
        format_func="{:g}".format,
        help=_HELP[name],
        persist_state="session",
    )


def choice(label: str, options: dict[str, tuple[str, str]], name: str, explained: str) -> str:
    """Show a choice with a sentence under it that says what was chosen."""
    chosen = st.selectbox(
        label,
        list(options),
        key=f"train-{name}",
        format_func=lambda option: options[option][0],
        help=explained,
        persist_state="session",
    )
    st.caption(options[chosen][1])
    return chosen
