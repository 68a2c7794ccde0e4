"""Many models on many splits: the same rows, columns and tuning for each, and what may be concluded.

The results load at once; what fits models (``compare``, ``MODEL_SPECS`` and their like) loads when it is
first asked for, so that reading a comparison stays light.
"""

from importlib import import_module
from typing import Any

from rome.compare.files import read_comparison, write_comparison
from rome.compare.result import ChosenModel, ComparedModel, ComparisonResult, Failure, Standing
from rome.compare.words import standing_lines
from rome.settings.comparison import CompareSettings

_FITTING = {
    "MODEL_SPECS": "registry",
    "ModelSpec": "registry",
    "default_models": "registry",
    "is_installed": "registry",
    "comparison_id": "parts",
    "compare": "run",
    "fits_left": "run",
    "run_comparison": "run",
}

__all__ = [
    "MODEL_SPECS",
    "ChosenModel",
    "CompareSettings",
    "ComparedModel",
    "ComparisonResult",
    "Failure",
    "ModelSpec",
    "Standing",
    "compare",
    "comparison_id",
    "default_models",
    "fits_left",
    "is_installed",
    "read_comparison",
    "run_comparison",
    "standing_lines",
    "write_comparison",
]


def __getattr__(name: str) -> Any:
    if name not in _FITTING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FITTING[name]}"), name)
