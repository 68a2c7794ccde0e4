"""What ROME is compared with, each a scikit-learn estimator with the inputs of ``RomeEM``."""

from rome.baselines.boosting import BoostedTrees
from rome.baselines.bounded_loss import BoundedGroupLoss
from rome.baselines.curve import Curve, Interactions
from rome.baselines.neural import (
    AdversarialReweighting,
    ChiSquareDRO,
    CVaRDRO,
    GroupDRO,
    NeuralPooled,
    VanillaMoE,
)
from rome.baselines.pooled import Pooled, PooledErrors

__all__ = [
    "AdversarialReweighting",
    "BoostedTrees",
    "BoundedGroupLoss",
    "CVaRDRO",
    "ChiSquareDRO",
    "Curve",
    "GroupDRO",
    "Interactions",
    "NeuralPooled",
    "Pooled",
    "PooledErrors",
    "VanillaMoE",
]
