"""From groups to one robust predictor: `gated` by the least favourable prior, `aggregate`, their path."""

from rome.robust.aggregate import aggregate_weights
from rome.robust.gated import gated_weights, least_favourable_prior
from rome.robust.path import RobustPath, robust_path
from rome.robust.uncertainty import paper_radius, project, radius, strength_from_paper_radius

__all__ = [
    "RobustPath",
    "aggregate_weights",
    "gated_weights",
    "least_favourable_prior",
    "paper_radius",
    "project",
    "radius",
    "robust_path",
    "strength_from_paper_radius",
]
