"""ROME-EM: a mixture of linear experts whose membership is driven by the sensitive attributes."""

from rome.em.estimator import RomeEM

__all__ = ["RomeEM"]
