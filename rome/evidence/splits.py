"""By how much a mixture describes held-out rows better than null models, over folds drawn anew.

Small tables are held out several times; a row counts with the mean of its scores, and what the splits still
differ by is added to the error. Every density has a little of a broad one mixed in, so that no single row
decides what is beaten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import cauchy, norm

from rome.em import RomeEM
from rome.evidence.mixture import Pair, Scaled, Terms, fit_pair, freer_rules
from rome.evidence.null_models import FittedNullModels, fit_null_models
from rome.evidence.sweep import Problem
from rome.results.verdict import CONFIDENCE, Kind, NullModelCode
from rome.runtime.random import stream_seed
from rome.stats.estimate import Estimate
from rome.stats.means import repeated_mean_interval

#: How often the rows are split into folds anew, by the most rows for which it is done: larger tables need it
#: less, and would wait longer.
_REPEATS = ((1_500, 2),)
#: Share of a broad density that every density has mixed in, so that a row that a model all but excludes
#: costs it some ten units of log-likelihood and not hundreds: else a null model that fails in one row is
#: never surely beaten, and groups that do are never supported.
_BROAD_SHARE = 1e-3


def errors_below(gain: Estimate, errors: float) -> float:
    """Return the gain less so many standard errors, from its interval of level ``CONFIDENCE``."""
    return gain.value - errors * (gain.value - gain.low) / float(norm.ppf((1 + CONFIDENCE) / 2))


def repeats(problem: Problem) -> int:
    """Return how often the rows are split into folds anew."""
    return next((times for most, times in _REPEATS if len(problem.y) <= most), 1)


@dataclass(frozen=True)
class _Fold:
    """Fitted rows and held-out ones of one fold, with their terms; ``broad`` is a log-density of the held-out
    rows that excludes none."""

    part: Problem
    outer: np.ndarray
    terms: Terms
    inner_terms: np.ndarray
    outer_terms: np.ndarray
    broad: np.ndarray

    def guarded(self, scores: np.ndarray) -> np.ndarray:
        """Return log-likelihoods of the held-out rows with the broad density mixed in."""
        return np.logaddexp(np.log1p(-_BROAD_SHARE) + scores, np.log(_BROAD_SHARE) + self.broad)


def _broad(part: Problem, y: np.ndarray) -> np.ndarray:
    """Return a Cauchy log-density with the centre and spread of the fitted rows, or that of a fair coin."""
    if part.outcome == "binary":
        return np.full(len(y), np.log(0.5))
    centre = float(np.average(part.y, weights=part.weights))
    spread = float(np.sqrt(np.average((part.y - centre) ** 2, weights=part.weights))) or 1.0
    return cauchy.logpdf(y, centre, spread)


class Splits:
    """Held-out log-likelihoods by split, each computed once: null models, and mixtures of any number."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._rounds: list[tuple[list[_Fold], dict[NullModelCode, np.ndarray]]] = []

    def gains(self, n_groups: int, progress: Callable[[], None]) -> dict[Kind, dict[NullModelCode, Estimate]]:
        """Return the gains of either kind over its null models; further splits are only made while there is
        hope for one of them."""
        pairs: list[list[Pair]] = []
        freer: list[list[np.ndarray]] = []
        for number in range(repeats(self._problem)):
            pairs.append(self._pairs(self._round(number)[0], n_groups, progress))
            found = self._compared(pairs, [])
            if _hopeful(found["rules"]):
                # What is refused without them needs no further null models.
                freer += [self._freer(place, pairs[place]) for place in range(len(freer), len(pairs))]
                found = self._compared(pairs, freer)
            if not any(map(_hopeful, found.values())):
                break
        return found

    def _compared(
        self, pairs: list[list[Pair]], freer: list[list[np.ndarray]]
    ) -> dict[Kind, dict[NullModelCode, Estimate]]:
        def scores(pick: Callable[[Pair], RomeEM]) -> list[np.ndarray]:
            return [self._scored(place, list(map(pick, found))) for place, found in enumerate(pairs)]

        def over(values: list[np.ndarray], null: list[np.ndarray]) -> Estimate:
            return repeated_mean_interval(
                np.array(values) - np.array(null), self._problem.weights, CONFIDENCE
            )

        own, shared = scores(lambda pair: pair.own), scores(lambda pair: pair.shared)
        rounds = self._rounds[: len(pairs)]
        accounts = {code: [scores[code] for _, scores in rounds] for code in rounds[0][1]}
        one_rule = [shared, scores(lambda pair: pair.shared_on_own_terms), *zip(*freer, strict=True)]
        hardest = min((over(own, null) for null in one_rule), key=lambda gain: gain.low)
        found: dict[Kind, dict[NullModelCode, Estimate]] = {
            "rules": {code: over(own, null) for code, null in accounts.items()} | {"shared_slopes": hardest}
        }
        if self._problem.outcome == "numeric":
            # Each row shows one of two values: latent levels are no more than a curve of the probability.
            found["levels"] = {code: over(shared, null) for code, null in accounts.items()}
        return found

    def _freer(self, place: int, pairs: list[Pair]) -> list[np.ndarray]:
        """Return the scores (n,) of each model with one rule and noise of more shapes in one split."""
        folds = self._rounds[place][0]
        models = [
            freer_rules(fold.part, fold.inner_terms, pair.shared)
            for fold, pair in zip(folds, pairs, strict=True)
        ]
        return [self._scored(place, same) for same in zip(*models, strict=True)]

    def _round(self, number: int) -> tuple[list[_Fold], dict[NullModelCode, np.ndarray]]:
        """Fit the null models of one split, unless they are."""
        if number < len(self._rounds):
            return self._rounds[number]
        problem, folds = self._problem, []
        scores: dict[NullModelCode, np.ndarray] = {}
        for inner, outer in problem.folds(number):
            part = problem.take(inner)
            fitted = _null_models(part, problem.positive)
            X, y = problem.X[outer], problem.y[outer]
            own, curve, terms = X[:, problem.columns], fitted.curve, Terms.fit(part, fitted.curve)
            inner_terms = terms.design(part.X, curve.out_of_fold)
            outer_terms = terms.design(X, curve.predict(own))
            fold = _Fold(part, outer, terms, inner_terms, outer_terms, _broad(part, y))
            for code, model in fitted.models.items():
                found = scores.setdefault(code, np.empty(len(problem.y)))
                found[outer] = fold.guarded(model.log_likelihood_of_rows(own, y))
            folds.append(fold)
        self._rounds.append((folds, scores))
        return self._rounds[number]

    def _pairs(self, folds: list[_Fold], n_groups: int, progress: Callable[[], None]) -> list[Pair]:
        pairs = []
        for fold in folds:
            pairs.append(fit_pair(fold.part, fold.terms, fold.inner_terms, n_groups))
            progress()
        return pairs

    def _scored(self, place: int, models: Sequence[RomeEM | Scaled]) -> np.ndarray:
        """Return the log-likelihood of each row (n,) under the model of its fold in one split."""
        folds = self._rounds[place][0]
        scores = np.empty(len(self._problem.y))
        for fold, model in zip(folds, models, strict=True):
            rows = fold.outer_terms, self._problem.y[fold.outer]
            scores[fold.outer] = fold.guarded(model.log_likelihood_of_rows(*rows))
        return scores


def _hopeful(gains: dict[NullModelCode, Estimate]) -> bool:
    """Whether no null model is better by a standard error."""
    return min(_error_above(gain) for gain in gains.values()) >= 0


def _error_above(gain: Estimate) -> float:
    """Return the gain plus one standard error."""
    return errors_below(gain, -1)


def _null_models(part: Problem, positive: bool) -> FittedNullModels:
    seed = stream_seed(part.seed, "evidence accounts")
    return fit_null_models(
        part.outcome, part.X[:, part.columns], part.y, part.weights, seed, positive=positive
    )
