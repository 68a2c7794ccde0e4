"""What scoring a table has shown, in sentences: for the command line and the Score page."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

import numpy as np

from rome.results import StudyResult
from rome.score.result import ScoredTable, ShareShift
from rome.score.shifts import size_word
from rome.score.what_if import Answer
from rome.score.why import Contributions
from rome.table.finding import counted
from rome.text.advice import model_name
from rome.text.measures import measure
from rome.text.names import visible
from rome.text.numbers import (
    as_sentence,
    format_change,
    format_confidence,
    format_count,
    format_membership,
    format_number,
    format_percent,
    half_width,
)

_REASONS = {
    "category": "{} with a category that no training row had",
    "range": "{} outside the range of the training rows",
    "far": "{} far from the training rows as a combination",
}


def novelty_sentence(scored: ScoredTable) -> str:
    """Say how many rows are unlike anything that the study has seen, and how many that would be by chance."""
    novel, n = scored.novel, len(scored.rows.row)
    expected = novel.rate * n
    usual = f"about {format_count(round(expected))}" if expected >= 0.5 else "hardly any"
    chance = f"In a table like the study's own, {usual} would be flagged by chance"
    if not novel.flagged:
        return f"None of {counted(n, 'row')} is unlike anything the study has seen. {chance}."
    which = f"{format_count(novel.flagged)} of {counted(n, 'row')} ({format_percent(novel.share.value)})"
    verb = "is" if novel.flagged == 1 else "are"
    more = ": this one differs" if novel.more_than_chance else ""
    return f"{which} {verb} unlike anything the study has seen. {chance}{more}."


def advice_sentence(study: StudyResult) -> str:
    """Say which model the study advises, where that is not its own robust prediction; else nothing."""
    advice = study.advice
    if advice is None or (advice.own and abs(advice.dro_strength - study.dro.strength) < 1e-9):
        return ""
    name = model_name(advice.model, advice.dro_strength)
    return f"The study advises {name}: the column advised_prediction. Its own groups are shown beside it."


def reasons_sentence(scored: ScoredTable) -> str:
    """Say why rows were flagged; empty where none was."""
    counts = {reason: count for reason, count in scored.novel.by_reason.items() if count}
    if not counts:
        return ""
    said = [_REASONS[reason].format(format_count(count)) for reason, count in counts.items()]
    return f"Among them: {', '.join(said)}." + (" A row can count twice." if len(said) > 1 else "")


def shares_sentence(scored: ScoredTable) -> str:
    """Say which groups are larger or smaller than among the study's held-out rows."""
    if not scored.shares:
        return "The study has one group, and everybody is in it."
    moved = [shift for shift in scored.shares if shift.changed]
    if not moved:
        return "The groups have the shares that they had in the study, as far as these rows can tell."
    most = max(moved, key=lambda shift: abs(shift.difference.value))
    rest = len(moved) - 1
    others = "" if not rest or len(scored.shares) == 2 else f" {counted(rest, 'other group')} changed too."
    return f"{_share_change(most, scored)}{others}"


def _share_change(shift: ShareShift, scored: ScoredTable) -> str:
    larger = "larger" if shift.difference.value > 0 else "smaller"
    before, now = (
        format_percent(part.value, half_width(part.low, part.high)) for part in (shift.before, shift.now)
    )
    ends = [_points(end) for end in (shift.difference.low, shift.difference.high)]
    return (
        f"{shift.group} is {larger} than in the study: {now} of the rows, against {before} "
        f"({_points(shift.difference.value)} points, {format_confidence(scored.confidence)} "
        f"{ends[0]} to {ends[1]})."
    )


def _points(share: float) -> str:
    text = format_percent(share, signed=True).removesuffix("%")
    return "0" if text.strip("+\N{MINUS SIGN}0.") == "" else text


def columns_sentence(scored: ScoredTable) -> str:
    """Say how many columns differ from the training rows beyond chance, and which differ most."""
    moved = [shift for shift in scored.columns if shift.changed]
    if not scored.columns:
        return "No column could be compared with the training rows."
    if not moved:
        return "No column differs from the training rows beyond chance."
    named = ", ".join(f"{visible(shift.column)} ({size_word(shift)})" for shift in moved[:3])
    more = ", …" if len(moved) > 3 else ""
    verb = "differs" if len(moved) == 1 else "differ"
    return (
        f"{len(moved)} of {counted(len(scored.columns), 'column')} {verb} from the training rows beyond "
        f"chance: {named}{more}."
    )


