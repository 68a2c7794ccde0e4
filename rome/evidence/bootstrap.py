"""The parametric bootstrap of the likelihood ratio: K groups against one straight line, even normal noise.

The ratio of K components to one has no χ² law, because a component that isn't there leaves its parameters
without meaning. McLachlan (1987) draws its law instead: outcomes are simulated from the fitted single
line, both models are fitted to each, and the p-value is the rank of the observed ratio. It tests against
that one account only: curves, uneven spread and heavy tails make it small too, so it never decides. The line
sees all columns, the sensitive ones too, because a shift by them is no group; it is then not a special case
of the mixture, which the bootstrap, unlike a χ² law, doesn't need (Williams 1970, Biometrics 26).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from rome.em import RomeEM
from rome.errors import RomeWarning
from rome.evidence.sweep import Problem
from rome.results.verdict import BootstrapTest
from rome.runtime.random import stream

#: Simulated tables; the smallest p-value is 1 / (RESAMPLES + 1).
RESAMPLES = 19
#: Rows that are tested at most, for time; the test needs few to see anything that matters.
MOST_ROWS = 1_000
_STARTS, _ITERATIONS, _TOLERANCE = 2, 60, 1e-5


def likelihood_ratio_test(problem: Problem, n_groups: int, told: Callable[[], None]) -> BootstrapTest:
    """Return the bootstrap test of ``n_groups`` groups against one.

    Parameters
    ----------
    problem : Problem
    n_groups : int
        At least 2.
    told : callable
        Called after every simulated table.

    References
    ----------
    McLachlan (1987), On bootstrapping the likelihood ratio test statistic for the number of components in a
    normal mixture, Applied Statistics 36, 318-324.
    """
    rng = stream(problem.seed, "evidence likelihood ratio")
    if len(problem.y) > MOST_ROWS:
        problem = problem.take(np.sort(rng.choice(len(problem.y), MOST_ROWS, replace=False)))
    # The null is even *normal* noise, whatever noise the judged mixture has.
    problem = replace(problem, noise="normal")
    single = _fit(_one_line(problem), 1)
    observed = _ratio(problem, n_groups, single)
    mean, drawn = single.group_predictions(problem.X)[:, 0], []
    for _ in range(RESAMPLES):
        table = replace(problem, y=_simulated(problem, mean, single, rng))
        drawn.append(_ratio(table, n_groups, _fit(_one_line(table), 1)))
        told()
    as_large = sum(value >= observed for value in drawn)
    return BootstrapTest(observed, (1 + as_large) / (1 + RESAMPLES), RESAMPLES, len(problem.y))


def _one_line(problem: Problem) -> Problem:
    """Return the problem with one group's expert on all columns."""
    columns = np.union1d(problem.expert_index, problem.gate_index)
    return replace(problem, expert_index=columns, gate_index=columns[:0], gate="linear")


def _simulated(problem: Problem, mean: np.ndarray, single: RomeEM, rng: np.random.Generator) -> np.ndarray:
    if problem.outcome == "binary":
        return (rng.random(len(mean)) < mean).astype(float)
    return mean + float(single.sigma_[0]) * rng.standard_normal(len(mean))


def _ratio(problem: Problem, n_groups: int, single: RomeEM) -> float:
    """Return twice the gain in log-likelihood of ``n_groups`` groups."""
    return 2 * (_fit(problem, n_groups).log_likelihood_ - single.log_likelihood_)


def _fit(problem: Problem, n_groups: int) -> RomeEM:
    mixture = problem.mixture(n_groups)
    mixture.set_params(n_init=_STARTS, max_iter=_ITERATIONS, tol=_TOLERANCE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RomeWarning)
        return mixture.fit(problem.X, problem.y, sample_weight=problem.weights)
