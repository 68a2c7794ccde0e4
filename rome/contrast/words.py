"""Two studies against each other, in sentences that claim no more than their intervals bear."""

from __future__ import annotations

from math import isfinite
from typing import Any

from rome.contrast import Contrast, Difference, Movement, ScorePair
from rome.settings.spec import Choice, Names, Setting, Widths, YesNo
from rome.settings.study import STUDY_SETTINGS
from rome.text.names import shorten
from rome.text.numbers import (
    NOT_COMPARED,
    format_count,
    format_number,
    format_percent,
    format_percent_interval,
)

_MOST_NAMED, _NAME_WIDTH = 3, 60
_WHOSE = {"overall": "for everybody", "worst_observed": "for the worst observed group"}
_ROLES = {
    None: "not in the table",
    "outcome": "outcome",
    "feature": "feature",
    "sensitive": "sensitive",
    "sensitive_allowed": "sensitive, allowed",
    "weight": "weight",
    "prediction": "audited prediction",
    "id": "identifier",
    "ignore": "left out",
}
_TRAINED = {"em": "lines", "moe": "networks"}
_NETWORKS = "moe."


def answer(held: Contrast, names: tuple[str, str] = ("A", "B")) -> str:
    """Return what two studies differ in, how their errors compare, and how many people moved."""
    said = [_asked(held, names)]
    if not held.scores:
        said.append("They predict different outcomes, so their errors can't be compared.")
    elif not any(pair.against for pair in held.scores):
        said.append(held.scores[0].reason)
    else:
        said += [_errors(held, pair, names) for pair in held.scores if pair.against]
    said.append(moved(held.movement) if held.movement else "")
    return " ".join(part for part in said if part)


def _asked(held: Contrast, names: tuple[str, str]) -> str:
    if not held.differences:
        return "The two studies were asked the same."
    said = [_families(held, names)]
    named = list(dict.fromkeys(_told(each) for each in held.differences if each.name != "family"))
    if not held.same_table:
        # Where errors are told, they say so themselves.
        said += [] if held.scores else ["The two studies are of different tables."]
    elif named:
        more = len(named) - _MOST_NAMED
        listed = ", ".join(named[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        said.append(f"{'They also' if said[0] else 'The two studies'} differ in {listed}.")
    return " ".join(part for part in said if part)


def _families(held: Contrast, names: tuple[str, str]) -> str:
    """Say which study has lines and which networks, where one has the other's."""
    families = [study.settings.family for study in (held.first, held.second)]
    if families[0] == families[1]:
        return ""
    first, second = (_TRAINED[family] for family in families)
    return f"{names[0]} was trained as {first}, {names[1]} as {second}."


def _told(difference: Difference) -> str:
    """Name what differs in a sentence, all settings of networks as one."""
    if difference.kind == "setting" and difference.name.startswith(_NETWORKS):
        return "settings of the networks"
    return difference_name(difference)


def _errors(held: Contrast, pair: ScorePair, names: tuple[str, str]) -> str:
    difference, relative = pair.against.difference, pair.against.relative
    whose, rows = _WHOSE[pair.whose], format_count(pair.rows)
    if not isfinite(difference.low) or not isfinite(difference.high):
        reason = pair.against.reason
        why = "too few rows have a value" if reason is None else NOT_COMPARED[reason]
        return f"The error {whose} can't be compared: {why}."
    if difference.value == 0 and difference.low == 0 == difference.high:
        return f"The error {whose} is the same in both on the {rows} rows that both held out."
    confidence = held.first.settings.confidence
    change = format_percent_interval(relative.value, relative.low, relative.high, confidence)
    if difference.low > 0 or difference.high < 0:
        better = "lower" if difference.high < 0 else "higher"
        return (
            f"On the {rows} rows that both held out, the error {whose} is {better} in {names[1]} than in "
            f"{names[0]}: {change}."
        )
    return f"Which has the lower error {whose} can't be told on the {rows} rows that both held out: {change}."


def moved(movement: Movement) -> str:
    """Return how many people are in another group."""
    if movement.posterior.shape == (1, 1):
        return "Both have one group, so nobody moved."
    if 1 in movement.posterior.shape:
        return "One of them has a single group, so there are no groups to match."
    away = movement.rows - round(movement.agreement * movement.rows)
    if not away:
        return f"All {format_count(movement.rows)} shared rows stay in the matching group."
    return (
        f"With groups matched by their overlap, {format_count(away)} of {format_count(movement.rows)} shared "
        f"rows ({format_percent(1 - movement.agreement)}) are in another group; if the two divisions had "
        f"nothing to do with each other, it would be {format_percent(1 - movement.by_chance)}."
    )


def matches_said(held: Contrast, names: tuple[str, str] = ("A", "B")) -> tuple[str, ...]:
    """Return one line a pair of matching groups, and one for those without a like."""
    if held.movement is None:
        return ()
    first, second = held.first.groups, held.second.groups
    lines = [
        f"{first[match.first].name} of {names[0]} matches {second[match.second].name} of {names[1]}: "
        f"counted by how likely each person belongs, {format_percent(match.of_first)} of the first is in the "
        f"second, and {format_percent(match.of_second)} of the second in the first."
        for match in held.movement.matches
    ]
    for groups, taken, name in (
        (first, {match.first for match in held.movement.matches}, names[0]),
        (second, {match.second for match in held.movement.matches}, names[1]),
    ):
        alone = [group.name for place, group in enumerate(groups) if place not in taken]
        lines += [f"{', '.join(alone)} of {name} has no like."] if alone else []
    return tuple(lines)


def difference_name(difference: Difference) -> str:
    """Return what differs, in words."""
    if difference.kind == "column":
        return f'the part of "{shorten(difference.name, _NAME_WIDTH)}"'
    if difference.kind == "version":
        return f"the version of {difference.name}"
    if difference.kind == "table":
        return f"the table's {difference.name}"
    return STUDY_SETTINGS[difference.name].noun


def difference_values(difference: Difference) -> tuple[str, str]:
    """Return both values of what differs, in words."""
    return _value(difference, difference.first), _value(difference, difference.second)


def _value(difference: Difference, value: object) -> str:
    if difference.kind == "column":
        return _ROLES.get(value, str(value))
    if difference.kind == "setting":
        return _setting(STUDY_SETTINGS[difference.name], value)
    if value is None:
        return "–"
    return format_number(value) if isinstance(value, int) else shorten(value, _NAME_WIDTH)


def _setting(declared: Setting, value: Any) -> str:
    kind = declared.kind
    if isinstance(kind, (Choice, Widths)):
        return kind.said(value)
    if isinstance(kind, YesNo):
        return "yes" if value else "no"
    if isinstance(kind, Names):
        return kind.shown if value is None else ", ".join(shorten(each, _NAME_WIDTH) for each in value)
    if kind.is_open(value):
        return kind.word
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if declared.name == "random_state" else format_number(value)
