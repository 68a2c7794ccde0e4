"""First, do no harm: which strength to recommend, or one pooled model.

Decided on validation rows inside the training part. A strength can be recommended when

- the mixture describes the outcome better than one group does, by more than its interval,
- the worst group of the guarded grouping has less error than under the pooled model, by more than the
  interval of the difference,
- and nobody pays for it: neither the worst observed group nor everybody together has more error, by more
  than the interval.

Among those, the best worst group sets the mark; of all strengths within one standard error of it, the one
with the least overall error is taken. A strength beyond that stays a choice that a person can make.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.stats import norm

from rome.results import Comparison
from rome.results.recommendation import Candidate, Recommendation, contradicted
from rome.stats.estimate import Estimate


def recommend(
    candidates: Sequence[Candidate], guard: str, gain: Estimate, confidence: float = 0.95
) -> Recommendation:
    """Apply the rule above.

    Parameters
    ----------
    candidates : sequence of Candidate
        The path on validation rows.
    guard : {"latent", "observed"}
    gain : Estimate
        Log-likelihood per validation row of the mixture above one group.
    confidence : float
        Level of the intervals in ``candidates``.
    """
    key = f"worst_{guard}"
    z = float(norm.ppf((1 + confidence) / 2))
    better = [candidate for candidate in candidates if candidate.comparison[key].high < 0]
    undenied = [candidate for candidate in better if not candidate.comparison["worst_observed"].low > 0]
    free = [candidate for candidate in undenied if not candidate.comparison["overall"].low > 0]
    if not gain.low > 0:
        return Recommendation(_cheapest(candidates, key, z).strength, False, "groups")
    for kept, fallback, reason in (
        (better, candidates, "guarded"),
        (undenied, better, "observed"),
        (free, undenied, "overall"),
    ):
        if not kept:
            return Recommendation(_cheapest(fallback, key, z).strength, False, reason)
    return Recommendation(_cheapest(free, key, z).strength, True, None)


def confirm(recommendation: Recommendation, held_out: Mapping[str, Comparison], guard: str) -> Recommendation:
    """Withdraw a recommendation that held-out rows contradict, or do not confirm.

    They confirm it where the worst group of the guarded grouping gains by more than the interval there too.

    Parameters
    ----------
    recommendation : Recommendation
        From validation rows.
    held_out : mapping of comparison key to Comparison
        Pooled against ROME at the recommended strength, on rows that took no part in choosing it.
    guard : {"latent", "observed"}

    Notes
    -----
    Held-out rows can only withdraw, never choose, so the strength stays free of their noise.
    """
    if not recommendation.accepted:
        return recommendation
    if contradicted(held_out, guard):
        return Recommendation(recommendation.strength, False, "held out")
    if not held_out[f"worst_{guard}"].high < 0:
        return Recommendation(recommendation.strength, False, "unconfirmed")
    return recommendation


def withhold(recommendation: Recommendation, level: str | None) -> Recommendation:
    """Withhold a recommendation when the verdict is that groups are "not supported"."""
    if recommendation.accepted and level == "not supported":
        return Recommendation(recommendation.strength, False, "verdict")
    return recommendation


def _cheapest(candidates: Sequence[Candidate], key: str, z: float) -> Candidate:
    """Return the least overall error among those within one standard error of the best worst group."""
    comparable = [candidate for candidate in candidates if np.isfinite(candidate.comparison[key].rome)]
    if not comparable:
        return candidates[0]
    best = min(comparable, key=lambda candidate: candidate.comparison[key].rome).comparison[key]
    error = (best.rome_high - best.rome_low) / (2 * z) if np.isfinite(best.rome_high) else 0.0
    near = [candidate for candidate in comparable if candidate.comparison[key].rome <= best.rome + error]
    return min(near, key=lambda candidate: candidate.comparison["overall"].rome)
