"""What ROME is compared with."""

from rome.baselines.pooled import Pooled

__all__ = ["Pooled"]
