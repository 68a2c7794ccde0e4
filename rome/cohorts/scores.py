"""How pooled and ROME do on chosen rows: held-out ones alone, with intervals and a word on many looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rome.cohorts.cohort import Cohort
from rome.groups import evaluate
from rome.results import Comparison, GroupScore, StudyResult
from rome.runtime.random import stream_seed
from rome.stats.bootstrap import Resampling
from rome.stats.sizes import too_small
from rome.stats.tests import holm


@dataclass(frozen=True)
class RowsErrors:
    """How the models, at the study's strength, do on the held-out rows among some rows.

    ``rows`` and ``share`` are of all used rows, ``held_out`` counts those with a case weight; ``score``
    (every model and metric, with intervals) and ``comparison`` (rome − pooled in the loss that ranks groups)
    are None where no row was held out. ``too_few``: the held-out rows are too small a group to be ranked.
    """

    rows: int
    share: float
    held_out: int
    too_few: bool
    score: GroupScore | None
    comparison: Comparison | None


@dataclass(frozen=True)
class CohortErrors:
    """The errors of one cohort among several; ``p_holm`` is the comparison's p-value adjusted for all of them
    that could be compared (Holm 1979)."""

    cohort: Cohort
    errors: RowsErrors
    p_holm: float


def rows_errors(result: StudyResult, rows: Iterable[int], name: str = "Selected rows") -> RowsErrors:
    """Return the errors on the data rows numbered ``rows``; numbers that were not used are ignored."""
    arrays, settings = result.rows, result.settings
    inside = np.isin(arrays.row, np.fromiter(rows, dtype=int))
    scored = inside & arrays.is_test & (arrays.weight > 0)
    held_out = int(scored.sum())
    score, comparison = _scored(result, scored, name) if held_out else (None, None)
    return RowsErrors(
        rows=int(inside.sum()),
        share=float(inside.mean()),
        held_out=held_out,
        too_few=bool(too_small(arrays.weight[scored], settings.min_group_size)),
        score=score,
        comparison=comparison,
    )


def cohort_errors(result: StudyResult, cohorts: Sequence[Cohort]) -> tuple[CohortErrors, ...]:
    """Return the errors of every cohort, in their order; cohorts may share rows.

    The p-values are adjusted for the number of cohorts, which is all that can be counted of how often
    somebody looked: loops that were drawn and not kept are not in it.
    """
    found = [rows_errors(result, cohort.rows, cohort.name) for cohort in cohorts]
    plain = [
        np.nan if errors.comparison is None or errors.too_few else errors.comparison.p_value
        for errors in found
    ]
    adjusted = holm(plain)
    return tuple(
        CohortErrors(cohort, errors, float(p))
        for cohort, errors, p in zip(cohorts, found, adjusted, strict=True)
    )


def _scored(result: StudyResult, scored: np.ndarray, name: str) -> tuple[GroupScore, Comparison]:
    arrays, settings = result.rows, result.settings
    n = int(scored.sum())
    seed = stream_seed(settings.random_state, "selection")
    models = ("pooled", "rome", "pooled_with_sensitive")
    scores = evaluate(
        arrays.outcome[scored],
        {model: getattr(arrays, model)[scored] for model in models},
        {},
        arrays.weight[scored],
        kind=result.data.outcome_kind,
        resampling=Resampling.within_budget(n, settings.n_bootstrap, seed, settings.confidence),
        min_group_size=settings.min_group_size,
    )
    share = float(arrays.weight[scored].sum() / arrays.weight[arrays.is_test].sum())
    return replace(scores.overall, group=name, share=share), scores.compare(None, "pooled", "rome")
