"""What are the groups: rules, levels or none, supported or weak, from held-out rows.

The evidence mixture (:mod:`rome.evidence.mixture`) is held against models of one rule for everybody:

- *rules*, kinds of rows with rules of their own: it describes held-out rows better than every null model
  (:mod:`rome.evidence.null_models`), the same mixture with shared slopes among them;
- *levels*, one rule that someone lies systematically above: the mixture with shared slopes describes them
  better than every other null model, and its levels stand clearly apart;
- *none*.

A kind is supported where its gain is so many paired standard errors above each of its null models that chance
would bring it there in 5% (an intersection-union test), two halves of the rows agree on the groups, and no
group is degenerate. The number that is asked about is tested first and smaller ones after it, before "none"
is said; the 5% are shared out among them (Bonferroni): 1.645 errors for one number, 1.96 for two.

Apart from it: do the sensitive columns tell the predictor's groups apart, and are they those of the evidence?

Held-out gains come from :mod:`rome.evidence.splits`. Measured rates are in docs/method.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm
from sklearn.metrics import adjusted_rand_score

from rome.evidence.bootstrap import RESAMPLES, likelihood_ratio_test, worst_group_gain
from rome.evidence.mixture import Pair, Terms, fit_pair, separate_levels
from rome.evidence.null_models import fit_curve
from rome.evidence.splits import Splits, errors_below, repeats
from rome.evidence.sweep import FOLDS, Problem, Sweep, halves
from rome.results.verdict import (
    CONFIDENCE,
    Doubt,
    Kind,
    Level,
    NullModelCode,
    NullModelScore,
    Tried,
    Verdict,
    WorstGroupGain,
)
from rome.runtime.random import stream_seed
from rome.stats.estimate import Estimate
from rome.stats.means import mean_interval

#: Share of tables without groups of which they may be said.
_LEVEL = 0.05
#: Ways to halve the rows; one alone rejects now and then what nine others would not.
_HALVINGS = 2
#: Agreement of two halves below which groups that beat every null model still count as weakly supported.
STABLE = 0.2
#: Rows a group in either half from which halves are compared.
FEWEST_ROWS_A_GROUP = 20
#: Which of two claims is said, the first that holds.
_RANKS: tuple[tuple[Level, Kind], ...] = (
    ("supported", "rules"),
    ("supported", "levels"),
    ("weak", "rules"),
    ("weak", "levels"),
    ("not supported", "none"),
)


def assess_groups(
    swept: Sweep,
    n_groups: int,
    progress: Callable[[int, int], None] | None = None,
    *,
    beside: bool = True,
    min_group_size: int = 30,
) -> Verdict:
    """Return the verdict on ``n_groups`` groups, and on fewer where these are not supported.

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
    problem, numbers = swept.problem, ladder(n_groups)
    splits_steps = repeats(problem) * FOLDS * len(numbers)
    steps, done = splits_steps + beside * RESAMPLES, [0]

    def step() -> None:
        done[0] = min(done[0] + 1, steps)
        if progress is not None:
            progress(done[0], steps)

    claims = _claims(problem, numbers, step)
    said = min(claims, key=lambda claim: _RANKS.index((claim.tried.level, claim.tried.kind)))
    if done[0] < splits_steps:
        # Splits and numbers of groups that were not needed.
        done[0] = splits_steps - 1
        step()
    swept = swept.including(said.tried.n_groups)
    return _verdict(swept, said, claims, step if beside else None, min_group_size)


