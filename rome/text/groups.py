"""Who is in a group, in sentences that claim no more than held-out rows bear out."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from rome.results import GroupSummary, ProfileEntry, StudyResult
from rome.results.description import FEWEST_RULE_ROWS, Condition, GroupRule, PartialEffect
from rome.stats.estimate import Estimate
from rome.stats.shares import ONE_VALUE, largest_value, share_interval
from rome.text.names import shorten
from rome.text.numbers import format_confidence, format_number, format_percent, half_width

_NAME_WIDTH = 160
_MOST_NAMED = 3
_MINUS = "\N{MINUS SIGN}"
#: A smaller difference, in standard deviations, sets nobody apart, however sure it is.
_LEAST_DIFFERENCE = 0.1
#: A smaller average change of membership moves nobody.
_LEAST_CHANGE = 0.01
#: Why there is no rule where one was looked for, as a clause.
NO_SPLIT = "no split of these columns sets the group apart on training rows"
_WHERE = {"sensitive": "the sensitive columns", "all": "all columns"}
#: Half an interval that holds one value: all rows, or none, agreed.
_NO_WIDTH = 1e-6


def group_sentence(result: StudyResult, index: int) -> str:
    """Return who a group is: its share, and what sets it apart most, by more than its interval."""
    group = result.groups[index]
    if _too_small(result, group.name):
        share = format_percent(group.share)
        return f"{group.name} holds {share} of the held-out rows: too few to say who is in it."
    share = f"{group.name} holds {_share(group_share(result, index), result)} of the rows"
    if len(result.groups) < 2:
        return f"{share}."
    one_value = one_value_group(result, index)
    if one_value:
        return f"{share}. {one_value}, so it is no group of people."
    marks = [_mark(entry, first=place == 0) for place, entry in enumerate(_telling(group))]
    if not marks:
        return f"{share}. In no column does it differ clearly from everybody."
    return f"{share} and differs most in {', '.join(marks)}."


def group_share(result: StudyResult, index: int) -> Estimate:
    """Return a group's share of the held-out rows, each by how likely it belongs, with its interval."""
    rows = result.rows
    held_out = rows.is_test
    return share_interval(
        result.groups[index].share,
        rows.responsibilities[held_out, index],
        rows.weight[held_out],
        result.settings.confidence,
    )


def one_value_group(result: StudyResult, index: int) -> str:
    """Return ``Group 2 is hardly more than one value of the outcome (0: 93% of it)``, as a clause; nothing
    where a group is more than that, and for a yes/no outcome."""
    rows = result.rows
    if result.data.outcome_kind == "binary" or len(result.groups) < 2:
        return ""
    mass = rows.responsibilities[:, [index]] * rows.weight[:, None]
    value, share = (found[0] for found in largest_value(rows.outcome, mass))
    if not share > ONE_VALUE:
        return ""
    return one_value_words(result.groups[index].name, value, share)


def one_value_words(name: str, value: float, share: float) -> str:
    """Return that a group is hardly more than one ``value`` of the outcome, ``share`` of it."""
    return (
        f"{name} is hardly more than one value of the outcome ({format_number(value)}: "
        f"{format_percent(share)} of it)"
    )


@dataclass(frozen=True)
class RuleSaid:
    """A rule in words: what it is, the rule itself (nothing where there is none), and what it is worth."""

    lead: str
    rule: str
    worth: str

    @property
    def text(self) -> str:
        """The same as one paragraph."""
        return f"{self.lead} {self.rule}. {self.worth}" if self.rule else self.lead


def rules_said(result: StudyResult, index: int) -> tuple[RuleSaid, ...]:
    """Return what the rules for a group are worth, the one on the sensitive columns first.

    Nothing for one group, or for one that is too small, of which ``group_sentence`` tells.
    """
    group = result.groups[index]
    if _too_small(result, group.name) or len(result.groups) < 2:
        return ()
    description = group.description
    if not description.rules:
        why = f"No rule was looked for: {why_no_rule(result, index)}."
        return (RuleSaid(why, "", ""),) if description.reason else ()
    first, *others = description.rules
    said = [_rule(first, result)]
    said += [
        _rule(rule, result)
        if rule.clauses != first.clauses
        else RuleSaid(f"With {_WHERE[rule.columns]}, the best rule that was found is the same one.", "", "")
        for rule in others
    ]
    return tuple(said)


