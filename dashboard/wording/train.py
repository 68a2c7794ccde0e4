"""What the Train page says."""

from __future__ import annotations

from dashboard.wording.escape import plain
from dashboard.wording.running import expected
from rome.results import StudyResult
from rome.text.numbers import format_count

#: Limits of the form; settings themselves go further.
MOST_GROUPS, LEAST_TEST, MOST_TEST = 6, 0.1, 0.5
GROUPS_LABEL = "Number of groups"
GROUPS_HELP = (
    "How many latent groups to look for, K in the method. 1 is one model for everybody. Start with 2, and "
    "take more only if held-out rows are explained better."
)
AUTO_LABEL = "Let the evidence choose the number"
AUTO_HELP = (
    "Tries 1 to 4 groups and takes the fewest that describe held-out rows as well as the best does. Takes "
    "a few times longer."
)
SUGGEST = "Suggest a number"
SUGGEST_NOTE = "Compares 1 to 4 groups on held-out parts of the training rows, before the whole study."
WHICH_ROWS = (
    "The strength was chosen on validation rows, a part of the training rows, so that the numbers above "
    "flatter a little. Held-out rows chose no strength; they can only take a recommendation back. Report the "
    "numbers of the Compare page."
)
SUGGESTION_TITLE = "How many groups"
SUGGESTION_CAPTION = "Filled: the suggestion. From the training rows alone."
RECOMMENDED_LABEL = "Use the recommended DRO strength"
RECOMMENDED_HELP = (
    "The strength says how strongly the worst group is guarded (DRO: distributionally robust optimisation). "
    "The recommended one is chosen on validation rows inside the training part; held-out rows can only "
    "withdraw it. Where none can be recommended, the study says so, and still shows one."
)
STRENGTH_LABEL = "DRO strength"
STRENGTH_HELP = "0 aims at the average; 1 guards against every mixture of the groups. It can be moved later."
STRENGTH_FREE = (
    "Every strength is computed anyway, so you can move the dial on the Compare page without training."
)
MORE_SETTINGS = "More settings"
PREDICTOR_LABEL = "Predictor"
PREDICTORS = {
    "gated": ("Routed (gated)", "The sensitive columns say how much each group's rule counts for a person."),
    "aggregate": ("One rule (aggregate)", "One rule for everybody, which never sees the sensitive columns."),
}
PREDICTOR_HELP = (
    "Routed usually helps more. Choose aggregate where the sensitive columns must not touch a prediction."
)
CRITERION_LABEL = "What is guarded"
CRITERIA = {
    "regret": ("Avoidable error (regret)", "A group that is only noisier than others counts no more for it."),
    "risk": (
        "Error (risk)",
        "The group with the largest error counts most, whether it can be helped or not.",
    ),
    "reward": ("Explained variance (reward)", "The criterion of the paper."),
}
CRITERION_HELP = "What the dial protects the worst group from."
GUARD_LABEL = "Recommend by the worst of"
GUARDS = {
    "latent": ("Latent groups", "The groups that the model finds."),
    "observed": ("Observed groups", "Groups that are made of columns, whatever the model finds."),
}
GUARD_HELP = "Latent groups may be nobody's category; observed groups can be named and checked by anyone."
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
NOISE_HELP = "How outcomes scatter around each group's prediction. An outcome with two values has no choice."
GATE_LABEL = "Gate: how the sensitive columns tell groups apart"
GATES = {
    "linear": ("Linear", "Each column moves the odds of belonging evenly; quick, and read off as odds."),
    "flexible": (
        "Flexible",
        "Membership may peak at middle values or turn on combinations of columns; needs more rows.",
    ),
}
GATE_HELP = "Take the flexible gate if a group may be, say, the young women or the middle-aged."
GAMMA_LABEL = "Estimate of the groups' losses (Γ)"
GAMMAS = {
    "plain": ("Plain", "As the groups' fitted predictions give it."),
    "cross_fitted": (
        "Cross-fitted",
        "With the error of estimating the predictions taken out, by fits on two halves; takes longer.",
    ),
}
GAMMA_HELP = "What the one rule's weights are computed from."
OBSERVED_LABEL = "Columns that make the observed groups"
OBSERVED_HELP = "They are crossed with one another. Leave empty to take the sensitive columns."
OBSERVED_EMPTY = "The sensitive columns"
TEST_LABEL = "Share of rows held out for testing"
TEST_HELP = "Every error on the next pages comes from these rows, on which nothing was fitted."
SEED_LABEL = "Seed"
SEED_HELP = "The same table, settings and seed give the same study."
START = "Start training"
OPEN_AGAIN = "Open the finished study"
OPEN_AGAIN_NOTE = "A study with exactly this table, these parts and these settings exists, and opens at once."
KEPT_NOTE = "The finished study is kept on this computer, with the outcome and predictions of every row."
OTHER_STUDY = "Until then, this page and the next ones show the study that was made before your changes."
GO_ROLES = "Choose the columns' parts"
STUDY_FINDINGS_TITLE = "What to know about this study"
RESULT_TITLE = "The study"
FIT_TITLE = "Did the fit settle?"
TABLE_ABSENT = (
    "Only the results of this study are open, not its table, of which no copy is kept. You can read them on "
    "the next pages; to train again, open the table on the Data page."
)


def use_groups(count: int) -> str:
    """Return what the button says that takes the suggestion over."""
    return "Use 1 group" if count == 1 else f"Use {count} groups"


def start_note(likely: tuple[float, float]) -> str:
    """Say beside the start button how long a study will take."""
    return f"{expected(likely)}, judging by its size. It goes on if you leave this page."


def study_line(result: StudyResult) -> str:
    """Say in a line what the open study is."""
    groups = "1 group" if result.fit.n_groups == 1 else f"{result.fit.n_groups} groups"
    groups = f"{groups} with networks" if result.settings.family == "moe" else groups
    advice = " (one pooled model is recommended)" if result.dro.recommended == "pooled" else ""
    return (
        f"**{plain(result.data.name)}**, outcome {plain(result.roles.outcome)}: {groups}, DRO strength "
        f"{result.dro.strength:g}{advice}, {format_count(result.data.n_train)} training and "
        f"{format_count(result.data.n_test)} held-out rows."
    )
