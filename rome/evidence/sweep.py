"""Fit every number of groups once per fold, and let all criteria share the fits."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from sklearn.metrics import adjusted_rand_score
from sklearn.model_selection import KFold, StratifiedKFold

from rome.em import RomeEM
from rome.em.flexible import Expansion
from rome.em.matching import match_groups
from rome.em.requirements import free_parameters, require_rows
from rome.errors import DegenerateGroupWarning, RomeWarning
from rome.runtime.random import stream, stream_seed
from rome.settings.study import Gate, Noise, Outcome
from rome.stats.means import standard_error
from rome.stats.shares import one_value_only

FOLDS = 5
#: Rows that take part at most; more would cost time and no longer change an answer.
MOST_ROWS = 4_000
_STARTS, _ITERATIONS, _TOLERANCE = 2, 40, 2e-4
#: Called with how many of the fits are done, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Problem:
    """The rows and columns that evidence is about: X (n, p), y (n,), case weights (n,), positions of gate and
    expert columns."""

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    gate_index: np.ndarray
    expert_index: np.ndarray
    outcome: Outcome
    seed: int
    noise: Noise = "normal"
    gate: Gate = "linear"
    curves: bool = False

    def take(self, rows: np.ndarray) -> Problem:
        """Return the problem on some rows."""
        return replace(self, X=self.X[rows], y=self.y[rows], weights=self.weights[rows])

    def limited(self) -> Problem:
        """Return the problem on at most ``MOST_ROWS`` rows, drawn once by the seed."""
        if len(self.y) <= MOST_ROWS:
            return self
        rows = stream(self.seed, "evidence rows").choice(len(self.y), MOST_ROWS, replace=False)
        return self.take(np.sort(rows))

    @property
    def columns(self) -> np.ndarray:
        """Positions of all columns that either part sees."""
        return np.union1d(self.expert_index, self.gate_index)

    @property
    def positive(self) -> bool:
        """Whether the outcome has a logarithm in every row."""
        return self.outcome == "numeric" and bool((self.y > 0).all())

    def folds(self, repeat: int = 0) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return (fitted rows, held-out rows) of every fold; both outcomes in each fold if binary.

        Each ``repeat`` splits the rows anew.
        """
        seed = stream_seed(self.seed, f"evidence folds {repeat}" if repeat else "evidence folds")
        kind = StratifiedKFold if self.outcome == "binary" else KFold
        return list(kind(FOLDS, shuffle=True, random_state=seed).split(self.X, self.y))

    def mixture(self, n_groups: int, *, gate: bool = True) -> RomeEM:
        """Return an unfitted mixture; without a gate every row has the same shares."""
        return RomeEM(
            n_groups,
            gate_features=self.gate_index.tolist() if gate else None,
            expert_features=self.expert_index.tolist(),
            curves=self.curves,
            outcome=self.outcome,
            noise=self.noise,
            gate=self.gate,
            dro_strength=0.5,
            n_init=_STARTS,
            max_iter=_ITERATIONS,
            tol=_TOLERANCE,
            random_state=stream_seed(self.seed, "evidence fits"),
        )

    def fit(self, n_groups: int, *, gate: bool = True) -> RomeEM:
        """Return a fitted mixture; its own warnings are for the final fit to give.

        Raises
        ------
        TooFewRowsError
            Fewer rows than free parameters.
        """
        return self.fit_with_doubts(n_groups, gate=gate)[0]

    def fit_with_doubts(self, n_groups: int, *, gate: bool = True) -> tuple[RomeEM, bool]:
        """Return what ``fit`` does, and whether the fit warned of a degenerate group."""
        columns = (self._expert_terms, self._gate_terms if gate else 0)
        require_rows(int((self.weights > 0).sum()), n_groups, *columns, self.outcome, self.noise)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", RomeWarning)
            fitted = self.mixture(n_groups, gate=gate).fit(self.X, self.y, sample_weight=self.weights)
        for other in caught:
            if not issubclass(other.category, RomeWarning):
                warnings.warn_explicit(other.message, other.category, other.filename, other.lineno)
        return fitted, any(issubclass(one.category, DegenerateGroupWarning) for one in caught)

    def n_parameters(self, n_groups: int) -> int:
        """Return the number of free parameters of a mixture."""
        columns = (self._expert_terms, self._gate_terms)
        return free_parameters(n_groups, *columns, self.outcome, self.noise)

    @cached_property
    def _expert_terms(self) -> int:
        """The experts' terms: their columns and, with curves, their bends."""
        if not self.curves:
            return len(self.expert_index)
        expansion = Expansion.fit(self.X, self.expert_index, self.weights, products=False)
        return len(self.expert_index) + len(expansion.parts)

    @cached_property
    def _gate_terms(self) -> int:
        """The gate's terms: its columns and, if it is flexible, their bends and products."""
        if self.gate == "linear":
            return len(self.gate_index)
        expansion = Expansion.fit(self.X, self.gate_index, self.weights)
        return len(self.gate_index) + len(expansion.parts)


