"""What helps: which candidate to advise, by its error on rows that its fits left out, and no harm to anybody.

A candidate can be advised when, against one line for everybody,

- the worst observed group, or everybody together, has less error, by more than the interval of the change;
- it is not inferior: the upper 95% bound of the change is within ``max_harm_overall`` for everybody and
  within ``max_harm_observed`` for the worst observed group. An interval that merely includes no change is no
  proof of no harm.

Among these the one with the best worst group and overall error sets the mark, and the simplest that can't be
told from it, by one standard error of the paired differences, is chosen. Rows of the study's held-out part
must then confirm the gain and not break the bounds; they can only withdraw, never choose. Where they withdraw
groups, the best single model that passed is asked in the same way; else one line is advised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm

from rome.results import Comparison
from rome.results.advice import Advice, Basis, Candidate, CandidateModel, Standing
from rome.runtime.random import stream_seed
from rome.settings.study import Settings
from rome.stats.bootstrap import Resampling, group_sums, resampled_group_sums
from rome.stats.estimate import Estimate
from rome.study.candidates import LINE, n_parameters, simplest_first
from rome.study.cross_fit import Judged, observed_cells
from rome.study.prepare import Prepared

#: One-sided level of the bounds on harm.
_BOUND = 0.95
#: Kinds of models that held-out rows may replace by a single one.
_MANY = ("groups",)
_NOT_KNOWN = Estimate(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True)
class Spread:
    """Losses of C candidates, everybody's and the worst observed group's, with B resamples of each.

    ``overall`` and ``worst`` are (C,), ``overall_again`` and ``worst_again`` (B, C); the worst group is taken
    anew in every resample, and is NaN where no group can be ranked.
    """

    overall: np.ndarray
    worst: np.ndarray
    overall_again: np.ndarray
    worst_again: np.ndarray

    @classmethod
    def of(cls, losses: np.ndarray, weights: np.ndarray, cells: np.ndarray, resampling: Resampling) -> Spread:
        """Resample rows with losses (n, C) and case weights (n,), which are in groups ``cells`` (n, G)."""
        weighted = np.column_stack([losses * weights[:, None], weights])
        groups = np.column_stack([np.ones(len(weights)), cells])
        again = [resampled_group_sums(counts, groups, weighted) for counts in resampling.counts()]
        overall, worst = _means_and_largest(group_sums(groups, weighted))
        return cls(overall, worst, *_means_and_largest(np.concatenate(again)))


def _means_and_largest(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return everybody's mean losses and the largest of the groups', (..., C), from sums (..., 1 + G, C + 1)
    of losses and weights, everybody first; NaN without groups."""
    means = sums[..., :-1] / np.maximum(sums[..., -1:], np.finfo(float).tiny)
    overall, by_group = means[..., 0, :], means[..., 1:, :]
    if not by_group.shape[-2]:
        return overall, np.full_like(overall, np.nan)
    return overall, by_group.max(axis=-2)


@dataclass(frozen=True)
class _Change:
    """(model − line) / line with its interval, and the one-sided bound above it."""

    estimate: Estimate
    bound: float

    @property
    def is_gain(self) -> bool:
        return bool(self.estimate.high < 0)


def _change(value: np.ndarray, again: np.ndarray, place: int, line: int, resampling: Resampling) -> _Change:
    if not np.isfinite(value[line]) or value[line] <= 0:
        return _Change(_NOT_KNOWN, float("nan"))
    relative = again[:, place] / np.maximum(again[:, line], np.finfo(float).tiny) - 1
    estimate = resampling.estimate(value[place] / value[line] - 1, relative)
    return _Change(estimate, float(np.quantile(relative, _BOUND)))


