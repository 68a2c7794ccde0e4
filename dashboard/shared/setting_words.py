"""What settings and their choices are called, on the Train page and wherever studies are compared."""

from __future__ import annotations

#: Limits of the form; settings themselves go further.
MOST_GROUPS, LEAST_TEST, MOST_TEST = 6, 0.1, 0.5
PREDICTOR_LABEL = "Predictor"
PREDICTORS = {
    "gated": ("Routed (gated)", "The sensitive columns say how much each group's rule counts for a person."),
    "aggregate": ("One rule (aggregate)", "One rule for everybody, which never sees the sensitive columns."),
}
CRITERION_LABEL = "What is guarded"
CRITERIA = {
    "regret": ("Avoidable error (regret)", "A group that is only noisier than others counts no more for it."),
    "risk": (
        "Error (risk)",
        "The group with the largest error counts most, whether it can be helped or not.",
    ),
    "reward": ("Explained variance (reward)", "The criterion of the paper."),
}
GUARD_LABEL = "Recommend by the worst of"
GUARDS = {
    "latent": ("Latent groups", "The groups that the model finds."),
    "observed": ("Observed groups", "Groups that are made of columns, whatever the model finds."),
}
NOISE_LABEL = "Noise of the outcome"
NOISES = {
    "normal": (
        "Normal",
        "Far-off outcomes count fully, so that a few of them can bend a group's prediction.",
    ),
    "t": (
        "Heavy-tailed (t)",
        "A few far-off outcomes neither bend a group's prediction nor make a group of their own.",
    ),
}
GATE_LABEL = "Gate: how the sensitive columns tell groups apart"
GATES = {
    "linear": ("Linear", "Each column moves the odds of belonging evenly; quick, and read off as odds."),
    "flexible": (
        "Flexible",
        "Membership may peak at middle values or turn on combinations of columns; needs more rows.",
    ),
}
GAMMA_LABEL = "Estimate of the groups' losses (Γ)"
GAMMAS = {
    "plain": ("Plain", "As the groups' fitted predictions give it."),
    "cross_fitted": (
        "Cross-fitted",
        "With the error of estimating the predictions taken out, by fits on two halves; takes longer.",
    ),
}
FAMILY_LABEL = "What each group predicts with"
FAMILIES = {
    "em": "Lines (ROME-EM)",
    "moe": "Networks (ROME-MoE)",
}
MOE_GATE_LABEL = "The gate sees"
MOE_GATES = {
    "s": ("The sensitive columns", "Who belongs where is read from the sensitive columns alone."),
    "as": ("All columns", "Who belongs where may hang on the predicting columns too."),
}
GATE_NETWORK_LABEL = "Form of the gate"
GATE_NETWORKS = {
    "mlp": ("Network", "Membership may bend in a column, or turn on combinations of columns."),
    "linear": ("Linear", "Each column moves the odds of belonging evenly. Needs fewer rows."),
}
OBJECTIVE_LABEL = "What training lowers"
OBJECTIVES = {
    "likelihood": ("Likelihood", "Networks compete for people, so that groups are kinds of people."),
    "squared": (
        "Squared error",
        "As in the paper: groups are a way to bend one prediction, and overlap.",
    ),
}
GROUP_LOSS_LABEL = "How a group's loss is taken"
GROUP_LOSSES = {
    "soft": ("By membership", "Everybody counts in every group, as far as they belong there."),
    "hard": ("By likeliest group", "Everybody counts in the group that they likeliest belong to."),
    "online": (
        "By membership, with running weights",
        "Groups with a larger loss get more weight, step by step.",
    ),
}
MOE_STRENGTH_LABEL = "Guard the worst group while training"
HIDDEN_LABEL = "Size of each group's network"
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
BATCH_LABEL = "Rows a step (batch size)"
RATE_LABEL = "Learning rate"
DECAY_LABEL = "Weight decay"
PATIENCE_LABEL = "Epochs without gain before training ends"
STARTS_LABEL = "Random starts"
WARM_LABEL = "Start from groups of lines"
BATCHES = (16, 32, 64, 128, 256, 512, 1024)
RATES = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
DECAYS = (0.0, 1e-4, 1e-3, 1e-2, 1e-1)
#: What the controls offer where they offer some values only, by setting.
OPTIONS: dict[str, tuple[object, ...]] = {
    "batch_size": BATCHES,
    "learning_rate": RATES,
    "weight_decay": DECAYS,
    "n_init": tuple(range(1, 21)),
}
