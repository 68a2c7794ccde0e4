"""What the Train page says of groups that predict by networks."""

from __future__ import annotations

from collections.abc import Sequence

from rome.settings.networks import MoESettings

FAMILY_LABEL = "What each group predicts with"
FAMILIES = {
    "em": "Lines (ROME-EM)",
    "moe": "Networks (ROME-MoE)",
}
FAMILY_CAPTIONS = {
    "em": "One linear rule a group. Quick; its coefficients can be read and have intervals.",
    "moe": "One small neural network a group. Follows bends and combinations; can't be read off.",
}
FAMILY_HELP = (
    "Start with lines. Take networks where the outcome bends in a column, or depends on combinations of "
    "columns; the study says whether one network predicts better than one line."
)
ADVICE_NOTE = "Asked with lines here too: how many groups there are is a question about the data."
TITLE = "Networks"
WARM_LABEL = "Start from groups of lines"
WARM_HELP = (
    "Training begins where lines (ROME-EM) end, and lets networks add bends to them. Quicker, and the groups "
    "stay near those of lines; random starts can find groups that lines miss."
)
STARTS_LABEL = "Random starts"
STARTS_HELP = "Training can end in a poor place. The best of several starts is kept."
GATE_LABEL = "The gate sees"
GATES = {
    "s": ("The sensitive columns", "Who belongs where is read from the sensitive columns alone."),
    "as": ("All columns", "Who belongs where may hang on the predicting columns too."),
}
GATE_HELP = "The gate says how likely a person belongs to each group before the outcome is seen."
GATE_NETWORK_LABEL = "Form of the gate"
GATE_NETWORKS = {
    "mlp": ("Network", "Membership may bend in a column, or turn on combinations of columns."),
    "linear": ("Linear", "Each column moves the odds of belonging evenly. Needs fewer rows."),
}
GATE_NETWORK_HELP = "Take the linear gate where there are few rows."
OBJECTIVE_LABEL = "What training lowers"
OBJECTIVES = {
    "likelihood": ("Likelihood", "Networks compete for people, so that groups are kinds of people."),
    "squared": (
        "Squared error",
        "As in the paper: groups are a way to bend one prediction, and overlap.",
    ),
}
OBJECTIVE_HELP = "Likelihood is the better choice for finding groups."
HIDDEN_LABEL = "Size of each group's network"
HIDDEN_HELP = "Neurons in each hidden layer. More can follow finer bends, and need more rows."
HIDDEN = {
    (): "None (a line)",
    (16,): "16",
    (32,): "32",
    (64,): "64",
    (128,): "128",
    (32, 32): "32 and 32",
    (64, 64): "64 and 64",
}
EPOCHS_LABEL = "Epochs at most"
EPOCHS_HELP = "How often training goes through all rows, unless it ends earlier."
PATIENCE_LABEL = "Epochs without gain before training ends"
PATIENCE_HELP = "Gain on training rows that are held back for this. 0 runs every epoch; the best one is kept."
BATCH_LABEL = "Rows a step (batch size)"
BATCH_HELP = "Small batches learn in finer steps; large ones are quicker on large tables."
RATE_LABEL = "Learning rate"
RATE_HELP = "How far each step goes. Lower it where the curve jumps; raise it where it creeps."
DECAY_LABEL = "Weight decay"
DECAY_HELP = "Pulls weights towards zero, which smooths the networks. More of it for few rows."
STRENGTH_LABEL = "Guard the worst group while training"
STRENGTH_HELP = (
    "0 trains for everybody's average. Above 0, training itself leans to the group with the largest loss. "
    "The DRO strength above is apart from this, and needs no training."
)
GROUP_LOSS_LABEL = "How a group's loss is taken"
GROUP_LOSSES = {
    "soft": ("By membership", "Everybody counts in every group, as far as they belong there."),
    "hard": ("By likeliest group", "Everybody counts in the group that they likeliest belong to."),
    "online": (
        "By membership, with running weights",
        "Groups with a larger loss get more weight, step by step.",
    ),
}
GROUP_LOSS_HELP = "Only where the worst group is guarded while training."


def epochs(curve: Sequence[tuple[int, int, float]], moe: MoESettings) -> str:
    """Say which epoch of which start is running; nothing before the first."""
    if not curve:
        return ""
    start, epoch, _ = curve[-1]
    first = f"start {start} of {moe.n_init}, " if _has_starts(moe) else ""
    said = f"{first}epoch {epoch} of at most {moe.epochs}"
    return f"{said[:1].upper()}{said[1:]}"


def _has_starts(moe: MoESettings) -> bool:
    return moe.n_init > 1 and not moe.warm_start_from_em
