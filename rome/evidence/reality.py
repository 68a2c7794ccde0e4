"""Are the groups real: a verdict of three levels in one sentence, from held-out rows.

Two claims are tested apart. (i) There are groups: the mixture describes held-out rows better than every
one-group account of :mod:`rome.evidence.accounts`. (ii) The sensitive columns tell them apart: the gate
beats constant shares. Groups can be real and yet not be found from s; then routing by s can't help.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from rome.evidence.accounts import one_group_accounts
from rome.evidence.selection import mean_interval
from rome.evidence.sweep import Problem, Sweep
from rome.seeds import stream_seed
from rome.verdict import AccountScore, Estimate, Verdict

#: Agreement of two halves below which groups that beat every account still count as weakly supported.
_STABLE = 0.2


def judge(swept: Sweep, n_groups: int, progress: Callable[[int, int], None] | None = None) -> Verdict:
    """Return the verdict on ``n_groups`` latent groups.

    Parameters
    ----------
    swept : Sweep
        Holding at least ``n_groups``.
    n_groups : int
        At least 2; one group is what everything is compared with.
    progress : callable or None
        Told (accounts done, accounts in all).
    """
    told = progress or (lambda done, total: None)
    problem, item = swept.problem, swept.at(n_groups)
    held_out = _accounts(problem, told)
    scores = tuple(
        AccountScore(name, mean_interval(item.held_out - values, problem.weights))
        for name, values in held_out.items()
    )
    best = max(held_out, key=lambda name: float(problem.weights @ held_out[name]))
    gain = mean_interval(item.held_out - held_out[best], problem.weights)
    gate_gain = mean_interval(item.held_out - _without_gate(problem, n_groups), problem.weights)
    level = _level(gain, item.stability)
    return Verdict(
        level=level,
        sentence=_sentence(level, n_groups, best, gain, gate_gain, item.stability),
        n_groups=n_groups,
        gain=gain,
        best_account=best,
        gate_gain=gate_gain,
        findable=bool(gate_gain.low > 0),
        stability=item.stability,
        accounts=scores,
    )


def _accounts(problem: Problem, told: Callable[[int, int], None]) -> dict[str, np.ndarray]:
    """Return each account's log-likelihood of every row from the fold that held it out, (n,)."""
    accounts = one_group_accounts(problem.outcome, stream_seed(problem.seed, "evidence accounts"))
    columns = np.union1d(problem.expert_index, problem.gate_index)
    X, folds, held_out = problem.X[:, columns], problem.folds(), {}
    for done, (name, fit) in enumerate(accounts.items(), start=1):
        values = np.empty(len(problem.y))
        for inner, outer in folds:
            values[outer] = fit(X[inner], problem.y[inner], problem.weights[inner]).score_samples(
                X[outer], problem.y[outer]
            )
        held_out[name] = values
        told(done, len(accounts))
    return held_out


def _without_gate(problem: Problem, n_groups: int) -> np.ndarray:
    values = np.empty(len(problem.y))
    for inner, outer in problem.folds():
        fitted = problem.take(inner).fit(n_groups, gate=False)
        values[outer] = fitted.log_likelihood_of_rows(problem.X[outer], problem.y[outer])
    return values


def _level(gain: Estimate, stability: float) -> str:
    if gain.low > 0:
        return "supported" if stability >= _STABLE else "weak"
    return "weak" if gain.value > 0 and stability >= _STABLE else "not supported"


def _sentence(
    level: str, n_groups: int, best: str, gain: Estimate, gate_gain: Estimate, stability: float
) -> str:
    value, low, high = (f"{number:+.3f}".replace("-", "−") for number in (gain.value, gain.low, gain.high))
    amount = f"{value} log-likelihood per row, 95% {low} to {high}"
    if level == "not supported":
        return (
            f"Not supported: one group explains the table as well ({best}; {n_groups} groups against it: "
            f"{amount}). Use one model."
        )
    if level == "weak":
        doubt = "the gain could be chance"
        if gain.low > 0:
            doubt = "two halves of the table don't agree on who is in them"
        if gain.low > 0 and math.isnan(stability):
            doubt = "halves of the table are too small to see whether they agree on who is in them"
        return (
            f"Weak: {n_groups} groups explain held-out rows a little better than {best} ({amount}), "
            f"but {doubt}."
        )
    found = (
        "and the sensitive columns tell them apart better than chance"
        if gate_gain.low > 0
        else "but the sensitive columns don't tell them apart, so routing by them can't help"
    )
    return f"Supported: {n_groups} groups explain held-out rows better than {best} ({amount}), {found}."
