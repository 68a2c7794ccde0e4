"""One run: table, roles and settings go in, a ``StudyResult`` comes out; or many models, and a comparison."""

from rome.study.comparing import (
    MODEL_SPECS,
    ModelSpec,
    compare,
    comparison_id,
    default_models,
    fits_left,
    is_installed,
    run_comparison,
)
from rome.study.evidence import Gathered, advice_id, advise
from rome.study.run import Progress, StudyRun, run, study_id

__all__ = [
    "MODEL_SPECS",
    "Gathered",
    "ModelSpec",
    "Progress",
    "StudyRun",
    "advice_id",
    "advise",
    "compare",
    "comparison_id",
    "default_models",
    "fits_left",
    "is_installed",
    "run",
    "run_comparison",
    "study_id",
]