def why_no_rule(result: StudyResult, index: int) -> str:
    """Return why no rule was looked for, as a clause; nothing where one was."""
    reason = result.groups[index].description.reason
    if reason is None:
        return ""
    return {
        "one group": "there is one group, and everybody is in it",
        "few training rows": (
            f"there are {result.data.n_train} training rows, and a rule is learnt on at least "
            f"{FEWEST_RULE_ROWS}"
        ),
        "few held-out rows": (
            f"fewer than {result.settings.min_group_size} held-out rows belong to the group, too few to say "
            "what a rule is worth"
        ),
    }[reason]


def movers_sentence(result: StudyResult, index: int) -> str:
    """Return what moves people into a group and out of it; nothing where there is no gate to ask."""
    group = result.groups[index]
    if not group.description.movers:
        return ""
    moving = [mover for mover in group.description.movers if abs(mover.change.value) >= _LEAST_CHANGE]
    if not moving:
        which = "sensitive column" if result.settings.gate_columns == "s" else "column"
        return f"No {which} alone changes the probability of being here by a point or more."
    unsure = all(mover.change.low <= 0 <= mover.change.high for mover in moving)
    named = "; ".join(_mover(mover, result) for mover in moving[:_MOST_NAMED])
    said = f"What moves people in (+) or out (−), one column at a time: {named}."
    if not any(isfinite(mover.change.low) for mover in moving):
        if result.training is not None:
            return f"{said} How sure that is isn't known: the gate is a network."
        return f"{said} How sure that is could not be computed."
    return f"{said} Every one of these intervals includes no change." if unsure else said


def short_description(result: StudyResult, index: int) -> str:
    """Return one line on a group, as a terminal shows it: its share, and its rule or that there is none."""
    group = result.groups[index]
    share = f"{group.name}: {format_percent(group.share)} of the rows"
    one_value = one_value_group(result, index)
    if one_value:
        return f"{share}. {one_value}."
    rule = next(iter(group.description.rules), None)
    if rule is None or _too_small(result, group.name):
        return f"{share}."
    return f"{share}. {rule_in_short(rule)}."


def rule_in_short(rule: GroupRule) -> str:
    """Return a rule on the sensitive columns with how often it is right, or that none finds the group."""
    if rule.level == "none":
        return "No simple rule on the sensitive columns finds it"
    rough = "Rough rule" if rule.level == "rough" else "Rule"
    right = f"right for {format_percent(rule.fidelity.value)} of people"
    without = f"{format_percent(rule.baseline)} without a rule"
    return f"{rough}: {rule_words(rule)} ({right}; {without})"


def _rule(rule: GroupRule, result: StudyResult) -> RuleSaid:
    """Return a rule with what it is worth, or that no rule is worth anything."""
    where = _WHERE[rule.columns]
    if not rule.clauses:
        return RuleSaid(f"No simple rule on {where} finds this group: {NO_SPLIT}.", "", "")
    if rule.level == "none":
        frequent = ""
        if rule.lift.low > 0:
            everybody = format_percent(rule.precision.value - rule.lift.value)
            frequent = (
                f" The group is more frequent there all the same: {_share(rule.precision, result)} "
                f"against {everybody} of everybody."
            )
        return RuleSaid(
            f"No simple rule on {where} finds this group. The best that was found:",
            rule_words(rule),
            f"It {_agreement(rule, result)}.{frequent}",
        )
    return RuleSaid(
        f"{'A rule' if rule.level == 'good' else 'A rough rule'} on {where}:",
        rule_words(rule),
        f"It catches {_share(rule.coverage, result)} of the group, and {_share(rule.precision, result)} of "
        f"those it catches belong to it; it {_agreement(rule, result)}.",
    )


def _agreement(rule: GroupRule, result: StudyResult) -> str:
    """Return ``agrees with membership for 81% of people (95% 78 to 83), against 67% if nobody were …``."""
    everybody = rule.precision.value - rule.lift.value
    instead = "everybody were called a member" if everybody > 0.5 else "nobody were called a member"
    return (
        f"agrees with membership for {_share(rule.fidelity, result)} of people, "
        f"against {format_percent(rule.baseline)} if {instead}"
    )


