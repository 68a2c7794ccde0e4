"""Which strength is recommended, or one pooled model: what was weighed, and the code of what decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rome.results.study import Comparison, WhyPooled
from rome.stats.estimate import Estimate


@dataclass(frozen=True)
class Candidate:
    """One strength on validation rows: pooled against ROME by comparison key
    (``overall``, ``worst_latent``, ``worst_observed``)."""

    strength: float
    comparison: Mapping[str, Comparison]


@dataclass(frozen=True)
class Recommendation:
    """``strength`` is the best candidate; ``accepted`` is False where one pooled model is recommended,
    and ``reason`` then says which condition failed: "groups", "guarded", "observed" or "overall" on
    validation rows, "verdict" where the groups themselves are not supported, "held out" where
    held-out rows contradict what validation rows said, or "unconfirmed" where they don't bear it out."""

    strength: float
    accepted: bool
    reason: WhyPooled | None


@dataclass(frozen=True)
class Validation:
    """The path on validation rows, and what the do-no-harm rule makes of it."""

    candidates: tuple[Candidate, ...]
    recommendation: Recommendation
    gain: Estimate


def contradicted(held_out: Mapping[str, Comparison], guard: str) -> list[str]:
    """Return the comparison keys in which ROME has more error by more than the interval."""
    keys = dict.fromkeys((f"worst_{guard}", "worst_observed", "overall"))
    return [key for key in keys if held_out[key].low > 0]
