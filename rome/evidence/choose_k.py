"""How many groups: every criterion for K = 1 … Kmax from one set of fits, and a suggestion with why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rome.evidence.sweep import Sweep, Swept
from rome.results.verdict import Choice, LeftOut, SelectionCandidate, Verdict
from rome.stats.means import mean_interval, standard_error
from rome.stats.sizes import too_small


def select(swept: Sweep, min_group_size: int = 30) -> tuple[tuple[SelectionCandidate, ...], Choice]:
    """Return the candidates, and the suggested number of groups with its reason.

    The suggestion is the smallest K whose held-out log-likelihood can't be told from the best one's (one
    standard error of the paired difference), among those none of whose groups is too small (fewer than
    ``min_group_size`` rows speak for it, see ``rome.stats.sizes``), degenerate (nearly empty, without
    error, or another group's twin) or hardly more than one value of the outcome: such a group gains
    likelihood without bound.
    K = 1 is a candidate like any other.
    """
    candidates = tuple(_candidate(swept, item, min_group_size) for item in swept.swept)
    weights = swept.problem.weights
    allowed = [item for item in swept.swept if item.n_groups == 1 or _sound(swept, item, min_group_size)]
    best = max(allowed, key=lambda item: float(weights @ item.held_out))
    chosen = next(item for item in allowed if _within_one_error(best, item, weights))
    left_out = tuple(_left_out(item) for item in swept.swept if not any(item is one for one in allowed))
    reason = "best" if chosen is best else "fewest"
    return candidates, Choice(reason, chosen.n_groups, best.n_groups, left_out=left_out)


def _left_out(item: Swept) -> LeftOut:
    return LeftOut(item.n_groups, item.doubt or "small")


def choose_n_groups(suggested: Choice, verdict: Verdict) -> Choice:
    """Return the suggestion after the verdict on it: the fewer groups that are supported instead of it, or
    one where a null model does as well.

    Mixtures compete among each other in ``select``, where K = 1 is one straight line that doesn't see the
    sensitive columns. A curve, heavy tails or a shift by s then look like groups; the null models of the
    verdict say whether they are.
    """
    other = suggested.n_groups
    if other == 1 or (verdict.level != "not supported" and verdict.n_groups == other):
        return suggested
    if verdict.level != "not supported":
        return replace(suggested, reason="supported", n_groups=verdict.n_groups, other=other)
    return replace(
        suggested,
        reason="null model",
        n_groups=1,
        other=other,
        null_model=verdict.hardest,
        doubt=verdict.doubt,
    )


def _sound(swept: Sweep, item: Swept, min_group_size: int) -> bool:
    small = too_small(swept.problem.weights, min_group_size, item.in_sample)
    return item.doubt is None and not small.any()


def _within_one_error(best: Swept, item: Swept, weights: np.ndarray) -> bool:
    if item is best:
        return True
    lost = best.held_out - item.held_out
    return float(np.average(lost, weights=weights)) <= standard_error(lost, weights)


def _candidate(swept: Sweep, item: Swept, min_group_size: int) -> SelectionCandidate:
    weights = swept.problem.weights
    n, parameters = float(weights.sum()), swept.problem.n_parameters(item.n_groups)
    bic = -2 * item.log_likelihood + parameters * np.log(n)
    error = (swept.problem.y - item.prediction) ** 2
    mass = weights @ item.responsibilities
    by_group = item.responsibilities.T @ (weights * error) / np.maximum(mass, 1e-300)
    ranked = by_group[~too_small(weights, min_group_size, item.responsibilities)]
    return SelectionCandidate(
        n_groups=item.n_groups,
        n_parameters=parameters,
        log_likelihood=float(item.log_likelihood),
        bic=float(bic),
        aic=float(-2 * item.log_likelihood + 2 * parameters),
        icl=float(bic + 2 * item.entropy),
        held_out=mean_interval(item.held_out, weights),
        worst_group=float(ranked.max()) if len(ranked) else float("nan"),
        overall=float(np.average(error, weights=weights)),
        smallest_share=item.smallest_share,
        stability=item.stability,
    )
