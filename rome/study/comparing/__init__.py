"""Many models on many splits: the same rows, the same columns and the same tuning for each of them."""

from rome.study.comparing.parts import comparison_id
from rome.study.comparing.registry import MODEL_SPECS, ModelSpec, default_models, is_installed
from rome.study.comparing.run import compare, fits_left, run_comparison

__all__ = [
    "MODEL_SPECS",
    "ModelSpec",
    "compare",
    "comparison_id",
    "default_models",
    "fits_left",
    "is_installed",
    "run_comparison",
]
