"""Scores by group on held-out rows: groupings, metrics, `scoring` with intervals and p-values, rules."""

from rome.groups.groupings import Grouped, latent, observed, predicted
from rome.groups.scoring import Scores, evaluate, evaluate_like

__all__ = ["Grouped", "Scores", "evaluate", "evaluate_like", "latent", "observed", "predicted"]
