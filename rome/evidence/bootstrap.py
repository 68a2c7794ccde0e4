"""Two bootstraps that stand beside the verdict and never decide it: likelihood ratio, and worst group.

*Likelihood ratio*, parametric: K groups against one straight line with even normal noise. The ratio has no χ²
law, because a component that isn't there leaves its parameters without meaning. McLachlan (1987) draws its
law instead: outcomes are simulated from the fitted single line, both models are fitted to each, and the
p-value is the rank of the observed ratio. It tests against that one null model only: curves, uneven spread
and heavy tails make it small too. The line sees all columns, the sensitive ones too, because a shift by them
is no group; it is then not a special case of the mixture, which the bootstrap, unlike a χ² law, doesn't need
(Williams 1970, Biometrics 26).

*Worst group*, of rows: does the mixture pay where it should, in the worst latent group's held-out error?
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from rome.em import RomeEM
from rome.errors import RomeWarning
from rome.evidence.sweep import Problem
from rome.results.verdict import CONFIDENCE, BootstrapTest, WorstGroupGain
from rome.runtime.random import stream
from rome.stats.estimate import Estimate
from rome.stats.sizes import too_small

#: Simulated tables; the smallest p-value is 1 / (RESAMPLES + 1).
RESAMPLES = 19
#: Rows that are tested at most, for time; the test needs few to see anything that matters.
MOST_ROWS = 1_000
_STARTS, _ITERATIONS, _TOLERANCE = 2, 60, 1e-5
#: Resamples of the worst group's errors, and how many are drawn at a time.
_RESAMPLES, _CHUNK = 500, 50


def likelihood_ratio_test(problem: Problem, n_groups: int, progress: Callable[[], None]) -> BootstrapTest:
    """Return the bootstrap test of ``n_groups`` groups against one.

    Parameters
    ----------
    problem : Problem
    n_groups : int
        At least 2.
    progress : callable
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
        progress()
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


def worst_group_gain(
    problem: Problem,
    pooled: np.ndarray,
    mixture: np.ndarray,
    responsibilities: np.ndarray,
    min_group_size: int = 30,
) -> WorstGroupGain | None:
    """Return the worst group's squared error under both predictions, and the difference.

    None where every group is too small (fewer than ``min_group_size`` rows speak for it, see
    ``rome.stats.sizes``); such groups never count as the worst.

    Parameters
    ----------
    pooled, mixture : ndarray of shape (n,)
        Predictions of each row from the fold that held it out: one line for everybody, and the mixture's
        robust prediction.
    responsibilities : ndarray of shape (n, K)
        Groups of the rows, from the same folds; they use the outcome, and are the same for both.

    Notes
    -----
    A group's error is the mean of squared errors weighted by responsibilities. The worst group is taken
    anew for each prediction, and inside each bootstrap resample of rows, so that the interval of the
    difference allows for not knowing which group is worst.
    """
    errors = np.column_stack([(problem.y - pooled) ** 2, (problem.y - mixture) ** 2])
    groups = responsibilities * problem.weights[:, None]
    groups = groups[:, ~too_small(problem.weights, min_group_size, responsibilities)]
    if not groups.shape[1]:
        return None
    first, second = _worst(np.ones((1, len(problem.y))), errors, groups)[0]
    drawn = _resampled(errors, groups, stream(problem.seed, "evidence worst group"))
    tail = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(drawn[:, 0] - drawn[:, 1], [tail, 100 - tail])
    gain = Estimate(float(first - second), float(low), float(high))
    return WorstGroupGain(float(first), float(second), gain)


def _resampled(errors: np.ndarray, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n = len(errors)
    counts = (rng.multinomial(n, np.full(n, 1 / n), size=_CHUNK) for _ in range(_RESAMPLES // _CHUNK))
    return np.concatenate([_worst(drawn.astype(float), errors, groups) for drawn in counts])


def _worst(counts: np.ndarray, errors: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the worst group's error of both predictions, (B, 2), in resamples ``counts`` (B, n) of rows."""
    mass = np.maximum(counts @ groups, np.finfo(float).tiny)
    columns = [((counts @ (groups * errors[:, [model]])) / mass).max(axis=1) for model in (0, 1)]
    return np.column_stack(columns)
