"""What the Studies page says."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from dashboard.shared.words import day, plain
from rome.stats.estimate import Estimate
from rome.store import Entry
from rome.text.advice import short_name
from rome.text.measures import measure
from rome.text.names import visible
from rome.text.numbers import format_count, format_number, format_percent, format_percent_interval, half_width

NONE_YET = (
    "No study is kept here yet. Train one: it is then listed on this page, and found again after a reload."
)
SEARCH_HELP = "Names, tables, outcomes, notes and verdicts that hold every word of it."
HEADINGS = {
    "star": "★",
    "name": "Name",
    "made": "Made",
    "worst": "Worst group",
    "change": "Change",
    "groups": "Groups",
    "verdict": "Groups are",
    "advice": "Advice",
}
HEADING_HELP = {
    "verdict": "Whether held-out rows support that there are groups.",
    "worst": "Error of ROME in the worst guarded group, on held-out rows, in the outcome's own units.",
    "change": "ROME against one model for everybody, in the worst group: −30 is an error 30% lower.",
    "groups": "Number of latent groups, and what each predicts with: a line or a network.",
    "advice": "What the study recommends: one model, or ROME at a strength.",
}
#: What one group predicts with, and several.
FAMILIES = {"em": ("line", "lines"), "moe": ("network", "networks")}
VERDICTS = {
    "supported": "supported",
    "weak": "weakly so",
    "not supported": "not supported",
    None: "not asked",
}
HOW_TO = "Select one study to open or change it, or two to compare them. Click a heading to sort."
STAR, UNSTAR = "Star", "Take the star away"
NAME_LABEL, NOTE_LABEL = "Name", "Note"
REMOVED_RULE = (
    "A removed study can be restored for 7 days. Then it is deleted for good; the copy of its table and the "
    "comparisons of models on it go with the last study of that table."
)
DIFFERENCES_TITLE = "What was asked differently"
DIFFERENCES_HEADINGS = ("What", "A", "B")
NO_DIFFERENCES = "Nothing: table, roles of columns, settings and versions are the same."
OTHER_OUTCOMES = "The studies predict different outcomes, so there is no common error to draw."
OTHER_TABLES = (
    "The studies are of different tables, so there are no shared rows to follow from group to group."
)
CROSS = {"posterior": "After the outcome is seen", "predicted": "Before"}
CROSS_NOTE = (
    "Rows: groups of A; columns: groups of B. Each cell counts the shared rows, with its share of A's group."
)
TOO_MANY = "Two studies can be compared at a time. Take some out of the selection."


def answer(entries: Sequence[Entry]) -> str:
    """Say how many studies of how many tables there are."""
    tables = len({entry.header.fingerprint for entry in entries})
    studies = "1 study" if len(entries) == 1 else f"{format_count(len(entries))} studies"
    verb = "is" if len(entries) == 1 else "are"
    return f"{studies} of {'1 table' if tables == 1 else f'{tables} tables'} {verb} kept on this computer."


def damaged(identities: Sequence[str]) -> str:
    """Say which studies can't be read."""
    named = ", ".join(identities[:3]) + (" and more" if len(identities) > 3 else "")
    return (
        f"{len(identities)} {'study' if len(identities) == 1 else 'studies'} can't be read ({named}): "
        "damaged, or made by another version. Make them again, or remove their folders."
    )


def title(entry: Entry) -> str:
    """Return what a study is called in a list."""
    name = visible(entry.name)
    return name if entry.name == entry.header.table else f"{name} ({visible(entry.header.table)})"


def advice(entry: Entry) -> str:
    """Return what a study advises, in a few words."""
    header = entry.header
    if header.advised is not None and header.advised.kind == "groups":
        return f"ROME at {header.advised_strength:g}"
    if header.advised is not None:
        return short_name(header.advised)
    return "one model" if header.recommended == "pooled" else f"ROME at {header.recommended:g}"


def groups(entry: Entry) -> str:
    """Return how many groups a study has, as lines or networks."""
    header = entry.header
    one, many = FAMILIES.get(header.family, (header.family, header.family))
    return f"{header.n_groups} {one if header.n_groups == 1 else many}"


def error(estimate: Estimate) -> str:
    """Return an error to the digits that its interval bears."""
    return format_number(estimate.value, half_width(estimate.low, estimate.high))


def line(entry: Entry) -> str:
    """Say in a line what a study is."""
    header = entry.header
    one, many = FAMILIES.get(header.family, (header.family, header.family))
    counted = f"1 group with a {one}" if header.n_groups == 1 else f"{header.n_groups} groups with {many}"
    return (
        f"{plain(header.table)}, outcome {plain(header.outcome)}, {format_count(header.rows)} rows: "
        f"{counted}, DRO strength {header.strength:g}. Advice: {advice(entry)}. Groups "
        f"{VERDICTS.get(header.verdict, header.verdict)}. Made {day(header.made)}."
    )


def worst_line(entry: Entry) -> str:
    """Say how ROME does in the worst group against one model, and for everybody; nothing for one group."""
    header = entry.header
    if not isfinite(header.worst_change.value) or header.n_groups < 2:
        return ""
    whose = "latent" if header.guard == "latent" else "observed"
    worst = _against(header.worst_pooled, header.worst, header.worst_change)
    overall = _against(header.overall_pooled, header.overall, header.overall_change)
    return plain(
        f"{sentence_case(measure(header.metric).inline)}, one model → ROME: worst {whose} group {worst}; "
        f"everybody {overall}."
    )


def _against(pooled: Estimate, rome: Estimate, change: Estimate) -> str:
    said = format_percent_interval(change.value, change.low, change.high)
    return f"{error(pooled)} → {error(rome)} ({said})"


def sentence_case(text: str) -> str:
    """Return a text with its first letter large."""
    return text[:1].upper() + text[1:]


def removed(name: str) -> str:
    """Say that a study was removed."""
    return f"{plain(name)} was removed."


def removed_title(count: int) -> str:
    """Return the heading of the removed studies."""
    return f"Recently removed ({count})"


def removed_line(name: str, when: float) -> str:
    """Say which study was removed when."""
    return f"{plain(name)}, removed {day(when)}"


def compared(letter: str, entry: Entry) -> str:
    """Say which study a letter stands for."""
    return f"**{letter}**: {plain(title(entry))}, made {day(entry.header.made)}"


def cross_cell(count: int, share: float) -> str:
    """Return a cell of who is in which group: a count, and its share of A's group."""
    return f"{format_count(count)} ({format_percent(share)})" if isfinite(share) else format_count(count)
