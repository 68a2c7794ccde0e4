"""Scoring by group: arrays in, tables out. Nothing here knows an estimator."""

from rome.groups.groupings import Grouped, latent, observed, predicted
from rome.groups.scoring import Scores, evaluate, evaluate_like

__all__ = ["Grouped", "Scores", "evaluate", "evaluate_like", "latent", "observed", "predicted"]
