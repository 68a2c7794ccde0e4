"""Which DRO strengths a study computes."""

from __future__ import annotations

from rome.settings.study import STRENGTHS, Settings


def strengths(settings: Settings) -> tuple[float, ...]:
    """Return the DRO strengths: those of every study, and the one that was asked for."""
    asked = settings.dro_strength
    if asked is None or any(abs(asked - strength) < 1e-9 for strength in STRENGTHS):
        return STRENGTHS
    return tuple(sorted((*STRENGTHS, float(asked))))