def ladder(n_groups: int) -> list[int]:
    """Return the numbers of groups to try in turn: the one asked about, and halves of it down to 2."""
    numbers = [n_groups]
    while numbers[-1] > 2:
        numbers.append(max(2, numbers[-1] // 2))
    return numbers


@dataclass(frozen=True)
class _Claim:
    """What is said of one number of groups, with the gains over the claim's null models, and the groups of
    all rows (n,) and how two halves agree on them, where there is something to claim."""

    tried: Tried
    gains: dict[NullModelCode, Estimate]
    stability: float
    labels: np.ndarray | None


def _claims(problem: Problem, numbers: Sequence[int], progress: Callable[[], None]) -> list[_Claim]:
    """Judge the numbers of groups in turn, until rules are supported."""
    splits, whole = Splits(problem), _Whole(problem)
    claims = []
    for n_groups in numbers:
        claims.append(_judge(splits, whole, n_groups, errors_needed(len(numbers)), progress))
        if (claims[-1].tried.level, claims[-1].tried.kind) == _RANKS[0]:
            break
    return claims


def errors_needed(n_tried: int) -> float:
    """Return how many standard errors a gain needs where ``n_tried`` numbers of groups are tried."""
    return float(norm.ppf(1 - _LEVEL / n_tried))


def _judge(
    splits: Splits, whole: _Whole, n_groups: int, needed: float, progress: Callable[[], None]
) -> _Claim:
    gains = splits.gains(n_groups, progress)
    rules = _claim(whole, n_groups, "rules", gains["rules"], needed)
    if "levels" not in gains or rules.tried.level == "supported":
        return rules
    levels = _claim(whole, n_groups, "levels", gains["levels"], needed)
    return min((rules, levels), key=lambda claim: _RANKS.index((claim.tried.level, claim.tried.kind)))


def _claim(
    whole: _Whole, n_groups: int, kind: Kind, gains: dict[NullModelCode, Estimate], needed: float
) -> _Claim:
    """Judge one kind of groups from its gains over its null models, of ``needed`` standard errors each."""
    # The null model to beat is the one whose bound lies lowest: one that does worse on average but less
    # surely so is not yet beaten.
    hardest = min(gains, key=lambda code: gains[code].low)
    gain, stability, labels = gains[hardest], float("nan"), None
    doubt: Doubt | None = "chance"
    if errors_below(gain, 1) > 0:
        doubt = whole.doubt(n_groups, kind)
        if doubt is None:
            stability, labels = whole.stability(n_groups, kind), whole.labels(n_groups, kind)
            doubt = _unsteady(stability)
    level = _level(gain, doubt, needed)
    if level == "not supported":
        kind = "none"
    elif level == "weak" and doubt is None:
        doubt = "chance"
    return _Claim(Tried(n_groups, kind, level, gain, hardest, doubt), gains, stability, labels)


def _unsteady(stability: float) -> Doubt | None:
    if math.isnan(stability):
        return "small halves"
    return "unstable" if stability < STABLE else None


def _level(gain: Estimate, doubt: Doubt | None, needed: float) -> Level:
    if doubt in ("chance", "degenerate", "one value", "close levels"):
        return "not supported"
    if errors_below(gain, needed) > 0:
        return "supported" if doubt is None else "weak"
    return "weak" if doubt is None else "not supported"


class _Whole:
    """The evidence mixture on all rows and on halves of them: who is in which group, and how surely."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._pairs: dict[int, tuple[Pair, np.ndarray]] = {}

    def doubt(self, n_groups: int, kind: Kind) -> Doubt | None:
        """Return what makes the groups none, or None."""
        pair = self._fitted(n_groups)[0]
        found = pair.doubts["own" if kind == "rules" else "shared"]
        if found is not None:
            return found
        return "close levels" if kind == "levels" and not separate_levels(pair.shared) else None

    def labels(self, n_groups: int, kind: Kind) -> np.ndarray:
        """Return the likeliest group of each row (n,)."""
        return _labels(*self._fitted(n_groups), self._problem.y, kind)

    def stability(self, n_groups: int, kind: Kind) -> float:
        """Return the adjusted Rand index of the partitions of all rows that two halves give, mean of
        ``_HALVINGS`` ways to halve them; NaN where a half has too few rows."""
        problem = self._problem
        found = []
        for number in range(_HALVINGS):
            partitions = []
            for rows in halves(problem, number):
                if len(rows) < FEWEST_ROWS_A_GROUP * n_groups:
                    return float("nan")
                partitions.append(_labels(*_fit_on(problem, rows, n_groups), problem.y, kind))
            found.append(adjusted_rand_score(*partitions))
        return float(np.mean(found))

    def _fitted(self, n_groups: int) -> tuple[Pair, np.ndarray]:
        if n_groups not in self._pairs:
            rows = np.arange(len(self._problem.y))
            self._pairs[n_groups] = _fit_on(self._problem, rows, n_groups)
        return self._pairs[n_groups]


def _fit_on(problem: Problem, rows: np.ndarray, n_groups: int) -> tuple[Pair, np.ndarray]:
    """Return both mixtures fitted on some rows, and the terms of all rows, (n, t); a row that was fitted has
    the curve's prediction from a fit without it."""
    part, columns = problem.take(rows), problem.columns
    seed = stream_seed(problem.seed, "evidence accounts")
    curve = fit_curve(part.outcome, part.X[:, columns], part.y, part.weights, seed, positive=problem.positive)
    terms = Terms.fit(part, curve)
    predictions = curve.predict(problem.X[:, columns])
    predictions[rows] = curve.out_of_fold
    Z = terms.design(problem.X, predictions)
    return fit_pair(part, terms, Z[rows], n_groups, len(problem.y)), Z


def _labels(pair: Pair, Z: np.ndarray, y: np.ndarray, kind: Kind) -> np.ndarray:
    mixture = pair.own if kind == "rules" else pair.shared
    return mixture.responsibilities(Z, y).argmax(axis=1)


def _verdict(
    swept: Sweep,
    said: _Claim,
    claims: Sequence[_Claim],
    step: Callable[[], None] | None,
    min_group_size: int,
) -> Verdict:
    tried, problem = said.tried, swept.problem
    item = swept.at(tried.n_groups)
    gate_gain = _gate_gain(problem, tried.n_groups, item.held_out)
    beside = step is not None
    return Verdict(
        level=tried.level,
        n_groups=tried.n_groups,
        gain=tried.gain,
        hardest=tried.hardest,
        gate_gain=gate_gain,
        findable=bool(tried.level != "not supported" and gate_gain.low > 0),
        stability=said.stability,
        null_models=tuple(NullModelScore(code, gain) for code, gain in said.gains.items()),
        bootstrap=likelihood_ratio_test(problem, tried.n_groups, step) if beside else None,
        worst_group=_worst_group(swept, tried.n_groups, min_group_size) if beside else None,
        doubt=tried.doubt,
        kind=tried.kind,
        tried=tuple(claim.tried for claim in claims),
        agreement=_agreement(said.labels, item.in_sample),
    )


def _agreement(labels: np.ndarray | None, responsibilities: np.ndarray) -> float | None:
    """Return the adjusted Rand index of the evidence's groups and the predictor's."""
    if labels is None:
        return None
    return float(adjusted_rand_score(labels, responsibilities.argmax(axis=1)))


def _gate_gain(problem: Problem, n_groups: int, held_out: np.ndarray) -> Estimate:
    """Return what the predictor's gate gains over constant shares, on the folds of ``held_out`` (n,)."""
    without = np.empty(len(problem.y))
    for inner, outer in problem.folds():
        plain = problem.take(inner).fit(n_groups, gate=False)
        without[outer] = plain.log_likelihood_of_rows(problem.X[outer], problem.y[outer])
    return mean_interval(held_out - without, problem.weights, CONFIDENCE)


def _worst_group(swept: Sweep, n_groups: int, min_group_size: int) -> WorstGroupGain | None:
    item = swept.at(n_groups)
    return worst_group_gain(
        swept.problem, swept.at(1).prediction, item.prediction, item.responsibilities, min_group_size
    )
