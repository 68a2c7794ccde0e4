"""Are the groups real: a verdict of three levels, from held-out rows.

Two claims are tested apart. (i) There are groups: the mixture describes held-out rows better than every
null model, which has one group for everybody (:mod:`rome.evidence.null_models`). (ii) The sensitive columns
tell them apart: the gate beats constant shares. Groups can be real and yet not be found from s; then routing
by s can't help.

Small tables are held out several times, by folds drawn anew; a row counts with the mean of its scores, and
what the splits still differ by is added to the error. That there are groups needs a gain of more than one
standard error over every null model (an intersection-union test; a bound of one standard error, in the spirit
of Breiman et al. 1984): where one of them is true the mixture's held-out gain lies below 0 on
average, and simulated tables say how often the rule errs (docs/method.md). That the sensitive columns tell
the groups apart needs the one-sided 95% bound of the gate's gain above 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from rome.evidence.bootstrap import RESAMPLES, likelihood_ratio_test, worst_group_gain
from rome.evidence.null_models import fit_null_models, null_models_of
from rome.evidence.sweep import FOLDS, Problem, Sweep, Swept
from rome.results.verdict import (
    CONFIDENCE,
    Doubt,
    Level,
    NullModelCode,
    NullModelScore,
    Verdict,
    WorstGroupGain,
)
from rome.runtime.random import stream_seed
from rome.stats.estimate import Estimate
from rome.stats.means import repeated_mean_interval

#: How often the rows are split into folds anew, by the most rows for which it is done: larger tables need it
#: less, and would wait longer.
_REPEATS = ((1_500, 5), (3_000, 2))
#: Agreement of two halves below which groups that beat every null model still count as weakly supported.
STABLE = 0.2


@dataclass(frozen=True)
class _HeldOut:
    """Held-out log-likelihood of each row by split, (R, n): mixture, mixture without gate, null models."""

    mixture: np.ndarray
    without_gate: np.ndarray
    null_models: dict[NullModelCode, np.ndarray]


def assess_groups(
    swept: Sweep,
    n_groups: int,
    progress: Callable[[int, int], None] | None = None,
    *,
    beside: bool = True,
    min_group_size: int = 30,
) -> Verdict:
    """Return the verdict on ``n_groups`` latent groups.

    Parameters
    ----------
    swept : Sweep
        Holding 1 and ``n_groups``.
    n_groups : int
        At least 2; one group is what everything is compared with.
    progress : callable or None
        Called with (steps done, steps in all).
    beside : bool, default=True
        Add what stands beside the verdict and doesn't decide it: bootstrap and worst group.
    min_group_size : int, default=30
        Rows (see ``rome.stats.sizes``) below which no group counts as the worst one.
    """
    steps = _repeats(swept.problem) * FOLDS + beside * RESAMPLES
    done = [0]

    def step() -> None:
        done[0] += 1
        if progress is not None:
            progress(done[0], steps)

    problem, item = swept.problem, swept.at(n_groups)
    held_out = _hold_out(problem, n_groups, item.held_out, step)
    gains = {
        code: repeated_mean_interval(held_out.mixture - values, problem.weights, CONFIDENCE)
        for code, values in held_out.null_models.items()
    }
    # The null model to beat is the one whose bound lies lowest: one that does worse on average but less
    # surely so is not yet beaten.
    hardest = min(gains, key=lambda code: lower_bound(gains[code]))
    gate_gain = repeated_mean_interval(held_out.mixture - held_out.without_gate, problem.weights, CONFIDENCE)
    doubt = _doubt(gains[hardest], item)
    level = _level(gains[hardest], min(gain.value for gain in gains.values()), doubt, item.stability)
    return Verdict(
        level=level,
        n_groups=n_groups,
        gain=gains[hardest],
        hardest=hardest,
        gate_gain=gate_gain,
        findable=bool(level != "not supported" and gate_gain.low > 0),
        stability=item.stability,
        null_models=tuple(NullModelScore(code, gain) for code, gain in gains.items()),
        bootstrap=likelihood_ratio_test(problem, n_groups, step) if beside else None,
        worst_group=_worst_group(swept, n_groups, min_group_size) if beside else None,
        doubt=doubt,
    )


def lower_bound(gain: Estimate) -> float:
    """Return the gain less one standard error, from its interval of level ``CONFIDENCE``."""
    return gain.value - (gain.value - gain.low) / float(norm.ppf((1 + CONFIDENCE) / 2))


def _repeats(problem: Problem) -> int:
    return next((times for most, times in _REPEATS if len(problem.y) <= most), 1)


def _worst_group(swept: Sweep, n_groups: int, min_group_size: int) -> WorstGroupGain | None:
    item = swept.at(n_groups)
    return worst_group_gain(
        swept.problem, swept.at(1).prediction, item.prediction, item.responsibilities, min_group_size
    )


def _hold_out(problem: Problem, n_groups: int, first: np.ndarray, progress: Callable[[], None]) -> _HeldOut:
    """Score every row from fits on the folds without it; ``first`` (n,) is the mixture's first round."""
    shape = (_repeats(problem), len(problem.y))
    mixture, without_gate = np.tile(first, (shape[0], 1)), np.empty(shape)
    null_models = {code: np.empty(shape) for code in null_models_of(problem.outcome)}
    columns = np.union1d(problem.expert_index, problem.gate_index)
    seed = stream_seed(problem.seed, "evidence accounts")
    for repeat in range(shape[0]):
        for inner, outer in problem.folds(repeat):
            part, X, y = problem.take(inner), problem.X[outer], problem.y[outer]
            fitted = fit_null_models(part.outcome, part.X[:, columns], part.y, part.weights, seed)
            for code, null_model in fitted.items():
                null_models[code][repeat, outer] = null_model.log_likelihood_of_rows(X[:, columns], y)
            if repeat > 0:
                mixture[repeat, outer] = part.fit(n_groups).log_likelihood_of_rows(X, y)
            plain = part.fit(n_groups, gate=False)
            without_gate[repeat, outer] = plain.log_likelihood_of_rows(X, y)
            progress()
    return _HeldOut(mixture, without_gate, null_models)


def _doubt(gain: Estimate, item: Swept) -> Doubt | None:
    """Return why a gain above 0 would still not be support, or None."""
    if not lower_bound(gain) > 0:
        return "chance"
    if item.degenerate:
        return "degenerate"
    if math.isnan(item.stability):
        return "small halves"
    return "unstable" if item.stability < STABLE else None


def _level(gain: Estimate, least: float, doubt: Doubt | None, stability: float) -> Level:
    """Return the level from the hardest null model's gain, the least gain over any, and the doubt."""
    if lower_bound(gain) > 0:
        return "supported" if doubt is None else "weak"
    return "weak" if least > 0 and stability >= STABLE else "not supported"