def advise(data: Prepared, settings: Settings, judged: Judged) -> tuple[Candidate, ...]:
    """Return every candidate with what its left-out rows say, simplest first; one stands as "advised"."""
    parameters = {model: n_parameters(model, data, settings) for model in judged.losses}
    models = sorted(judged.losses, key=lambda model: simplest_first(model, parameters[model]))
    losses = np.column_stack([judged.loss(model) for model in models])
    resampling = Resampling.within_budget(
        len(judged.rows),
        settings.n_bootstrap,
        stream_seed(settings.random_state, "advice bootstrap"),
        settings.confidence,
    )
    weights, cells = data.weights[judged.rows], observed_cells(data, settings, judged.rows)
    spread = Spread.of(losses, weights, cells, resampling)
    line = models.index(LINE)
    overall, worst = (
        [_change(value, again, place, line, resampling) for place in range(len(models))]
        for value, again in ((spread.overall, spread.overall_again), (spread.worst, spread.worst_again))
    )
    standings = _standings(models, overall, worst, spread, settings)
    return tuple(
        Candidate(
            model,
            0.0,
            resampling.estimate(spread.overall[place], spread.overall_again[:, place]),
            resampling.estimate(spread.worst[place], spread.worst_again[:, place]),
            overall[place].estimate,
            worst[place].estimate,
            standings[place],
            len(judged.losses[model]),
        )
        for place, model in enumerate(models)
    )


def _standings(
    models: Sequence[CandidateModel],
    overall: Sequence[_Change],
    worst: Sequence[_Change],
    spread: Spread,
    settings: Settings,
) -> list[Standing]:
    found = [_alone(model, *pair, settings) for model, *pair in zip(models, overall, worst, strict=True)]
    passing = [place for place, standing in enumerate(found) if standing == "worse"]
    if not passing:
        found[models.index(LINE)] = "advised"
        return found
    best = min(passing, key=lambda place: _rank(place, spread))
    near = [place for place in passing if _as_good(place, best, spread)]
    for place in near:
        found[place] = "as good"
    # Candidates come simplest first.
    found[near[0]] = "advised"
    return found


def _alone(model: CandidateModel, overall: _Change, worst: _Change, settings: Settings) -> Standing:
    """Return what a candidate's own numbers say; "worse", until it is held against the best, if it passes."""
    if model.sees != "a":
        return "sees sensitive"
    if model == LINE:
        return "reference"
    if not (overall.is_gain or worst.is_gain):
        return "no gain"
    if not overall.bound <= settings.max_harm_overall:
        return "harms everybody"
    if worst.bound > settings.max_harm_observed:
        return "harms observed"
    return "worse"


def _rank(place: int, spread: Spread) -> float:
    """Return the mean of both errors of a candidate, each as a share of the best one's."""
    parts = [spread.overall[place] / spread.overall.min()]
    if np.isfinite(spread.worst[place]):
        parts.append(spread.worst[place] / spread.worst.min())
    return float(np.mean(parts))


def _as_good(place: int, best: int, spread: Spread) -> bool:
    """Return whether neither error is above the best candidate's by more than one standard error."""
    for value, again in ((spread.overall, spread.overall_again), (spread.worst, spread.worst_again)):
        gap = value[place] - value[best]
        if np.isfinite(gap) and gap > np.std(again[:, place] - again[:, best]):
            return False
    return True


