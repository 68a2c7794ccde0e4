"""Are the groups real: a verdict of three levels in one sentence, from held-out rows.

Two claims are tested apart. (i) There are groups: the mixture describes held-out rows better than every
one-group account of :mod:`rome.evidence.accounts`. (ii) The sensitive columns tell them apart: the gate
beats constant shares. Groups can be real and yet not be found from s; then routing by s can't help.

In tables of up to 3,000 rows each row is held out twice, by folds drawn anew, and counts with the mean of
its scores: where the folds happen to fall then moves the verdict less. A claim holds where the one-sided
95% bound of its gain lies above 0, which is the lower end of the 90% interval. One side is enough because
only one side can lead astray, and it is strict, because the account to beat is the one that proved hardest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rome.evidence.accounts import account_names, fit_accounts
from rome.evidence.bootstrap import RESAMPLES, likelihood_ratio_test
from rome.evidence.intervals import mean_interval
from rome.evidence.sweep import FOLDS, Problem, Sweep
from rome.evidence.worst_group import worst_group_gain
from rome.seeds import stream_seed
from rome.verdict import CONFIDENCE, AccountScore, Estimate, Verdict, WorstGroupGain

#: How often the rows are split into folds anew; tables of more rows need it less, and would wait longer.
_REPEATS, _MOST_FOR_REPEATS = 2, 3_000
#: Agreement of two halves below which groups that beat every account still count as weakly supported.
_STABLE = 0.2


@dataclass(frozen=True)
class _HeldOut:
    """Mean held-out log-likelihood of each row, (n,): mixture, mixture without gate, and each account."""

    mixture: np.ndarray
    without_gate: np.ndarray
    accounts: dict[str, np.ndarray]


def judge(
    swept: Sweep,
    n_groups: int,
    progress: Callable[[int, int], None] | None = None,
    *,
    beside: bool = True,
) -> Verdict:
    """Return the verdict on ``n_groups`` latent groups.

    Parameters
    ----------
    swept : Sweep
        Holding 1 and ``n_groups``.
    n_groups : int
        At least 2; one group is what everything is compared with.
    progress : callable or None
        Told (steps done, steps in all).
    beside : bool, default=True
        Add what stands beside the verdict and doesn't decide it: bootstrap and worst group.
    """
    steps = _repeats(swept.problem) * FOLDS + beside * RESAMPLES
    done = [0]

    def told() -> None:
        done[0] += 1
        if progress is not None:
            progress(done[0], steps)

    problem, item = swept.problem, swept.at(n_groups)
    held_out = _hold_out(problem, n_groups, item.held_out, told)
    gains = {
        name: mean_interval(held_out.mixture - values, problem.weights, CONFIDENCE)
        for name, values in held_out.accounts.items()
    }
    best = min(gains, key=lambda name: gains[name].value)
    gate_gain = mean_interval(held_out.mixture - held_out.without_gate, problem.weights, CONFIDENCE)
    level = _level(gains[best], item.stability)
    return Verdict(
        level=level,
        sentence=_sentence(level, n_groups, best, gains[best], gate_gain, item.stability),
        n_groups=n_groups,
        gain=gains[best],
        best_account=best,
        gate_gain=gate_gain,
        findable=bool(level != "not supported" and gate_gain.low > 0),
        stability=item.stability,
        accounts=tuple(AccountScore(name, gain) for name, gain in gains.items()),
        bootstrap=likelihood_ratio_test(problem, n_groups, told) if beside else None,
        worst_group=_worst_group(swept, n_groups) if beside else None,
    )


def _repeats(problem: Problem) -> int:
    return _REPEATS if len(problem.y) <= _MOST_FOR_REPEATS else 1


def _worst_group(swept: Sweep, n_groups: int) -> WorstGroupGain:
    item = swept.at(n_groups)
    return worst_group_gain(swept.problem, swept.at(1).prediction, item.prediction, item.responsibilities)


def _hold_out(problem: Problem, n_groups: int, first: np.ndarray, told: Callable[[], None]) -> _HeldOut:
    """Score every row from fits on the folds without it; ``first`` (n,) is the mixture's first round."""
    n, names, repeats = len(problem.y), account_names(problem.outcome), _repeats(problem)
    mixture, without_gate = first / repeats, np.zeros(n)
    accounts = {name: np.zeros(n) for name in names}
    columns = np.union1d(problem.expert_index, problem.gate_index)
    seed = stream_seed(problem.seed, "evidence accounts")
    for repeat in range(repeats):
        for inner, outer in problem.folds(repeat):
            part, X, y = problem.take(inner), problem.X[outer], problem.y[outer]
            fitted = fit_accounts(part.outcome, part.X[:, columns], part.y, part.weights, seed)
            for name, account in fitted.items():
                accounts[name][outer] += account.score_samples(X[:, columns], y) / repeats
            if repeat > 0:
                mixture[outer] += part.fit(n_groups).log_likelihood_of_rows(X, y) / repeats
            plain = part.fit(n_groups, gate=False)
            without_gate[outer] += plain.log_likelihood_of_rows(X, y) / repeats
            told()
    return _HeldOut(mixture, without_gate, accounts)


def _level(gain: Estimate, stability: float) -> str:
    if gain.low > 0:
        return "supported" if stability >= _STABLE else "weak"
    return "weak" if gain.value > 0 and stability >= _STABLE else "not supported"


def _sentence(
    level: str, n_groups: int, best: str, gain: Estimate, gate_gain: Estimate, stability: float
) -> str:
    value, low, high = (f"{number:+.3f}".replace("-", "−") for number in (gain.value, gain.low, gain.high))
    amount = f"{value} log-likelihood per row, {CONFIDENCE:.0%} {low} to {high}"
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
