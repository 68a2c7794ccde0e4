"""What a comparison of models says, in words that claim no more than its intervals."""

from __future__ import annotations

from math import isfinite

from rome.compare.result import ComparisonResult, ScoredGrouping, Standing
from rome.text.measures import measure
from rome.text.numbers import format_percent_interval

#: P-values after Holm's correction from which two models count as told apart.
_LEVEL = 0.05
_MOST_NAMED = 2
#: Splits from which, and the share of them that a model must win, so that it is named whatever its interval.
_ENOUGH_SPLITS, _NEARLY = 5, 0.9
_WHOM: dict[ScoredGrouping, str] = {
    "observed": "for the worst observed group",
    "latent": "for the worst latent group",
    "overall": "for everybody",
}


def comparison_answer(
    comparison: ComparisonResult, grouping: ScoredGrouping, reference: str
) -> tuple[str, str]:
    """Return how ``reference`` stands among the models: a sentence for the worst group, one for everybody.

    Parameters
    ----------
    comparison : ComparisonResult
    grouping : {"observed", "latent"}
    reference : str
    """
    return _said(comparison, grouping, reference), _said(comparison, "overall", reference)


def _said(comparison: ComparisonResult, grouping: ScoredGrouping, reference: str) -> str:
    standings = comparison.standings(grouping, against=reference)
    sentence = _sentence(comparison, standings, grouping, reference)
    return f"{sentence} {_lopsided(standings)}".strip()


def _lopsided(standings: tuple[Standing, ...]) -> str:
    """Name models that an interval can't tell apart from the reference, but that win nearly every split."""
    found = [
        each
        for each in standings
        if each.n_splits >= _ENOUGH_SPLITS and each.p_holm >= _LEVEL and each.wins >= _NEARLY * each.n_splits
    ]
    if not found:
        return ""
    least = min(each.wins for each in found)
    splits = found[0].n_splits
    often = f"{'' if len(found) == 1 else 'at least '}{least} of {splits} splits"
    often = f"every one of the {splits} splits" if least == splits else often
    return f"But {_counted(found)} had less error in {often}: how much less differs widely between them."


def _sentence(
    comparison: ComparisonResult,
    standings: tuple[Standing, ...],
    grouping: ScoredGrouping,
    reference: str,
) -> str:
    others = [each for each in standings if each.model != reference and isfinite(each.p_holm)]
    own = next(each for each in standings if each.model == reference).title
    whom = _WHOM[grouping]
    start = whom[:1].upper() + whom[1:]
    if not others:
        return f"{start}, nothing can be said: no model has errors in at least two splits."
    loss = measure(comparison.metric).inline
    told = [each for each in others if each.p_holm < _LEVEL]
    better = [each for each in told if each.difference < 0]
    worse = [each for each in told if each.difference > 0]
    open_ones = [each for each in others if each not in told]
    if better:
        return f"{start}, {own} does not win: {_listed(better, 'less')}{_rest(worse, open_ones)}."
    if worse and not open_ones:
        return f"{start}, {own} has the lowest {loss}: {_listed(worse, 'more')}."
    if worse:
        return (
            f"{start}, no model is better than {own} beyond chance: {_listed(worse, 'more')}"
            f"{_rest([], open_ones)}."
        )
    return (
        f"{start}, no model can be told apart from {own} by these {comparison.settings.n_splits} splits; "
        f"lowest on average is {_lowest(standings)}."
    )


def _listed(standings: list[Standing], word: str) -> str:
    """Return ``Boosted trees has less error (−12%, …)`` for the first models, and how many more there are."""
    shown = [f"{each.title} ({format_percent_interval(*each.change)})" for each in standings[:_MOST_NAMED]]
    left = len(standings) - _MOST_NAMED
    if left > 0:
        shown.append(f"{left} more")
    verb = "has" if len(shown) == 1 else "have"
    return f"{_joined(shown)} {verb} {word} error"


def _rest(worse: list[Standing], open_ones: list[Standing]) -> str:
    said = ""
    if worse:
        said += f"; {_counted(worse)} {'has' if len(worse) == 1 else 'have'} more"
    if open_ones:
        said += f"; {_counted(open_ones)} can't be told apart from it"
    return said


def _counted(standings: list[Standing]) -> str:
    return standings[0].title if len(standings) == 1 else f"{len(standings)} models"


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _lowest(standings: tuple[Standing, ...]) -> str:
    return next(each.title for each in standings if isfinite(each.loss))


_WHOSE = {
    "overall": "Everybody",
    "observed": "Worst observed group",
    "latent": "Worst latent group",
}


def standing_lines(result: ComparisonResult, grouping: ScoredGrouping) -> tuple[str, ...]:
    """Return a heading and one line a model: its mean loss over splits and how it stands to the reference."""
    reference = result.models[0]
    head = (
        f"{_WHOSE[grouping]}: {result.metric}, mean over {result.settings.n_splits} splits, against "
        f'"{reference.name}"'
    )
    return head, *(f"  {_line(standing, reference.name)}" for standing in result.standings(grouping))


def _line(standing: Standing, reference: str) -> str:
    name = f"{standing.model:<16}"
    if standing.n_splits == 0:
        return f"{name} no split in which it could be scored"
    start = f"{name} {standing.loss:.4g}"
    if standing.model == reference:
        return f"{start}  (reference)"
    if standing.n_splits == 1:
        return f"{start}  (one split: no interval)"
    change, low, high = (100 * value for value in standing.relative)
    return (
        f"{start}  {change:+.1f}% (95% {low:+.1f} to {high:+.1f}), p = {standing.p_holm:.2g} after Holm, "
        f"{standing.wins} of {standing.n_splits} splits better"
    )
