"""What helps: which candidate to advise, by its error on rows that its fits left out, and no harm to anybody.

A candidate can be advised when, against the reference (one line for everybody, or the audited model as it
is),

- the worst observed group, or everybody together, has less error, by more than the interval of the change;
- it is not inferior: the upper 95% bound of the change is within ``max_harm_overall`` for everybody and
  within ``max_harm_observed`` for the worst observed group. An interval that merely includes no change is no
  proof of no harm.

Among these the one with the best worst group and overall error sets the mark, and the simplest that can't be
told from it, by one standard error of the paired differences, is chosen. Rows of the study's held-out part
must then confirm it; they can only withdraw, never choose. The gain must be there on them too; and over all
rows together, each with the loss of a fit that had not seen it, it must be surely one and within the bounds.
(Held-out rows alone are too few to show harm to a group of thirty of them, or to rule it out.) Where they
withdraw groups, the best single model that passed is asked in the same way; else the reference is advised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm

from rome.results import Comparison
from rome.results.advice import Advice, AllRows, Basis, Candidate, CandidateModel, Standing, reference_among
from rome.runtime.random import stream_seed
from rome.settings.study import Settings
from rome.stats.bootstrap import Resampling, group_sums, resampled_group_sums
from rome.stats.estimate import Estimate
from rome.study.candidates import MANY, n_parameters, simplest_first
from rome.study.cross_fit import Judged, observed_cells
from rome.study.prepare import Prepared

#: One-sided level of the bounds on harm.
_BOUND = 0.95
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
    """(model − reference) / reference with its interval, and the one-sided bound above it."""

    estimate: Estimate
    bound: float

    @property
    def is_gain(self) -> bool:
        return bool(self.estimate.high < 0)


def _change(value: np.ndarray, again: np.ndarray, place: int, start: int, resampling: Resampling) -> _Change:
    if not np.isfinite(value[start]) or value[start] <= 0:
        return _Change(_NOT_KNOWN, float("nan"))
    relative = again[:, place] / np.maximum(again[:, start], np.finfo(float).tiny) - 1
    estimate = resampling.estimate(value[place] / value[start] - 1, relative)
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
    overall, worst = _changes(spread, models.index(judged.reference), resampling)
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


def _changes(spread: Spread, start: int, resampling: Resampling) -> tuple[list[_Change], list[_Change]]:
    """Return every candidate's change against the one at ``start``: everybody's, and the worst group's."""
    places = range(len(spread.overall))
    return tuple(
        [_change(value, again, place, start, resampling) for place in places]
        for value, again in ((spread.overall, spread.overall_again), (spread.worst, spread.worst_again))
    )


def over_all_rows(
    data: Prepared, settings: Settings, judged: Judged, left_out: np.ndarray, held_out: np.ndarray
) -> AllRows:
    """Return a candidate's changes against the reference over left-out and held-out rows together.

    Parameters
    ----------
    left_out : ndarray of shape (n_judged, 2)
        Losses of the reference and the candidate on ``judged.rows``, of fits that left each row out.
    held_out : ndarray of shape (n_test, 2)
        Their losses on ``data.test``, of the final fits.
    """
    rows = np.concatenate([judged.rows, data.test])
    resampling = Resampling.within_budget(
        len(rows),
        settings.n_bootstrap,
        stream_seed(settings.random_state, "confirmation bootstrap"),
        settings.confidence,
    )
    cells = observed_cells(data, settings, rows)
    spread = Spread.of(np.concatenate([left_out, held_out]), data.weights[rows], cells, resampling)
    overall, worst = (changes[1] for changes in _changes(spread, 0, resampling))
    return AllRows(overall.estimate, worst.estimate, overall.bound, worst.bound)


def _standings(
    models: Sequence[CandidateModel],
    overall: Sequence[_Change],
    worst: Sequence[_Change],
    spread: Spread,
    settings: Settings,
) -> list[Standing]:
    reference = reference_among(models)
    found = [
        "reference" if model == reference else _alone(model, *pair, settings)
        for model, *pair in zip(models, overall, worst, strict=True)
    ]
    passing = [place for place, standing in enumerate(found) if standing == "worse"]
    if not passing:
        found[models.index(reference)] = "advised"
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
    if advised.model == reference_among([each.model for each in candidates]):
        return []
    singles = [
        candidate
        for candidate in candidates
        if candidate.standing in ("as good", "worse") and candidate.model.kind not in MANY
    ]
    if advised.model.kind not in MANY or not singles:
        return [advised]
    return [advised, min(singles, key=lambda candidate: candidate.overall.value)]