@dataclass(frozen=True)
class Swept:
    """One number of groups: the fit on all rows, and what its folds say of the rows that they held out.

    ``in_sample`` (n, K) are the groups under the full fit. ``held_out`` (n,) is the log-likelihood of each
    row, ``prediction`` (n,) the robust prediction and ``responsibilities`` (n, K) the groups, matched to
    those of the full fit. ``doubt`` says what is wrong with a group of the full fit: it is "degenerate"
    (nearly empty, without error or the same as another), or hardly more than "one value" of the outcome.
    """

    n_groups: int
    log_likelihood: float
    entropy: float
    smallest_share: float
    in_sample: np.ndarray
    held_out: np.ndarray
    prediction: np.ndarray
    responsibilities: np.ndarray
    stability: float
    doubt: Literal["degenerate", "one value"] | None


@dataclass(frozen=True)
class Sweep:
    """All numbers of groups on one problem, in rising order."""

    problem: Problem
    swept: tuple[Swept, ...]

    def at(self, n_groups: int) -> Swept:
        """Return what was found for ``n_groups``."""
        return next(item for item in self.swept if item.n_groups == n_groups)

    def including(self, n_groups: int) -> Sweep:
        """Return the sweep with ``n_groups`` in it, which are fitted if they are not."""
        if any(item.n_groups == n_groups for item in self.swept):
            return self
        more = _one(self.problem, n_groups, self.problem.folds(), lambda done: None)
        return Sweep(self.problem, tuple(sorted((*self.swept, more), key=lambda item: item.n_groups)))


def sweep(
    problem: Problem, n_groups: Sequence[int], progress: Progress | None = None, *, stop: bool = False
) -> Sweep:
    """Fit each of ``n_groups`` on all rows, on every fold, and on two halves.

    With ``stop``, larger numbers are left out once two in a row have not raised the held-out log-likelihood
    by a standard error above the best before them.
    """
    report = progress or (lambda done, total: None)
    problem = problem.limited()
    # Only the proportions of case weights count: with a mean of 1, sums over weights are sums over rows.
    problem = replace(problem, weights=problem.weights / problem.weights.mean())
    folds, wanted = problem.folds(), sorted(set(n_groups))
    total = len(wanted) * FOLDS

    found: list[Swept] = []
    for place, k in enumerate(wanted):
        found.append(_one(problem, k, folds, lambda done, place=place: report(place * FOLDS + done, total)))
        if stop and _no_longer_rises(found, problem.weights):
            report(total, total)
            break
    return Sweep(problem, tuple(found))


def _no_longer_rises(found: list[Swept], weights: np.ndarray) -> bool:
    """Whether the last two are no better than the best before them by a standard error."""
    if len(found) < 3:
        return False
    best = max(found[:-2], key=lambda item: float(weights @ item.held_out))
    gains = [item.held_out - best.held_out for item in found[-2:]]
    return all(np.average(gain, weights=weights) <= standard_error(gain, weights) for gain in gains)


def _one(problem: Problem, n_groups: int, folds, progress: Callable[[int], None]) -> Swept:
    full, degenerate = problem.fit_with_doubts(n_groups)
    responsibilities = full.responsibilities(problem.X, problem.y)
    n = len(problem.y)
    held_out, prediction, groups = np.empty(n), np.empty(n), np.empty((n, n_groups))
    for number, (inner, outer) in enumerate(folds):
        part, (X, y) = problem.take(inner).fit(n_groups), (problem.X[outer], problem.y[outer])
        held_out[outer] = part.log_likelihood_of_rows(X, y)
        prediction[outer] = part.predict(X)
        own = part.responsibilities(X, y)
        groups[outer] = own[:, match_groups(responsibilities[outer], own)]
        progress(number + 1)
    logs = np.log(np.where(responsibilities > 0, responsibilities, 1.0))
    return Swept(
        n_groups=n_groups,
        log_likelihood=full.log_likelihood_,
        entropy=float(-(problem.weights @ (responsibilities * logs).sum(axis=1))),
        smallest_share=float(full.shares_.min()),
        in_sample=responsibilities,
        held_out=held_out,
        prediction=prediction,
        responsibilities=groups,
        stability=1.0 if n_groups == 1 else halves_agreement(problem, n_groups),
        doubt=_doubt(problem, responsibilities, degenerate),
    )


def _doubt(
    problem: Problem, responsibilities: np.ndarray, degenerate: bool
) -> Literal["degenerate", "one value"] | None:
    if problem.outcome == "numeric":
        mass = responsibilities * problem.weights[:, None]
        if one_value_only(problem.y, mass).any():
            return "one value"
    return "degenerate" if degenerate else None


def halves_agreement(problem: Problem, n_groups: int) -> float:
    """Return how alike two disjoint halves of the rows partition all rows: the adjusted Rand index.

    1 means the same partition, 0 no more agreement than chance (Hubert & Arabie 1985); NaN where a half has
    fewer rows than the mixture has parameters.
    """
    if len(problem.y) // 2 < problem.n_parameters(n_groups):
        return float("nan")
    fits = [problem.take(rows).fit(n_groups) for rows in halves(problem)]
    return float(
        adjusted_rand_score(*(fit.responsibilities(problem.X, problem.y).argmax(axis=1) for fit in fits))
    )


def halves(problem: Problem, number: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows in two halves, each ``number`` of the ways drawn anew."""
    rng = stream(problem.seed, f"evidence halves {number}" if number else "evidence halves")
    order = rng.permutation(len(problem.y))
    half = len(order) // 2
    return np.sort(order[:half]), np.sort(order[half:])
