"""What the What-if page says."""

from __future__ import annotations

from dashboard.shared.words import plain
from rome.results import StudyResult
from rome.score import Field
from rome.text.numbers import format_number

TYPICAL, ROW_OF_STUDY, ROW_OF_FILE = "typical", "study", "file"
STARTS = {
    TYPICAL: "Typical values",
    ROW_OF_STUDY: "A row of the study's table",
    ROW_OF_FILE: "A row of the scored file",
}
START_HELP = "Typical: the median of each number and the most frequent level of each text, in training rows."
NOT_EDITED = "Change a value on the left. Hollow marks stay where the row was before the edit."
MISSING = "(missing)"
SENSITIVE_PART, FEATURE_PART = "Sensitive columns", "Features"
SENSITIVE_NOTE = "They move membership, and so how much each group's prediction counts."
WHAT_IF_HEADINGS = {"sd": "residual SD"}
WHY_NOTE = (
    "A column's part is what its value adds in a rule against the typical value: the median of a number, or "
    "the most frequent level. ROME's parts count each group's rule as much as it counts for this row."
)
CAUSAL_NOTE = (
    "This shows what the models would say of another person with these values. It does not show what would "
    "happen to a person whose values were changed."
)


def field_label(field: Field) -> str:
    """Return what a column's field is called, with the training range of a number."""
    if field.kind == "levels":
        return plain(field.column)
    return f"{plain(field.column)} · {_end(field.low, field)} to {_end(field.high, field)}"


def _end(value: float, field: Field) -> str:
    return f"{value:.0f}" if field.whole and abs(value) < 1e6 else format_number(value)


def field_help(field: Field) -> str:
    """Say what can be given for a column."""
    if field.kind == "levels":
        return f"{len(field.levels)} categories came in the training rows; any other can be typed in."
    return "The range is that of the training rows; any other number can be given. Empty: missing."


def edits(changed: list[tuple[str, object, object]]) -> str:
    """Say which columns were edited, from what to what."""
    said = [f"**{plain(column)}** {_value(old)} → {_value(new)}" for column, old, new in changed]
    return "Edited: " + ", ".join(said) + "."


def _value(value: object) -> str:
    if value is None:
        return "missing"
    return format_number(value) if isinstance(value, float) else plain(value)


def mixed_at(result: StudyResult) -> str:
    """Say how ROME comes by its prediction from those of the groups."""
    strength = result.dro.strength
    if len(result.groups) < 2:
        return ""
    if result.settings.predictor == "aggregate":
        return f"ROME applies one mix of the groups' rules to everybody, made at DRO strength {strength:g}."
    if strength == 0:
        return "ROME mixes the groups' predictions by how likely the person belongs to each (DRO strength 0)."
    return (
        f"ROME mixes the groups' predictions by how likely the person belongs to each, and at DRO strength "
        f"{strength:g} the groups that it guards count more than that."
    )
