"""ROME-MoE: the mixture with neural experts. The only home of torch."""

from rome.moe.estimator import RomeMoE
from rome.moe.training import Epoch

__all__ = ["Epoch", "RomeMoE"]
