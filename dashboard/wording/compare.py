"""What the Compare page says."""

from __future__ import annotations

from dashboard.wording.escape import plain
from rome.results import StudyResult

DIAL_LABEL = "DRO strength"
DIAL_HELP = (
    "How strongly the worst group is guarded (DRO: distributionally robust optimisation). Nothing is trained "
    "again: every strength was computed with the study."
)
DIAL_ENDS = "0 aims at the average; 1 guards against every mixture of the groups."
BACK_TO_STUDY = "Back to the study's strength"
WORST_TITLE = "One model (pooled) against ROME"
WORST_HEADINGS = {
    "worst under pooled": "worst, pooled",
    "worst under ROME": "worst, ROME",
    "rome": "ROME",
    "relative": "change",
    "p_value": "p",
}
MODEL_HEADINGS = {"pooled": "Pooled", "rome": "ROME", "pooled_with_sensitive": "With sensitive"}
ERRORS_TITLE = "Error by group"
PATH_TITLE = "What the dial gains and costs"
GROUPING_LABEL = "Groups"
GROUPING_HELP = (
    "Latent: held-out rows weighted by how likely they belong, which uses the outcome. Predicted: the "
    "likeliest group before the outcome. Observed: made of columns, free of any model."
)
METRIC_LABEL = "Measure"
WITH_SENSITIVE = "Also show pooled with the sensitive columns"
WITH_SENSITIVE_HELP = "What one model would reach if it were allowed to see them."


def unconfirmed(result: StudyResult) -> str:
    """Say that held-out rows do not bear out what validation rows recommended."""
    return (
        f"ROME at strength {result.dro.recommended:g} was recommended on validation rows. Held-out rows do "
        "not contradict that, but do not confirm it either: read it as an open question."
    )


def dial_position(strength: float, result: StudyResult) -> str:
    """Return what a position of the dial is called."""
    recommended = result.dro.recommended
    is_it = recommended != "pooled" and abs(strength - recommended) < 1e-9
    return f"{strength:g}, recommended" if is_it else f"{strength:g}"


def dial_price(price: str) -> str:
    """Say what the dial gains and costs where it stands."""
    return f"On held-out rows, against one pooled model: **{plain(price)}**."


def dial_note(result: StudyResult, flat_from: float | None) -> str:
    """Say what the ends of the dial mean, from where on nothing changes, and what was recommended."""
    said = DIAL_ENDS
    if flat_from == 0:
        said += " In this study every strength predicts the same."
    elif flat_from is not None:
        said += f" In this study nothing changes any more from {flat_from:g} on."
    return f"{said} {dial_advice(result)}"


def dial_advice(result: StudyResult) -> str:
    """Say what was recommended on validation rows."""
    if result.dro.recommended == "pooled":
        return "Recommended on validation rows: one pooled model, so no strength of the dial."
    return f"Recommended on validation rows: {result.dro.recommended:g}."