def settle(
    candidates: Sequence[Candidate],
    asked: Sequence[Candidate],
    held_out: Mapping[CandidateModel, Mapping[str, Comparison]],
    all_rows: Mapping[CandidateModel, AllRows],
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
        The reference against each of these on held-out rows.
    all_rows : mapping of CandidateModel to AllRows
        The same over left-out and held-out rows together, as ``over_all_rows`` gave it.
    own : CandidateModel
        The study's mixture.
    n_rows : int
        Training rows that took part in cross-fitting.
    """
    reference = reference_among([each.model for each in candidates])
    standings: dict[CandidateModel, Standing] = {}
    chosen, withdrawn = None, None
    for candidate in asked:
        verdict = _verdict(candidate, held_out[candidate.model], all_rows[candidate.model], settings)
        standings[candidate.model] = verdict or "advised"
        if verdict is None:
            chosen = candidate
            break
        withdrawn = withdrawn or replace(candidate, standing=verdict)
    if chosen is None:
        standings[reference] = "advised"
    strengths = {candidate.model: candidate.dro_strength for candidate in asked}
    told = tuple(
        replace(candidate, standing=standings.get(candidate.model, candidate.standing))
        for candidate in candidates
    )
    model = reference if chosen is None else chosen.model
    spoken_for = withdrawn.model if chosen is None and withdrawn is not None else model
    return Advice(
        model=model,
        dro_strength=strengths.get(model, 0.0),
        study_model=own,
        basis=None if chosen is None else _basis(chosen),
        candidates=told,
        withdrawn=withdrawn,
        held_out={} if chosen is None else dict(held_out[model]),
        withdrawn_held_out={} if withdrawn is None else dict(held_out[withdrawn.model]),
        all_rows=all_rows.get(spoken_for),
        max_harm_overall=settings.max_harm_overall,
        max_harm_observed=settings.max_harm_observed,
        near_edge=_near_edge(told, all_rows.get(spoken_for), settings),
        n_rows=n_rows,
    )


def _basis(candidate: Candidate) -> Basis:
    worst, overall = candidate.worst_change.high < 0, candidate.overall_change.high < 0
    if worst and overall:
        return "both"
    return "worst observed" if worst else "everybody"


def _verdict(
    candidate: Candidate, held_out: Mapping[str, Comparison], all_rows: AllRows, settings: Settings
) -> Standing | None:
    """Return how held-out rows withdraw a candidate, or None where they confirm it."""
    if not all_rows.overall_bound <= settings.max_harm_overall:
        return "denied"
    if all_rows.worst_bound > settings.max_harm_observed:
        return "denied"
    asked = {
        "everybody": (all_rows.overall_change, held_out["overall"]),
        "worst observed": (all_rows.worst_change, held_out["worst_observed"]),
    }
    basis = _basis(candidate)
    spoken = asked.values() if basis == "both" else (asked[basis],)
    confirmed = any(together.high < 0 and alone.relative < 0 for together, alone in spoken)
    return None if confirmed else "unconfirmed"


def _near_edge(candidates: Sequence[Candidate], all_rows: AllRows | None, settings: Settings) -> bool:
    """Return whether the deciding gain or bound, of what is or was spoken for or else of the best candidate,
    lies within half a standard error of its limit."""
    reference = reference_among([each.model for each in candidates])
    tried = [each for each in candidates if each.model.sees == "a" and each.model != reference]
    if not tried and all_rows is None:
        return False
    best = all_rows or _left_out(min(tried, key=lambda each: each.overall.value), settings)
    z = float(norm.ppf((1 + settings.confidence) / 2))
    gains, room = [], []
    for change, bound, limit in (
        (best.overall_change, best.overall_bound, settings.max_harm_overall),
        (best.worst_change, best.worst_bound, settings.max_harm_observed),
    ):
        error = (change.high - change.low) / (2 * z)
        if np.isfinite(error) and error > 0:
            gains.append(-change.high / error)
            room.append((limit - bound) / error)
    return bool(gains) and abs(min(max(gains), *room)) < 0.5


def _left_out(candidate: Candidate, settings: Settings) -> AllRows:
    """Return a candidate's changes on left-out rows, with the bounds above them by a normal distribution."""
    share = float(norm.ppf(_BOUND) / norm.ppf((1 + settings.confidence) / 2))
    changes = (candidate.overall_change, candidate.worst_change)
    bounds = (change.value + share * (change.high - change.value) for change in changes)
    return AllRows(*changes, *bounds)
