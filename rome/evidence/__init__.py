"""How many groups, and are they there: null models, the choice of K, and whether groups are supported."""

from rome.evidence.assess import assess_groups
from rome.evidence.choose_k import choose_n_groups, select
from rome.evidence.sweep import Problem, Sweep, sweep

__all__ = ["Problem", "Sweep", "assess_groups", "choose_n_groups", "select", "sweep"]
