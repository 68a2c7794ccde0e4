"""What a running study says of its groups before evidence and advice: plainly no more than a first look."""

from __future__ import annotations

from rome.results.first_look import FirstGroup, FirstLook
from rome.text.failed import ratio_words
from rome.text.groups import one_value_words, rule_in_short
from rome.text.measures import measure
from rome.text.numbers import format_percent

#: What stands above a first look, and below it.
TITLE = "First look, before evidence and advice"
CAVEAT = (
    "These groups are fitted and not yet tested: the study still asks whether they are real, and what helps. "
    "Their rows are told apart by the outcome too, so one may have large errors where nobody is failed."
)


def first_look_lines(look: FirstLook) -> list[str]:
    """Return a line a group: its size, who is in it by rule, and the one model's error there."""
    return [_line(group, look) for group in look.groups]


def _line(group: FirstGroup, look: FirstLook) -> str:
    held_out = group.held_out
    said = [f"{held_out.name}: {format_percent(held_out.share)} of the rows"]
    if group.one_value is not None:
        return f"{said[0]}. {one_value_words(held_out.name, *group.one_value)}."
    if held_out.too_small:
        return f"{said[0]}. Too few held-out rows to say more."
    if group.rule is not None:
        said.append(rule_in_short(group.rule))
    binary = look.outcome_kind == "binary"
    error = measure("brier").inline if binary else "typical error"
    said.append(f"One model's {error} there: {ratio_words(held_out.ratio, look.confidence)}")
    return f"{'. '.join(said)}."
