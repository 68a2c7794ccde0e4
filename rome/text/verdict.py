"""The verdict, in plain words for somebody who has never heard of mixtures and in one exact sentence, and how
the number of groups was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np

from rome.results import StudyResult
from rome.results.verdict import (
    CONFIDENCE,
    Choice,
    Doubt,
    NullModelCode,
    SelectionCandidate,
    Verdict,
)
from rome.settings.study import Family, Settings
from rome.stats.estimate import Estimate
from rome.table.finding import counted
from rome.text.names import visible
from rome.text.numbers import format_estimate

#: Null models in words. ``study.json`` names them by these, so that they are part of its layout.
NULL_MODEL_WORDS: Mapping[NullModelCode, str] = {
    "line": "one line, even normal spread",
    "line_uneven": "one line, uneven spread",
    "line_any_noise": "one line, heavy-tailed or skewed noise",
    "line_uneven_any_noise": "one line, uneven spread, any shape of noise",
    "quadratic_any_noise": "curved (quadratic), even spread, any shape of noise",
    "quadratic_uneven_any_noise": "curved (quadratic), uneven spread, any shape of noise",
    "trees_uneven_any_noise": "curved (boosted trees), uneven spread, any shape of noise",
    "line_drifting_noise": "one line, noise whose shape moves with it",
    "quadratic_drifting_noise": "curved (quadratic), noise whose shape moves with it",
    "trees_drifting_noise": "curved (boosted trees), noise whose shape moves with it",
    "log_line_uneven_any_noise": "one line on log y, uneven spread, any shape of noise",
    "log_quadratic_uneven_any_noise": "curved (quadratic) on log y, uneven spread, any shape of noise",
    "log_trees_uneven_any_noise": "curved (boosted trees) on log y, uneven spread, any shape of noise",
    "log_line_drifting_noise": "one line on log y, noise whose shape moves with it",
    "log_quadratic_drifting_noise": "curved (quadratic) on log y, noise whose shape moves with it",
    "log_trees_drifting_noise": "curved (boosted trees) on log y, noise whose shape moves with it",
    "logistic": "one logistic curve",
    "logistic_quadratic": "curved (quadratic)",
    "logistic_trees": "curved (boosted trees)",
    "shared_slopes": "one rule with any noise (the same groups with shared slopes)",
}
#: Each as what follows "2 groups explain held-out rows better, but …".
_DOUBTS: Mapping[Doubt, str] = {
    "chance": "the gain could be chance",
    "degenerate": "one of them is nearly empty, fitted without error or the same as another, so that the "
    "gain means nothing",
    "one value": "one of them is hardly more than one value of the outcome, which alone can make such a gain",
    "close levels": "their levels don't stand apart, which uneven or lopsided noise can look like",
    "small halves": "halves of the table are too small to see whether they agree on who is in them",
    "unstable": "two halves of the table don't agree on who is in them",
}
#: Said with the verdict, and with the number of groups that the evidence chose, where groups are networks.
_ASKED = "This was asked of the data with groups of lines (ROME-EM), not with the networks."
_CHOSEN = "The number was chosen with groups of lines (ROME-EM), not with the networks."


def null_model_words(code: str) -> str:
    """Return a null model in words; a code that is not known is the words that it was stored with."""
    return NULL_MODEL_WORDS.get(code, code)


def gate_columns_words(settings: Settings) -> str:
    """Return what membership is read from, as a sentence calls it."""
    return "the sensitive columns" if settings.gate_columns == "s" else "the columns"


def verdict_sentence(verdict: Verdict, family: Family = "em", columns: str = "the sensitive columns") -> str:
    """Return the exact verdict in one sentence.

    It says with which groups it was asked where ``family``, that of the study, is another; ``columns`` are
    what membership is read from.
    """
    said = _sentence(verdict, columns) if verdict.older_words is None else verdict.older_words
    return said if family == "em" or verdict.older_words is not None else f"{said} {_ASKED}"


def _sentence(verdict: Verdict, columns: str) -> str:
    hardest, amount = _inline(verdict.hardest), _amount(verdict.gain)
    if verdict.level == "not supported":
        return f"Not supported: {_why_not_supported(verdict, hardest, amount)}"
    beside = f"{_claimed(verdict)} explain held-out rows better than {hardest}"
    if verdict.level == "weak":
        return f"Weak: {beside} ({amount}), but {_DOUBTS[verdict.doubt]}.{_refused(verdict)}"
    found = (
        f"{_capital(columns)} tell them apart better than chance."
        if verdict.gate_gain.low > 0
        else f"But {columns} don't tell them apart, so routing by them can't help."
    )
    if not verdict.gain.low > 0:
        amount += "; the interval includes 0, but the gain is larger than its standard error"
    return f"Supported: {beside} ({amount}). {found}{_refused(verdict)}{_other_people(verdict)}"


def _why_not_supported(verdict: Verdict, hardest: str, amount: str) -> str:
    if not verdict.gain.value > 0:
        return (
            f"one rule for everybody explains held-out rows as well as {_numbers(verdict)} groups, or "
            f"better. {verdict.n_groups} groups against {hardest}: {amount}."
        )
    others = [str(item.n_groups) for item in verdict.tried if item.n_groups != verdict.n_groups]
    either = f" {' and '.join(others)} groups are not supported either." if others else ""
    return (
        f"{verdict.n_groups} groups explain held-out rows better than {hardest} ({amount}), but "
        f"{_DOUBTS[verdict.doubt or 'chance']}.{either}"
    )


def _inline(code: str) -> str:
    """Return a null model as it stands in a sentence, where brackets follow it."""
    return "one rule with any noise" if code == "shared_slopes" else null_model_words(code)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _numbers(verdict: Verdict) -> str:
    """Return the numbers of groups that were tried: "6, 3 or 2"."""
    numbers = [str(item.n_groups) for item in verdict.tried] or [str(verdict.n_groups)]
    return numbers[0] if len(numbers) == 1 else f"{', '.join(numbers[:-1])} or {numbers[-1]}"


def _claimed(verdict: Verdict) -> str:
    if verdict.kind == "levels":
        return f"{verdict.n_groups} levels of one rule"
    return f"{verdict.n_groups} groups with rules of their own"


def _refused(verdict: Verdict) -> str:
    """Say that the number that was asked about first is not supported, where the verdict is on another."""
    asked = [item.n_groups for item in verdict.tried if item.level == "not supported"]
    if not asked or verdict.tried[0].n_groups == verdict.n_groups:
        return ""
    more = f"{', '.join(map(str, asked[:-1]))} and {asked[-1]}" if len(asked) > 1 else f"{asked[0]}"
    return f" {more} groups are not supported; {verdict.n_groups} are."


#: Agreement of the evidence's groups with the predictor's below which they are called others.
_SAME_PEOPLE = 0.5


def _other_people(verdict: Verdict) -> str:
    if verdict.agreement is None or verdict.agreement >= _SAME_PEOPLE:
        return ""
    agreement = f"{verdict.agreement:.2f}".replace("-", "−")
    return (
        " The evidence may use every column; lines that may not, and a gate that may not, find largely other "
        f"groups (adjusted Rand index {agreement})."
    )


def _amount(gain: Estimate) -> str:
    value, low, high = (f"{number:+.3f}".replace("-", "−") for number in (gain.value, gain.low, gain.high))
    return f"{value} log-likelihood per row, {CONFIDENCE:.0%} {low} to {high}"


def choice_sentence(choice: Choice | str, tried: Sequence[SelectionCandidate], family: Family = "em") -> str:
    """Return why the evidence chose its number of groups of those that were ``tried``.

    It says with which groups where ``family``, that of the study, is another.
    """
    if isinstance(choice, str):
        return choice
    said = _choice(choice, f"{tried[0].n_groups} to {tried[-1].n_groups}")
    return said if family == "em" else f"{said} {_CHOSEN}"


def _choice(choice: Choice, tried: str) -> str:
    chosen, other = (counted(number, "group") for number in (choice.n_groups, choice.other))
    left_out = _left_out(choice)
    if choice.reason == "null model":
        return (
            f"{chosen}: {other} predict held-out outcomes better than one straight line does, but "
            f"{_why_one(choice)}.{left_out}"
        )
    if choice.reason == "supported":
        return (
            f"{chosen}: {other} predict held-out outcomes better, but are not supported; {choice.n_groups} "
            f"are.{left_out}"
        )
    if choice.reason == "best":
        best, of = ("better than the others", "the numbers left") if left_out else ("best", tried)
        return f"{chosen}: of {of}, this one predicts the distribution of held-out outcomes {best}.{left_out}"
    return (
        f"{chosen}: of {tried}, the fewest whose held-out log-likelihood is within one standard error of "
        f"the highest{' that could be taken' if left_out else ''} ({other}).{left_out}"
    )


def _why_one(choice: Choice) -> str:
    """Return why one group is chosen though more predict better than one line, as a clause."""
    if choice.doubt in (None, "chance"):
        return f"one rule for everybody does about as well ({null_model_words(choice.null_model)})"
    return _DOUBTS[choice.doubt]


_WHY_LEFT_OUT = {
    "small": "too small",
    "degenerate": "nearly empty, fitted without error or the same as another",
    "one value": "hardly more than one value of the outcome",
}


def _left_out(choice: Choice) -> str:
    """Say which numbers of groups could not be taken, and why; starts with a space."""
    said = []
    for reason, words in _WHY_LEFT_OUT.items():
        numbers = [str(item.n_groups) for item in choice.left_out if item.reason == reason]
        if numbers:
            which = "one of them" if len(numbers) == 1 else "one group of each"
            said.append(f" {' and '.join(numbers)} groups were left out, since {which} is {words}.")
    return "".join(said)


def verdict_answer(result: StudyResult) -> str:
    """Return in plain words whether the table supports groups, and what the sensitive columns say of them."""
    verdict = result.verdict
    if verdict is None:
        return gain_sentence(result)
    said = _said(verdict, gate_columns_words(result.settings))
    if result.fit.n_groups == 1 and verdict.level != "not supported":
        return f"This study has one group. Beside it, {verdict.n_groups} were tried. {said}"
    return said


def _said(verdict: Verdict, columns: str) -> str:
    if verdict.level == "not supported":
        return _not_supported(verdict)
    if verdict.level == "weak":
        if verdict.kind == "levels":
            return (
                f"Perhaps people follow one rule at {verdict.n_groups} levels, but the signs are weak. Take "
                f"what follows as a lead, not as a finding.{_refused(verdict)}"
            )
        return (
            f"Perhaps there are {verdict.n_groups} groups with rules of their own, but the signs are weak. "
            f"Take what follows as a lead, not as a finding.{_refused(verdict)}"
        )
    narrowly = "" if verdict.gain.low > 0 else ", if narrowly"
    told = (
        f"T{columns[1:]} say something about who is in which."
        if verdict.findable
        else f"It does not show that {columns} say who is in which, so that predictions made to "
        "suit a new person's group can't be relied on."
    )
    if verdict.kind == "levels":
        return (
            f"This table supports {verdict.n_groups} levels of one rule: what a column does is the same for "
            f"everybody, but some lie systematically higher than others. {told}{_refused(verdict)}"
        )
    return (
        f"This table supports {verdict.n_groups} groups with rules of their own{narrowly}: they describe "
        f"held-out parts of the training rows better than every single model that was tried. {told}"
        f"{_refused(verdict)}"
    )


def _not_supported(verdict: Verdict) -> str:
    refused = f"This table does not support {_numbers(verdict)} groups"
    if verdict.doubt not in (None, "chance") and verdict.gain.value > 0:
        which = f"{verdict.n_groups} groups describe" if len(verdict.tried) > 1 else "They describe"
        return (
            f"{refused}. {which} held-out parts of the training rows better than one rule for everybody, but "
            f"{_DOUBTS[verdict.doubt]}."
        )
    return (
        f"{refused}: one rule for everybody describes held-out parts of the training rows about as well, or "
        "better."
    )


def verdict_detail(result: StudyResult) -> str:
    """Return the exact sentence behind the answer; nothing where the answer is that sentence."""
    verdict = result.verdict
    return (
        ""
        if verdict is None
        else verdict_sentence(verdict, result.settings.family, gate_columns_words(result.settings))
    )


def nobodys_groups(result: StudyResult) -> str:
    """Say which groups are nobody's likeliest one before the outcome is seen; nothing where none is.

    They count in predictions all the same, as far as the gate gives them a share.
    """
    names = [visible(group.name) for group in result.groups]
    sizes = np.bincount(result.rows.predicted_group, minlength=len(names))
    empty = [name for name, size in zip(names, sizes, strict=True) if size == 0]
    if len(names) < 2 or not empty:
        return ""
    if len(empty) == len(names) - 1:
        only = next(name for name, size in zip(names, sizes, strict=True) if size)
        said = f"Before the outcome is seen, {only} is everybody's likeliest group."
    else:
        said = f"Nobody's likeliest group before the outcome is seen: {', '.join(empty)}."
    return f"{said} Such groups count in predictions all the same, by their probabilities."


#: A change in log-likelihood per row, at both ends of its interval, that nobody could act on.
_NO_GAIN = 1e-3


def gain_sentence(result: StudyResult) -> str:
    """Return whether the mixture explains held-out rows better than one group does."""
    gain, groups = result.fit.gain, result.fit.n_groups
    if groups < 2:
        return _one_group(result)
    if not isfinite(gain.value):
        return "Whether several groups explain held-out rows better than one could not be computed."
    if max(abs(gain.low), abs(gain.high)) < _NO_GAIN:
        return f"{groups} groups explain held-out rows neither better nor worse than {_line(result)} does."
    fewer = Estimate(-gain.value, -gain.high, -gain.low)
    amount, loss = (
        f"{format_estimate(item, result.settings.confidence)} log-likelihood per row"
        for item in (gain, fewer)
    )
    if gain.low > 0:
        said = f"{groups} groups explain held-out rows better than {_line(result)} does, by {amount}."
        if result.verdict is None or result.verdict.level != "not supported":
            return said
        return f"{said} {_weak_line(result.verdict) if result.training is None else _WEAK_NETWORK}"
    if gain.high < 0:
        return f"{groups} groups explain held-out rows worse than {_line(result)} does, by {loss}."
    return f"Whether {groups} groups explain held-out rows better than {_line(result)} is open: {amount}."


_WEAK_NETWORK = "The verdict on the data, asked with groups of lines, speaks against groups all the same."


def _weak_line(verdict: Verdict) -> str:
    """Say why a gain over the line stands beside a verdict against groups."""
    if verdict.doubt not in (None, "chance"):
        return f"That does not speak for groups: of those that were tested, {_DOUBTS[verdict.doubt]}."
    return (
        "That does not speak for groups: the line is only one of the one-group models, and another of them "
        "does about as well."
    )


def _line(result: StudyResult) -> str:
    if result.training is not None:
        return "one network in the predicting columns"
    curve = "logistic curve" if result.data.outcome_kind == "binary" else "straight line"
    return f"one {curve} in the predicting columns"


def _one_group(result: StudyResult) -> str:
    if result.verdict is None:
        return "One group was fitted, so there is nothing to compare it with."
    return (
        f"One group was fitted. Beside it, {result.verdict.n_groups} groups were compared with one-group "
        "models on the training rows."
    )


def gain_caution(result: StudyResult) -> str:
    """Return what a gain does not prove, or nothing where there is no gain to speak of."""
    if result.verdict is not None:
        return _verdict_caution(result.verdict.level)
    if result.fit.n_groups < 2 or not result.fit.gain.low > 0:
        return ""
    if result.training is not None:
        return (
            "A gain says that one network is not enough. It is not proof of distinct groups of people: "
            "uneven spread and outliers can make the same gain."
        )
    return (
        "A gain says that one straight line is not enough. It is not proof of distinct groups of "
        "people: uneven spread, curves and outliers can make the same gain."
    )


def _verdict_caution(level: str) -> str:
    if level == "not supported":
        return ""
    if level == "weak":
        return "Even a clear gain would be no proof of distinct kinds of people."
    return (
        "That says that no one-group model that was tried does as well. It is not proof of distinct kinds "
        "of people: a model that nobody tried might."
    )