def errors_sentence(scored: ScoredTable) -> str:
    """Say how pooled and ROME do where the outcome is known, or why that can't be said."""
    errors = scored.errors
    if errors.evaluation is None:
        return errors.reason
    overall = errors.evaluation.comparison["overall"]
    latent = errors.evaluation.comparison["worst_latent"]
    name = measure(scored.metric).inline
    sampled = "" if errors.rows == errors.known else f", {format_count(errors.rows)} of them drawn at random"
    said = (
        f"On {counted(errors.known, 'row')} with an outcome{sampled}, {name}, pooled → ROME: everybody "
        f"{format_change(overall, scored.confidence)}"
    )
    if len(scored.group_names) > 1 and isfinite(latent.pooled):
        said += f"; worst latent group {format_change(latent, scored.confidence)}"
    flattered = " Most of these rows are training rows, on which errors flatter." if scored.same_table else ""
    return f"{said}.{flattered}"


def filled_sentence(scored: ScoredTable) -> str:
    """Say in how many rows something was filled in; empty where nothing was."""
    filled = int((scored.rows.filled != "").sum())
    if not filled:
        return ""
    verb = "lacks" if filled == 1 else "lack"
    return f"{counted(filled, 'row')} {verb} some value, filled in as in training."


def summary_lines(scored: ScoredTable) -> tuple[str, ...]:
    """Return everything in the order in which it should be read."""
    said = (
        novelty_sentence(scored),
        reasons_sentence(scored),
        shares_sentence(scored),
        columns_sentence(scored),
        errors_sentence(scored),
        filled_sentence(scored),
    )
    return tuple(line for line in said if line)


def what_if_sentence(before: Answer, now: Answer, study: StudyResult) -> str:
    """Say what would be predicted for a row that was edited by hand, and for the row before."""
    binary = study.data.outcome_kind == "binary"
    said_as = format_membership if binary else format_number
    rome, pooled = (_moved(getattr(before, name), getattr(now, name), said_as) for name in ("rome", "pooled"))
    about = visible(study.roles.outcome)
    if binary:
        about = f"Probability of {about} = {visible(study.data.positive)}"
    said = f"{about}: ROME predicts {rome}, one model for everybody {pooled}."
    if study.advice is not None and study.advice.model.kind != "groups":
        said = f"{about}: one model for everybody predicts {pooled}, ROME {rome}."
    names = [group.name for group in study.groups]
    if len(names) < 2:
        return said
    first, second = (max(range(len(names)), key=answer.membership.__getitem__) for answer in (before, now))
    likeliest = f"{names[second]}, {format_membership(now.membership[second])}"
    changed = "" if first == second else f"; before the edit it was {names[first]}"
    return f"{said} The likeliest group is {likeliest}{changed}."


def _moved(old: float, new: float, said_as: Callable[[float], str]) -> str:
    was, is_now = said_as(old), said_as(new)
    return is_now if was == is_now else f"{is_now} (before the edit {was})"


def why_sentence(found: Contributions, study: StudyResult) -> str:
    """Say which columns move a row's prediction most, under ROME, or pooled where nothing is mixed."""
    if not found.columns:
        return (
            "Every column that a rule reads has its typical value. What else differs only moves how much "
            "each group counts."
        )
    rule = "rome" if "rome" in found.rules else "pooled"
    place = found.rules.index(rule)
    order = np.argsort(-np.abs(found.values[:, place]), kind="stable")[:3]
    unit = " in log-odds" if study.data.outcome_kind == "binary" else ""
    said = ", ".join(
        f"{found.columns[index]} {_signed(float(found.values[index, place]))}" for index in order
    )
    whose = "ROME" if rule == "rome" else "one pooled model"
    start, total = (format_number(float(each[place])) for each in (found.base, found.total))
    weighing = ", with its groups weighted as for this row," if rule == "rome" else ""
    who = f"{as_sentence(whose)[:-1]}{weighing}"
    return f"{who} predicts {start} for a typical row{unit} and {total} for this one: {said}."


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{format_number(value)}"


def outside_sentence(now: Answer) -> str:
    """Say which values the training rows never held; empty where there are none."""
    if not now.outside:
        return ""
    named = ", ".join(visible(name) for name in now.outside)
    verb = "leaves" if len(now.outside) == 1 else "leave"
    return (
        f"{named} {verb} what the training rows held, so that the predictions extrapolate: nothing was seen "
        "there that could confirm or deny them."
    )
