"""Which DRO strength to take for a mixture, from rows inside the training part that fits left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from rome.results import Comparison
from rome.settings.study import Settings


@dataclass(frozen=True)
class PathCandidate:
    """One strength on validation rows: pooled against ROME by comparison key
    (``overall``, ``worst_latent``, ``worst_observed``)."""

    strength: float
    comparison: Mapping[str, Comparison]


def best_strength(candidates: Sequence[PathCandidate], settings: Settings) -> float:
    """Return the strength whose worst guarded group is best among those that harm nobody; 0 without any.

    Of all strengths within one standard error of the best worst group, the one with the least overall error
    is taken. Harm is more error than ``max_harm_overall`` for everybody or ``max_harm_observed`` for the
    worst observed group, at the upper end of the interval.
    """
    harmless = [candidate for candidate in candidates if _harms_nobody(candidate.comparison, settings)]
    key = f"worst_{settings.guard}"
    comparable = [candidate for candidate in harmless if np.isfinite(candidate.comparison[key].rome)]
    if not comparable:
        return 0.0
    best = min(comparable, key=lambda candidate: candidate.comparison[key].rome).comparison[key]
    z = float(norm.ppf((1 + settings.confidence) / 2))
    error = (best.rome_high - best.rome_low) / (2 * z) if np.isfinite(best.rome_high) else 0.0
    near = [candidate for candidate in comparable if candidate.comparison[key].rome <= best.rome + error]
    return min(near, key=lambda candidate: candidate.comparison["overall"].rome).strength


def _harms_nobody(comparison: Mapping[str, Comparison], settings: Settings) -> bool:
    observed = comparison["worst_observed"].relative_high
    return comparison["overall"].relative_high <= settings.max_harm_overall and not (
        observed > settings.max_harm_observed
    )
