"""Settings of groups that predict by networks, folded away with a sentence each."""

from __future__ import annotations

from typing import TypeVar

import streamlit as st

from dashboard.wording import networks as words
from rome.settings.networks import MoESettings

_DEFAULT = MoESettings()
_BATCHES = (16, 32, 64, 128, 256, 512, 1024)
_RATES = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
_DECAYS = (0.0, 1e-4, 1e-3, 1e-2, 1e-1)
#: What the controls offer where they offer some values only, by setting.
OPTIONS: dict[str, tuple[object, ...]] = {
    "batch_size": _BATCHES,
    "learning_rate": _RATES,
    "weight_decay": _DECAYS,
    "n_init": tuple(range(1, 21)),
}
_Option = TypeVar("_Option")


def show() -> MoESettings:
    """Show the form and return the settings as they stand."""
    st.markdown(f"**{words.TITLE}**")
    left, right = st.columns(2, gap="large")
    with left:
        shape = _shape()
    with right:
        training = _training()
    return MoESettings(**shape, **training)


def _shape() -> dict[str, object]:
    hidden = st.selectbox(
        words.HIDDEN_LABEL,
        list(words.HIDDEN),
        index=list(words.HIDDEN).index(_DEFAULT.hidden_sizes),
        key="train-moe-hidden",
        format_func=words.HIDDEN.get,
        help=words.HIDDEN_HELP,
        persist_state="session",
    )
    gate = _choice(words.GATE_LABEL, words.GATES, "gate", words.GATE_HELP)
    gate_network = _choice(
        words.GATE_NETWORK_LABEL, words.GATE_NETWORKS, "gate-network", words.GATE_NETWORK_HELP
    )
    objective = _choice(words.OBJECTIVE_LABEL, words.OBJECTIVES, "objective", words.OBJECTIVE_HELP)
    strength = st.slider(
        words.STRENGTH_LABEL,
        0.0,
        1.0,
        _DEFAULT.training_strength,
        0.05,
        key="train-moe-strength",
        help=words.STRENGTH_HELP,
        persist_state="session",
    )
    group_loss = _DEFAULT.group_loss
    if strength > 0:
        group_loss = _choice(words.GROUP_LOSS_LABEL, words.GROUP_LOSSES, "group-loss", words.GROUP_LOSS_HELP)
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
        words.WARM_LABEL, False, key="train-moe-warm", help=words.WARM_HELP, persist_state="session"
    )
    starts = _DEFAULT.n_init if warm else _whole(words.STARTS_LABEL, "starts", 1, 20, _DEFAULT.n_init)
    epochs = _whole(words.EPOCHS_LABEL, "epochs", 1, 5000, _DEFAULT.epochs)
    patience = _whole(words.PATIENCE_LABEL, "patience", 0, 1000, _DEFAULT.patience)
    return {
        "warm_start_from_em": warm,
        "n_init": starts,
        "epochs": epochs,
        "patience": patience or None,
        "batch_size": _one_of(words.BATCH_LABEL, "batch", _BATCHES, _DEFAULT.batch_size),
        "learning_rate": _one_of(words.RATE_LABEL, "rate", _RATES, _DEFAULT.learning_rate),
        "weight_decay": _one_of(words.DECAY_LABEL, "decay", _DECAYS, _DEFAULT.weight_decay),
    }


_HELP = {
    "starts": words.STARTS_HELP,
    "epochs": words.EPOCHS_HELP,
    "patience": words.PATIENCE_HELP,
    "batch": words.BATCH_HELP,
    "rate": words.RATE_HELP,
    "decay": words.DECAY_HELP,
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


def _choice(label: str, options: dict[str, tuple[str, str]], name: str, explained: str) -> str:
    """Show a choice with a sentence under it that says what was chosen."""
    chosen = st.selectbox(
        label,
        list(options),
        key=f"train-moe-{name}",
        format_func=lambda option: options[option][0],
        help=explained,
        persist_state="session",
    )
    st.caption(options[chosen][1])
    return chosen
