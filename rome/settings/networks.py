"""Settings of neural groups (ROME-MoE): what each can be, the same for a study and for the estimator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Literal, get_args

from rome.errors import SettingError, nearest
from rome.settings.checks import check_choice, check_number

GateColumns = Literal["s", "as"]
GateNetwork = Literal["mlp", "linear"]
Objective = Literal["likelihood", "squared"]
GroupLoss = Literal["soft", "hard", "online"]
Schedule = Literal["cosine", "constant"]

CHOICES: dict[str, tuple[str, ...]] = {
    "gate": get_args(GateColumns),
    "gate_network": get_args(GateNetwork),
    "objective": get_args(Objective),
    "group_loss": get_args(GroupLoss),
    "schedule": get_args(Schedule),
}
#: Limits of numbers, whole and real.
WHOLE: dict[str, tuple[int, int]] = {
    "epochs": (1, 1_000_000),
    "batch_size": (1, 10_000_000),
    "n_init": (1, 1000),
}
REAL: dict[str, tuple[float, float]] = {
    "training_strength": (0, 1),
    "learning_rate": (1e-8, 10),
    "weight_decay": (0, 10),
    "validation_fraction": (0, 0.5),
}
WIDTHS = ("hidden_sizes", "gate_hidden_sizes")
#: Options of the command line, by the setting that each sets; the last setting is a flag without a value.
FLAGS: dict[str, str] = {
    "gate": "--gate-sees",
    "gate_network": "--gate-network",
    "objective": "--objective",
    "group_loss": "--group-loss",
    "training_strength": "--training-strength",
    "hidden_sizes": "--hidden",
    "gate_hidden_sizes": "--gate-hidden",
    "epochs": "--epochs",
    "batch_size": "--batch-size",
    "learning_rate": "--learning-rate",
    "schedule": "--schedule",
    "weight_decay": "--weight-decay",
    "validation_fraction": "--validation-share",
    "patience": "--patience",
    "n_init": "--starts",
}
WARM_START_FLAG = "--warm-start-from-em"
MOST_PATIENCE, MOST_WIDTH = 1_000_000, 65_536


def check_widths(name: str, widths: object) -> None:
    """Raise ``SettingError`` unless ``widths`` is a sequence of widths of hidden layers, perhaps empty."""
    if isinstance(widths, str) or not isinstance(widths, Sequence):
        raise SettingError(f"{name} is {widths!r}; it is a tuple of layer widths, such as (64,).")
    for width in widths:
        check_number(f"A width in {name}", width, 1, MOST_WIDTH, whole=True)


def check_training(values: Mapping[str, object]) -> None:
    """Raise ``SettingError`` unless every choice, number and width by name is one that training can take."""
    for name, choices in CHOICES.items():
        check_choice(name, values[name], choices)
    for name, (low, high) in WHOLE.items():
        check_number(name, values[name], low, high, whole=True)
    for name, (low, high) in REAL.items():
        check_number(name, values[name], low, high)
    if values["patience"] is not None:
        check_number("patience", values["patience"], 1, MOST_PATIENCE, whole=True)
    for name in WIDTHS:
        check_widths(name, values[name])


@dataclass(frozen=True)
class MoESettings:
    """How neural groups are built and trained in a study; names and defaults are those of ``RomeMoE``.

    Parameters
    ----------
    gate : {"s", "as"}
        Membership is read from the sensitive columns, or from the predicting columns as well.
    gate_network : {"mlp", "linear"}
        A network, or a linear function (a multinomial logit).
    objective : {"likelihood", "squared"}
        ``likelihood``: experts compete for rows; ``squared``: the squared error of the mixture's mean, as in
        the paper, for which groups are only a way to bend that mean.
    group_loss : {"soft", "hard", "online"}
        How a group's loss is taken where ``training_strength`` is above 0.
    training_strength : float in [0, 1]
        α of (1 − α) · mean + α · worst group while training. The dial, which needs no training, is apart.
    hidden_sizes, gate_hidden_sizes : tuple of int
        Widths of the hidden layers; ``()`` makes linear experts.
    epochs, batch_size, learning_rate, schedule, weight_decay : as in ``RomeMoE``
    validation_fraction : float in [0, 0.5]
        Share of the training rows held back to end training and to play the dial on.
    patience : int or None
        Epochs without a better validation objective before training ends (early stopping); ``None`` runs
        them all.
    n_init : int
        Random starts; the best is kept.
    warm_start_from_em : bool
        Start where ROME-EM with the same number of groups ends, in place of random starts.
    """

    gate: GateColumns = "s"
    gate_network: GateNetwork = "mlp"
    objective: Objective = "likelihood"
    group_loss: GroupLoss = "soft"
    training_strength: float = 0.0
    hidden_sizes: tuple[int, ...] = (64,)
    gate_hidden_sizes: tuple[int, ...] = (32,)
    epochs: int = 200
    batch_size: int = 64
    learning_rate: float = 3e-3
    schedule: Schedule = "cosine"
    weight_decay: float = 1e-3
    validation_fraction: float = 0.15
    patience: int | None = 25
    n_init: int = 3
    warm_start_from_em: bool = False

    def __post_init__(self) -> None:
        check_training(vars(self))
        if not isinstance(self.warm_start_from_em, bool):
            raise SettingError(f"warm_start_from_em is {self.warm_start_from_em!r}; it is True or False.")
        self._make_plain()

    def _make_plain(self) -> None:
        """Make numbers of any kind plain ones, so that equal settings are one study."""
        for name in WHOLE:
            object.__setattr__(self, name, int(getattr(self, name)))
        for name in REAL:
            object.__setattr__(self, name, float(getattr(self, name)))
        for name in WIDTHS:
            object.__setattr__(self, name, tuple(int(width) for width in getattr(self, name)))
        if self.patience is not None:
            object.__setattr__(self, "patience", int(self.patience))

    def as_dict(self) -> dict[str, object]:
        """Return the settings as plain values, ready for JSON."""
        return {**asdict(self), **{name: list(getattr(self, name)) for name in WIDTHS}}

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> MoESettings:
        """Return settings from what ``as_dict`` gave, or from some of it; an unknown name is an error."""
        known = [field.name for field in fields(cls)]
        for name in values:
            if name not in known:
                raise SettingError(f'There is no setting "{name}" of family "moe".{nearest(name, known)}')
        return cls(**values)

    def changed(self) -> dict[str, object]:
        """Return the settings that differ from their defaults, as plain values."""
        default = MoESettings().as_dict()
        return {name: value for name, value in self.as_dict().items() if value != default[name]}

    @property
    def training_parameters(self) -> dict[str, object]:
        """Return what goes to ``RomeMoE`` under the same names."""
        return {name: value for name, value in asdict(self).items() if name != "warm_start_from_em"}