def to_confirm(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return whom held-out rows are asked about, in turn: the advised one, then the best single model that
    passed, in case they withdraw groups."""
    advised = next(candidate for candidate in candidates if candidate.standing == "advised")
    if advised.model == LINE:
        return []
    singles = [
        candidate
        for candidate in candidates
        if candidate.standing in ("as good", "worse") and candidate.model.kind not in _MANY
    ]
    if advised.model.kind not in _MANY or not singles:
        return [advised]
    return [advised, min(singles, key=lambda candidate: candidate.overall.value)]


def settle(
    candidates: Sequence[Candidate],
    asked: Sequence[Candidate],
    held_out: Mapping[CandidateModel, Mapping[str, Comparison]],
    own: CandidateModel,
    settings: Settings,
    n_rows: int,
) -> Advice:
    """Let held-out rows confirm or withdraw what cross-fitting speaks for.

    Parameters
    ----------
    candidates : sequence of Candidate
        As ``advise`` gave them.
    asked : sequence of Candidate
        As ``to_confirm`` gave them, with the DRO strength at which each would be used.
    held_out : mapping of CandidateModel to mapping of comparison key to Comparison
        One line against each of these on held-out rows.
    own : CandidateModel
        The study's mixture.
    n_rows : int
        Training rows that took part in cross-fitting.
    """
    standings: dict[CandidateModel, Standing] = {}
    chosen, withdrawn = None, None
    for candidate in asked:
        verdict = _verdict(candidate, held_out[candidate.model], settings)
        standings[candidate.model] = verdict or "advised"
        if verdict is None:
            chosen = candidate
            break
        withdrawn = withdrawn or replace(candidate, standing=verdict, dro_strength=0.0)
    if chosen is None:
        standings[LINE] = "advised"
    strengths = {candidate.model: candidate.dro_strength for candidate in asked}
    told = tuple(
        replace(candidate, standing=standings.get(candidate.model, candidate.standing))
        for candidate in candidates
    )
    model = LINE if chosen is None else chosen.model
    return Advice(
        model=model,
        dro_strength=strengths.get(model, 0.0),
        study_model=own,
        basis=None if chosen is None else _basis(chosen),
        candidates=told,
        withdrawn=withdrawn,
        held_out={} if chosen is None else dict(held_out[model]),
        max_harm_overall=settings.max_harm_overall,
        max_harm_observed=settings.max_harm_observed,
        near_edge=_near_edge(told, settings),
        n_rows=n_rows,
    )


def _basis(candidate: Candidate) -> Basis:
    worst, overall = candidate.worst_change.high < 0, candidate.overall_change.high < 0
    if worst and overall:
        return "both"
    return "worst observed" if worst else "everybody"


def _verdict(candidate: Candidate, held_out: Mapping[str, Comparison], settings: Settings) -> Standing | None:
    """Return how held-out rows withdraw a candidate, or None where they confirm it.

    They deny it where a change is beyond its bound, and confirm it where the gain that spoke for it, or one
    of the two, is there too by more than a one-sided 95% bound.
    """
    overall, worst = held_out["overall"], held_out["worst_observed"]
    if overall.relative > settings.max_harm_overall or worst.relative > settings.max_harm_observed:
        return "denied"
    basis = _basis(candidate)
    asked = {"both": (overall, worst), "everybody": (overall,), "worst observed": (worst,)}[basis]
    return None if any(_upper(each, settings) < 0 for each in asked) else "unconfirmed"


def _upper(change: Comparison, settings: Settings) -> float:
    """Return the one-sided 95% bound above a change, from its two-sided interval taken as normal."""
    z = float(norm.ppf((1 + settings.confidence) / 2))
    return change.relative + (change.relative_high - change.relative) * float(norm.ppf(_BOUND)) / z


def _near_edge(candidates: Sequence[Candidate], settings: Settings) -> bool:
    """Return whether a gain or harm of the advised candidate, or else of the best, lies within half a
    standard error of its limit."""
    z = float(norm.ppf((1 + settings.confidence) / 2))
    advised = [each for each in candidates if each.standing == "advised" and each.model != LINE]
    tried = advised or [each for each in candidates if each.model.sees == "a" and each.model != LINE]
    if not tried:
        return False
    best = min(tried, key=lambda each: each.overall.value)

    def near(change: Estimate, limit: float) -> bool:
        half = (change.high - change.low) / (4 * z)
        return bool(np.isfinite(half) and abs(change.high - limit) < half)

    overall, worst = best.overall_change, best.worst_change
    return (
        near(overall, 0.0)
        or near(overall, settings.max_harm_overall)
        or near(worst, settings.max_harm_observed)
    )
