"""Settings that come from a file, put into the controls of the Train page."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard import state
from dashboard.state import OpenTable
from dashboard.wording import networks
from dashboard.wording import train as words
from rome.settings.networks import MoESettings
from rome.settings.study import Settings

#: Settings that the form has no control for: they are kept from the file, and said beside the form.
_BESIDE = (
    "n_init",
    "max_iter",
    "tol",
    "n_bootstrap",
    "confidence",
    "min_group_size",
    "max_groups",
    "assess_groups",
)
_CHOICES = {
    "predictor": words.PREDICTORS,
    "guard": words.GUARDS,
    "gate": words.GATES,
    "gamma": words.GAMMAS,
}
_MOE_CHOICES = {
    "gate": ("gate", networks.GATES),
    "gate_network": ("gate-network", networks.GATE_NETWORKS),
    "objective": ("objective", networks.OBJECTIVES),
    "group_loss": ("group-loss", networks.GROUP_LOSSES),
    "hidden_sizes": ("hidden", networks.HIDDEN),
}
_MOE_VALUES = {
    "training_strength": "strength",
    "warm_start_from_em": "warm",
    "n_init": "starts",
    "epochs": "epochs",
    "batch_size": "batch",
    "learning_rate": "rate",
    "weight_decay": "decay",
}


def beside_the_form() -> dict[str, object]:
    """Return the settings of the file that was read last that have no control; nothing without a file."""
    imported = state.visit().imported
    return {} if imported is None else {name: getattr(imported.settings, name) for name in _BESIDE}


def unseen() -> dict[str, object]:
    """Return those of them that differ from the default."""
    default = Settings()
    return {name: value for name, value in beside_the_form().items() if value != getattr(default, name)}


def fill(opened: OpenTable, settings: Settings, options: Mapping[str, tuple[object, ...]]) -> None:
    """Put settings into the controls, as far as these can show them; for callbacks.

    Parameters
    ----------
    opened : OpenTable
    settings : Settings
    options : mapping
        What the controls of networks offer, where they offer some numbers only, by setting.
    """
    short = opened.table.fingerprint[:8]
    values: dict[str, object] = {
        "family": settings.family,
        "auto": settings.n_groups == "auto",
        "recommended": settings.dro_strength is None,
        f"criterion-{settings.predictor}": settings.criterion,
        f"observed-{short}": list(settings.observed or ()),
        "seed": settings.random_state,
        "noise-2": settings.noise,
        "noise-1": "normal",
    }
    values |= {name: getattr(settings, name) for name in _CHOICES}
    if settings.dro_strength is not None:
        values["strength"] = settings.dro_strength
    if settings.n_groups != "auto" and settings.n_groups <= words.MOST_GROUPS:
        values[f"groups-{short}"] = settings.n_groups
    if words.LEAST_TEST <= settings.test_size <= words.MOST_TEST:
        values["test"] = settings.test_size
    if settings.moe is not None:
        values |= _networks(settings.moe, options)
    for name, value in values.items():
        state.set_widget(f"train-{name}", value)


def _networks(moe: MoESettings, options: Mapping[str, tuple[object, ...]]) -> dict[str, object]:
    values: dict[str, object] = {"moe-patience": moe.patience or 0}
    for name, (key, offered) in _MOE_CHOICES.items():
        if getattr(moe, name) in offered:
            values[f"moe-{key}"] = getattr(moe, name)
    for name, key in _MOE_VALUES.items():
        if getattr(moe, name) in options.get(name, (getattr(moe, name),)):
            values[f"moe-{key}"] = getattr(moe, name)
    return values


def lost(wanted: Settings, shown: Settings) -> dict[str, str]:
    """Return what the controls show otherwise than the file says: names, with the value of the file."""
    asked, got = (_flat(settings) for settings in (wanted, shown))
    return {name: str(value) for name, value in asked.items() if got.get(name) != value}


def _flat(settings: Settings) -> dict[str, object]:
    plain = settings.as_dict()
    moe = plain.pop("moe", None) or {}
    return plain | {f"moe.{name}": value for name, value in moe.items()}
