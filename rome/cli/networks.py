"""The options of ``rome run`` that belong to neural groups (``--family moe``)."""

from __future__ import annotations

import argparse

from rome.errors import SettingError
from rome.settings.networks import CHOICES, FLAGS, WARM_START_FLAG, MoESettings

_DEFAULTS = MoESettings()
_SAID: dict[str, str] = {
    "gate": "columns that the gate sees: s (sensitive) or as (all)",
    "objective": "likelihood, or squared as in the paper",
    "group_loss": "how a group's loss is taken with --training-strength: soft, hard or online",
    "training_strength": "0 to 1: how far training itself guards the worst group",
    "hidden_sizes": "widths of the experts' hidden layers, as 64 or 64,32; none for lines",
    "gate_hidden_sizes": "the same of the gate",
    "validation_fraction": "share of the training rows held back to end training",
    "patience": "epochs without improvement before training ends; none runs them all",
    "n_init": "random starts",
}
_METAVARS = {int: "N", float: "F", str: "WORD", tuple: "N,…"}


def add_moe(run: argparse.ArgumentParser) -> None:
    """Add the options of neural groups; each is left out by default, so that lines can refuse them."""
    group = run.add_argument_group("neural groups (--family moe)")
    for name, flag in FLAGS.items():
        default = getattr(_DEFAULTS, name)
        said = _SAID.get(name) or (" or ".join(CHOICES[name]) if name in CHOICES else name.replace("_", " "))
        group.add_argument(
            flag,
            dest=f"moe_{name}",
            metavar=_METAVARS[type(default)],
            type=_READ.get(name, type(default)),
            help=f"{said}; default: {_written(default)}",
        )
    group.add_argument(
        WARM_START_FLAG,
        dest="moe_warm_start_from_em",
        action="store_const",
        const=True,
        help="start where groups of lines end, in place of random starts",
    )


def moe_settings(options: argparse.Namespace) -> dict[str, object] | None:
    """Return the settings that were given for neural groups.

    Raises
    ------
    SettingError
        One was given for groups of lines.
    """
    names = (*FLAGS, "warm_start_from_em")
    given = {name: getattr(options, f"moe_{name}") for name in names}
    given = {name: _plain(value) for name, value in given.items() if value is not None}
    if options.family == "moe":
        return given
    if given:
        flag = FLAGS.get(next(iter(given)), WARM_START_FLAG)
        raise SettingError(f"{flag} belongs to neural groups; add --family moe.")
    return None


def _plain(value: object) -> object:
    """Return what was written for a setting; "none" was kept apart from an option that is not there."""
    return None if value is _NONE else value


_NONE = object()


def _widths(text: str) -> tuple[int, ...]:
    if text == "none":
        return ()
    try:
        return tuple(int(width) for width in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no list of widths, such as 64 or 64,32") from None


def _patience(text: str) -> object:
    if text == "none":
        return _NONE
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'{text[:40]!r} is neither a whole number nor "none"') from None


_READ = {"hidden_sizes": _widths, "gate_hidden_sizes": _widths, "patience": _patience}


def _written(value: object) -> str:
    return ",".join(str(width) for width in value) if isinstance(value, tuple) else f"{value}"
