"""The EM loop: one pass over the rows an iteration, and a penalised likelihood that never falls.

β and σ² are maximised exactly (Gaussian; one after the other where groups share their slopes) or by one
Newton step (logistic), γ by one joint Newton step.
A Newton step can overshoot; the next pass shows it, and the step is halved until the likelihood rises,
which it must, since each step points uphill on a concave part of the expected log-likelihood. Where the
steps become short, extrapolations (:mod:`rome.em.acceleration`) shorten the way; only a plain step can end a
run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from rome.em import gate
from rome.em.acceleration import Extrapolation
from rome.em.experts import solve_experts, solve_shared_slopes
from rome.em.sufficient_statistics import Experts, Parameters, RowSource, Sums, one_pass

_MAX_HALVINGS = 30
#: Share of the log-likelihood, or of the weight, by which rounding alone can move it.
_ROUNDING = 1e-11
#: After all halvings a run that misses its last height by no more than this many roundings has arrived.
_ROUNDINGS = 100
#: Called after each iteration with (iteration, penalised log-likelihood); may raise to stop the work.
Progress = Callable[[int, float], None]


@dataclass(frozen=True)
class Fit:
    """Where a run of EM ended; ``history`` holds the penalised log-likelihood of every iteration."""

    parameters: Parameters
    log_likelihood: float
    objective: float
    history: tuple[float, ...]
    converged: bool
    counts: np.ndarray
    sums: Sums


def penalty(parameters: Parameters, experts: Experts) -> float:
    """Return the ridge penalties of gate and experts."""
    return gate.penalty(parameters.gamma) + experts.penalty(parameters)


def maximise(sums: Sums, parameters: Parameters, experts: Experts) -> Parameters:
    """Return the parameters after a full M-step from ``sums`` taken at ``parameters``."""
    ridge = experts.ridge_of(parameters.beta)
    if experts.shared_slopes:
        beta = solve_shared_slopes(sums, parameters, ridge)
    else:
        beta = solve_experts(sums.xtx, sums.xtr, sums.counts, parameters.beta, ridge)
    sigma2, df = experts.spread(sums, beta, parameters)
    step = gate.newton_step(parameters.gamma, sums.gate_gradient, sums.gate_hessian)
    return Parameters(beta, sigma2, parameters.gamma + step, df)


def _halved(old: Parameters, new: Parameters, experts: Experts) -> Parameters:
    """Return ``new`` with the inexact steps (γ, df, and β of logistic experts) halved towards ``old``."""
    df = None if new.df is None else (old.df + new.df) / 2
    shorter = replace(new, gamma=(old.gamma + new.gamma) / 2, df=df)
    return shorter if experts.exact else replace(shorter, beta=(old.beta + new.beta) / 2)


def _ascend(
    blocks: RowSource, old: Parameters, new: Parameters, floor: float, experts: Experts
) -> tuple[Parameters, Sums, float]:
    """Return parameters between ``old`` and ``new`` that reach ``floor``, their sums and their objective."""
    for _ in range(_MAX_HALVINGS):
        sums = one_pass(blocks, new, experts)
        objective = sums.log_likelihood - penalty(new, experts)
        if objective >= floor:
            break
        new = _halved(old, new, experts)
    return new, sums, objective


def run(
    blocks: RowSource,
    parameters: Parameters,
    experts: Experts,
    *,
    max_iter: int,
    tol: float,
    progress: Progress | None = None,
) -> Fit:
    """Run EM from ``parameters`` until an iteration gains less than ``tol`` per row.

    Parameters
    ----------
    blocks : RowSource
        Rows in standardised units.
    max_iter : int
        Iterations at most: steps and extrapolations that were taken (halvings and refused ones don't count).
    tol : float
        Gain in log-likelihood per unit of weight below which the run has converged.
    """
    sums = one_pass(blocks, parameters, experts)
    objective = sums.log_likelihood - penalty(parameters, experts)
    history, converged, weight = [objective], False, float(sums.counts.sum())
    extrapolation = Extrapolation(parameters)
    while len(history) <= max_iter and not converged:
        higher = _extrapolated(blocks, extrapolation, objective, experts)
        if higher is not None:
            parameters, sums, objective = higher
            _note(history, objective, progress)
            continue
        rounding = _ROUNDING * max(abs(objective), weight)
        floor = objective - rounding
        candidate = maximise(sums, parameters, experts)
        new, new_sums, reached = _ascend(blocks, parameters, candidate, floor, experts)
        if reached < floor:
            # No step leads up: the top, if only digits are missing; otherwise the climb is stuck below it.
            converged = objective - reached <= _ROUNDINGS * rounding
            break
        gain, parameters, sums, objective = reached - objective, new, new_sums, reached
        extrapolation.stepped(parameters, gain / weight)
        _note(history, objective, progress)
        converged = gain < tol * weight
    return Fit(parameters, sums.log_likelihood, objective, tuple(history), converged, sums.counts, sums)


def _extrapolated(
    blocks: RowSource, extrapolation: Extrapolation, height: float, experts: Experts
) -> tuple[Parameters, Sums, float] | None:
    """Return a guess that is higher than ``height``, its sums and its objective, or ``None``."""
    guess = extrapolation.guess()
    if guess is None:
        return None
    sums = one_pass(blocks, guess, experts)
    objective = sums.log_likelihood - penalty(guess, experts)
    if objective > height:
        extrapolation.taken(guess)
        return guess, sums, objective
    extrapolation.refused()
    return None


def _note(history: list[float], objective: float, progress: Progress | None) -> None:
    """Add an iteration to the history, and report progress."""
    history.append(objective)
    if progress is not None:
        progress(len(history) - 1, objective)
