"""Which outcome model a setting names."""

from __future__ import annotations

from rome.em.experts import Experts, GaussianExperts, LogisticExperts
from rome.em.heavy_tails import TExperts


def experts_for(outcome: str, noise: str = "normal") -> Experts:
    """Return the experts for ``outcome`` "numeric" or "binary" and, if numeric, ``noise`` "normal" or "t"."""
    if outcome == "binary":
        return LogisticExperts()
    return TExperts() if noise == "t" else GaussianExperts()