def _share(estimate: Estimate, result: StudyResult) -> str:
    """Return ``81% (95% 78 to 83)``."""
    resolution = half_width(estimate.low, estimate.high)
    if resolution is None or resolution < _NO_WIDTH:
        return format_percent(estimate.value)
    # Whole points, unless the interval is so narrow that its ends would read like the value.
    digits = 0 if resolution >= 0.01 else 1 if resolution >= 0.001 else 2
    ends = " to ".join(f"{100 * end:.{digits}f}" for end in (estimate.low, estimate.high))
    return f"{100 * estimate.value:.{digits}f}% ({format_confidence(result.settings.confidence)} {ends})"


def _mover(mover: PartialEffect, result: StudyResult) -> str:
    """Return ``age from 36 to 46, +8 points (95% +2 to +14)``."""
    change = _points(mover.change.value)
    unit = "point" if change in ("+1", "−1") else "points"
    name = shorten(mover.column, _NAME_WIDTH)
    moved = f"{name} from {value_words(mover.start)} to {value_words(mover.end)}, {change} {unit}"
    if not isfinite(mover.change.low):
        return moved
    ends = f"{_points(mover.change.low)} to {_points(mover.change.high)}"
    return f"{moved} ({format_confidence(result.settings.confidence)} {ends})"


def _points(share: float) -> str:
    text = f"{100 * share:+.0f}"
    return "0" if text in ("+0", "-0") else text.replace("-", "−")


def _too_small(result: StudyResult, name: str) -> bool:
    scores = result.chosen.groupings.get("latent", ())
    return any(score.too_small for score in scores if score.group == name)


def _mark(entry: ProfileEntry, first: bool) -> str:
    """Return ``age (mean 52 against 41)`` or ``region = north (41% against 23%)``, the first with whose."""
    whose = "everybody's " if first else ""
    if entry.is_share:
        values = f"{format_percent(entry.group_mean)} against {whose}{format_percent(entry.overall_mean)}"
    else:
        resolution = half_width(entry.group_low, entry.group_high)
        here, everywhere = (
            format_number(mean, resolution) for mean in (entry.group_mean, entry.overall_mean)
        )
        values = f"mean {here} against {whose}{everywhere}"
    return f"{shorten(entry.term, _NAME_WIDTH)} ({values}{', sensitive' if entry.sensitive else ''})"


def _telling(group: GroupSummary) -> list[ProfileEntry]:
    """Return the three largest differences that are large enough to matter and lie outside their interval."""
    large = [
        entry
        for entry in group.profile
        if abs(entry.standardised_difference) >= _LEAST_DIFFERENCE
        and isfinite(entry.low)
        and not entry.low <= 0 <= entry.high
    ]
    return sorted(large, key=lambda entry: -abs(entry.standardised_difference))[:_MOST_NAMED]


def rule_words(rule: GroupRule) -> str:
    """Return ``(age over 43 and smoker = yes) or region = north``; nothing where there is no rule."""
    said = [" and ".join(map(condition_words, clause)) for clause in rule.clauses]
    if len(said) == 1:
        return said[0]
    return " or ".join(
        f"({words})" if len(clause) > 1 else words for words, clause in zip(said, rule.clauses, strict=True)
    )


def condition_words(condition: Condition) -> str:
    """Return ``age over 43``, ``30 < age ≤ 50``, ``region is not south or west`` or ``age is missing``."""
    name = shorten(condition.column, _NAME_WIDTH)
    levels = " or ".join(shorten(level, _NAME_WIDTH) for level in condition.levels)
    if condition.kind == "is":
        return f"{name} = {levels}"
    if condition.kind == "between":
        return _limits(name, condition.low, condition.high)
    return f"{name} is {condition.kind.removeprefix('is ')} {levels}".rstrip()


def _limits(name: str, low: float | None, high: float | None) -> str:
    if low is None:
        return f"{name} up to {exact(high)}"
    if high is None:
        return f"{name} over {exact(low)}"
    return f"{exact(low)} < {name} ≤ {exact(high)}"


def exact(value: float) -> str:
    """Return a threshold with every digit that it has: a rounded one would catch other rows."""
    text = f"{value:,.12g}" if abs(value) >= 10_000 else f"{value:.12g}"
    return text.replace("-", _MINUS)


def value_words(value: float | str) -> str:
    """Return a value that a column can take: a level by its name, a number with three digits."""
    return shorten(value, _NAME_WIDTH) if isinstance(value, str) else format_number(value)
