"""Settings of neural groups (ROME-MoE): what each can be, the same for a study and for the estimator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from rome.settings.spec import Choice, Declared, Number, Whole, Widths, YesNo, setting, settings_of

GateColumns = Literal["s", "as"]
GateNetwork = Literal["mlp", "linear"]
Objective = Literal["likelihood", "squared"]
GroupLoss = Literal["soft", "hard", "online"]
Schedule = Literal["cosine", "constant"]
#: Which columns membership may depend on, in words for both families.
GATE_COLUMNS = Choice(
    {
        "s": ("The sensitive columns", "Who belongs where is read from the sensitive columns alone."),
        "as": ("All columns", "Who belongs where may depend on the predicting columns too."),
    }
)
GATE_COLUMNS_LABEL = "What membership may depend on"
GATE_COLUMNS_HELP = (
    "The gate says how likely a person belongs to each group before the outcome is seen. The groups' "
    "rules see the same columns either way."
)


@dataclass(frozen=True)
class MoESettings(Declared):
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
        α of (1 − α) · mean + α · worst group while training. The DRO strength, which needs none, is apart.
    hidden_sizes, gate_hidden_sizes : tuple of int
        Widths of the hidden layers; ``()`` makes linear experts.
    epochs, batch_size, learning_rate, schedule, weight_decay : as in ``RomeMoE``
    validation_fraction : float in [0, 0.5]
        Share of the training rows held back to end training and to find the DRO strength on.
    patience : int or None
        Epochs without a better validation objective before training ends (early stopping); ``None`` runs
        them all.
    n_init : int
        Random starts; the best is kept.
    warm_start_from_em : bool
        Start where ROME-EM with the same number of groups ends, in place of random starts.
    """

    _whose: ClassVar[str] = ' of family "moe"'

    gate: GateColumns = setting(
        "s",
        kind=GATE_COLUMNS,
        label=GATE_COLUMNS_LABEL,
        help=GATE_COLUMNS_HELP,
        flag="--gate-sees",
    )
    gate_network: GateNetwork = setting(
        "mlp",
        kind=Choice(
            {
                "mlp": (
                    "Network",
                    "Membership may bend in a column, or turn on combinations of columns.",
                ),
                "linear": ("Linear", "Each column moves the odds of belonging evenly. Needs fewer rows."),
            }
        ),
        label="Form of the gate",
        help="Take the linear gate where there are few rows.",
        flag="--gate-network",
    )
    objective: Objective = setting(
        "likelihood",
        kind=Choice(
            {
                "likelihood": (
                    "Likelihood",
                    "Networks compete for people, so that groups are kinds of people.",
                ),
                "squared": (
                    "Squared error",
                    "As in the paper: groups are a way to bend one prediction, and overlap.",
                ),
            }
        ),
        label="What training lowers",
        help="Likelihood is the better choice for finding groups.",
        flag="--objective",
    )
    group_loss: GroupLoss = setting(
        "soft",
        kind=Choice(
            {
                "soft": ("By membership", "Everybody counts in every group, as far as they belong there."),
                "hard": (
                    "By likeliest group",
                    "Everybody counts in the group that they likeliest belong to.",
                ),
                "online": (
                    "By membership, with running weights",
                    "Groups with a larger loss get more weight, step by step.",
                ),
            }
        ),
        label="How a group's loss is taken",
        help="Only where the worst group is guarded while training.",
        flag="--group-loss",
    )
    training_strength: float = setting(
        0.0,
        kind=Number(0, 1),
        label="Guard the worst group while training",
        help="0 trains for everybody's average. Above 0, training itself leans to the group with the largest "
        "loss. The DRO strength above is apart from this, and needs no training.",
        flag="--training-strength",
    )
    hidden_sizes: tuple[int, ...] = setting(
        (64,),
        kind=Widths(shown="a line"),
        label="Size of each group's network",
        help="Neurons in each hidden layer. More can follow finer bends, and need more rows.",
        flag="--hidden",
    )
    gate_hidden_sizes: tuple[int, ...] = setting(
        (32,),
        kind=Widths(shown="a line"),
        label="Size of the gate's network",
        help="Neurons in each hidden layer of the gate.",
        flag="--gate-hidden",
    )
    epochs: int = setting(
        200,
        kind=Whole(1, 1_000_000),
        label="Epochs at most",
        help="How often training goes through all rows, unless it ends earlier.",
        flag="--epochs",
    )
    batch_size: int = setting(
        64,
        kind=Whole(1, 10_000_000),
        label="Rows a step (batch size)",
        help="Small batches learn in finer steps; large ones are quicker on large tables.",
        flag="--batch-size",
    )
    learning_rate: float = setting(
        3e-3,
        kind=Number(1e-8, 10),
        label="Learning rate",
        help="How far each step goes. Lower it where the curve jumps; raise it where it creeps.",
        flag="--learning-rate",
    )
    schedule: Schedule = setting(
        "cosine",
        kind=Choice(
            {
                "cosine": ("Cosine", "The rate falls along half a cosine, to 1% in the last epoch."),
                "constant": ("Constant", "The rate stays as it is."),
            }
        ),
        label="How the learning rate goes down",
        help="A falling rate settles; a constant one keeps moving.",
        flag="--schedule",
    )
    weight_decay: float = setting(
        1e-3,
        kind=Number(0, 10),
        label="Weight decay",
        help="Pulls weights towards zero, which smooths the networks. More of it for few rows.",
        flag="--weight-decay",
    )
    validation_fraction: float = setting(
        0.15,
        kind=Number(0, 0.5),
        label="Share of training rows held back to end training",
        help="Training ends, and the DRO strength is found, on these rows.",
        flag="--validation-share",
    )
    patience: int | None = setting(
        25,
        kind=Whole(1, 1_000_000, word="none"),
        label="Epochs without gain before training ends",
        help="Gain on training rows that are held back for this. 0 runs every epoch; the best one is kept.",
        flag="--patience",
    )
    n_init: int = setting(
        3,
        kind=Whole(1, 1000),
        label="Random starts",
        help="Training can end in a poor place. The best of several starts is kept.",
        flag="--starts",
    )
    warm_start_from_em: bool = setting(
        False,
        kind=YesNo(),
        label="Start from groups of lines",
        help="Training begins where lines (ROME-EM) end, and lets networks add bends to them. Quicker, and "
        "the groups stay near those of lines; random starts can find groups that lines miss.",
        flag="--warm-start-from-em",
    )

    @property
    def training_parameters(self) -> dict[str, object]:
        """Return what goes to ``RomeMoE`` under the same names."""
        return {name: value for name, value in vars(self).items() if name != "warm_start_from_em"}


def check_training(values: Mapping[str, object]) -> None:
    """Raise ``SettingError`` unless every parameter of training, by its name, is within its values."""
    for name, declared in settings_of(MoESettings).items():
        if name != "warm_start_from_em":
            declared.check(values[name])
