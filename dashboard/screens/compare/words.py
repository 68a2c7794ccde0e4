"""What the Compare page says."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.shared import running
from dashboard.shared.words import plain
from rome.compare import CompareSettings, ComparisonResult
from rome.compare.result import ScoredGrouping
from rome.jobs import Progress, duration
from rome.results.advice import Advice
from rome.settings.spec import settings_of
from rome.text.advice import against

WORST_HEADINGS = {
    "worst under pooled": "worst, pooled",
    "worst under ROME": "worst, ROME",
    "rome": "ROME",
    "relative": "change",
    "p_value": "p",
}
MODEL_HEADINGS = {"pooled": "Pooled", "rome": "ROME", "pooled_with_sensitive": "With sensitive"}
GAPS_NOTE = (
    "Between the largest and the smallest rate of the groups that are large enough, on held-out rows: a "
    "difference of 0 or a ratio of 1 is equality. Chance alone keeps gaps and their intervals from it, so "
    "judge a gap by a limit. Equalised odds takes the larger gap of true and false positive rates."
)
THRESHOLD_HELP = "A row is selected from this probability up. Kept with the study, and used in its report."
OTHERS_LEAD = (
    "Would another model do better by the worst group? Each model gets the same rows, the same splits and "
    "the same tuning. ROME is tuned anew with the others: this compares methods, not the one study above."
)
NEEDS_PACKAGE = 'Needs a package: pip install "fairlearn>=0.13", then start the program again.'
WORST_GROUPING_HELP = (
    "Observed groups are made of columns and free of any model. Latent groups are those of a ROME model that "
    "is fitted in each split, the same for every model compared."
)
GROUPINGS: dict[ScoredGrouping, str] = {"observed": "Observed groups", "latent": "Latent groups"}
HEADINGS = {
    "error": "mean error",
    "difference": "difference from ROME",
    "p_holm": "p (Holm)",
    "won_even_lost": "won · even · lost",
}
OVERLAP_LEAD = (
    "Each line is an observed group; the numbers say how its people are spread over the latent groups. Lines "
    "that all look like the first one mean that the latent groups are something else."
)
OVERLAP_NOTE = (
    "What there is to know is the entropy of the latent groups, and what chance alone would tell is taken "
    "out: 0% is nothing, 100% everything. Intervals: bootstrap of held-out rows, each counted once. Rows "
    "guessed right are counted by their weights, where the table has weights."
)
KEPT_WHEN_STOPPED = "What is fitted is kept if you stop: the comparison goes on from there when asked again."
ONE_GROUP = (
    "This study has one group, so ROME is the pooled model itself and there is no DRO strength to choose. "
    "Train with two or more groups to compare."
)


def overlap_title(columns: tuple[str, ...]) -> str:
    """Ask whether the latent groups are only the observed columns."""
    named = plain(" × ".join(columns)) if columns else "the observed groups"
    return f"Are the groups only {named} under another name?"


def comparison_left(settings: CompareSettings, left: Mapping[str, int], expected: tuple[float, float]) -> str:
    """Say how much is to do, what is done from before, and how long it will take."""
    total, rest = len(settings.models) * settings.n_splits, sum(left.values())
    if not rest:
        return "Everything is fitted from before; the scores take a few seconds."
    done = "" if rest == total else f"{total - rest} of {total} fits are kept from before. "
    return f"{done}{running.expected(expected)}. You can leave the page meanwhile."


def comparison_stage(progress: Progress | None, likely: tuple[float, float] | None) -> str:
    """Say how far a comparison is, and how long it will take."""
    if progress is None:
        return running.stage("")
    rest = duration.seconds_left(progress, likely)
    return f"{running.stage(progress.stage)} {running.times(progress.seconds, rest)}"


def comparison_going(settings: CompareSettings) -> str:
    """Say what is being compared."""
    return (
        f"**{len(settings.models)} models are being compared** over {settings.n_splits} splits, with "
        f"{settings.budget} settings tried for each."
    )


def comparison_ended(state: str, message: str) -> str:
    """Say that a comparison ended without a result."""
    if state == "failed":
        return plain(message)
    start = {
        "killed": "The comparison ended before its time.",
        "broken": "The comparison ended with an error.",
        "interrupted": "The program was stopped during the comparison.",
        "cancelled": "The comparison was stopped.",
    }[state]
    kept = "What was fitted is kept: press Compare to go on from there."
    return " ".join(part for part in (start, plain(message), kept) if part)


def comparison_about(comparison: ComparisonResult) -> str:
    """Say what a finished comparison rests on."""
    settings = comparison.settings
    tuned_for = settings_of(CompareSettings)["criterion"].kind.said(settings.criterion)
    spent = running.time_in_words(sum(one.seconds for one in comparison.chosen))
    return (
        f"{len(comparison.models)} models, {settings.n_splits} random splits of {comparison.rows:,} rows "
        f"into {comparison.n_train:,} for training and {comparison.n_test:,} held out; {settings.budget} "
        f"settings tried for each model, tuned for {tuned_for}; seed "
        f"{settings.random_state}; {spent} of computing."
    )


def candidates_note(advice: Advice) -> str:
    """Say what the table of candidates holds."""
    return (
        f"Change of the mean squared error (Brier score for yes or no) against {against(advice)}, on rows "
        "inside the training part that a model's fits left out, with 95% intervals. The first that can't be "
        "told from the best is advised, if held-out rows confirm it."
    )
