"""What two studies were asked differently, in the words of the Train page."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.wording import networks, train
from rome.contrast import Difference
from rome.contrast import words as sentences
from rome.results import StudyResult
from rome.settings.networks import MoESettings

_NETWORKS = "moe."
#: The label of a setting on the Train page, and what its choices are called there.
_CHOICES: dict[str, tuple[str, Mapping[object, object]]] = {
    "predictor": (train.PREDICTOR_LABEL, train.PREDICTORS),
    "criterion": (train.CRITERION_LABEL, train.CRITERIA),
    "guard": (train.GUARD_LABEL, train.GUARDS),
    "noise": (train.NOISE_LABEL, train.NOISES),
    "gate": (train.GATE_LABEL, train.GATES),
    "gamma": (train.GAMMA_LABEL, train.GAMMAS),
    "family": (networks.FAMILY_LABEL, networks.FAMILIES),
    "moe.gate": (networks.GATE_LABEL, networks.GATES),
    "moe.gate_network": (networks.GATE_NETWORK_LABEL, networks.GATE_NETWORKS),
    "moe.objective": (networks.OBJECTIVE_LABEL, networks.OBJECTIVES),
    "moe.group_loss": (networks.GROUP_LOSS_LABEL, networks.GROUP_LOSSES),
}
_LABELS = {
    "moe.training_strength": networks.STRENGTH_LABEL,
    "moe.hidden_sizes": networks.HIDDEN_LABEL,
    "moe.gate_hidden_sizes": "Size of the gate's network",
    "moe.epochs": networks.EPOCHS_LABEL,
    "moe.batch_size": networks.BATCH_LABEL,
    "moe.learning_rate": networks.RATE_LABEL,
    "moe.schedule": "How the learning rate goes down",
    "moe.weight_decay": networks.DECAY_LABEL,
    "moe.validation_fraction": "Share of training rows held back to end training",
    "moe.patience": networks.PATIENCE_LABEL,
    "moe.n_init": networks.STARTS_LABEL,
    "moe.warm_start_from_em": networks.WARM_LABEL,
}


def line(difference: Difference) -> tuple[str, str, str]:
    """Return what differs and its two values, as a line of a table."""
    if difference.kind == "setting" and difference.name in _CHOICES:
        label, choices = _CHOICES[difference.name]
        return label, _choice(choices, difference.first), _choice(choices, difference.second)
    name = _LABELS.get(difference.name) if difference.kind == "setting" else None
    name = name or sentences.difference_name(difference)
    if difference.name.endswith("hidden_sizes"):
        return name, _widths(difference.first), _widths(difference.second)
    return name[:1].upper() + name[1:], *sentences.difference_values(difference)


def _choice(choices: Mapping[object, object], value: object) -> str:
    named = choices.get(value, value)
    return str(named[0] if isinstance(named, tuple) else named)


def _widths(value: object) -> str:
    widths = tuple(value) if isinstance(value, (list, tuple)) else value
    known = networks.HIDDEN.get(widths)
    return known if known is not None else " and ".join(f"{width:,}" for width in widths)


def networks_line(letter: str, study: StudyResult, other: StudyResult) -> str:
    """Say how a study's networks were trained, where the other study has none."""
    moe = study.settings.moe
    if moe is None or other.settings.moe is not None:
        return ""
    return f"The networks of {letter}: {_size(moe)}; {_gate(moe)}; {_training(moe)}."


def _size(moe: MoESettings) -> str:
    if not moe.hidden_sizes:
        return "each group's has no hidden layer, which makes it a line"
    return f"each group's has {_widths(moe.hidden_sizes)} hidden neurons"


def _gate(moe: MoESettings) -> str:
    form = _choice(networks.GATE_NETWORKS, moe.gate_network).lower()
    return f"the gate is {'a network' if form == 'network' else form} and sees " + (
        _choice(networks.GATES, moe.gate).lower()
    )


def _training(moe: MoESettings) -> str:
    start = "from groups of lines" if moe.warm_start_from_em else f"the best of {moe.n_init} random starts"
    start = "from one random start" if moe.n_init == 1 and not moe.warm_start_from_em else start
    lowers = _choice(networks.OBJECTIVES, moe.objective).lower()
    guarded = f", the worst group guarded at {moe.training_strength:g}" if moe.training_strength else ""
    return f"trained by {lowers} for at most {moe.epochs:,} epochs, {start}{guarded}"
