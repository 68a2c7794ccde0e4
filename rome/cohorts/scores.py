"""How pooled and ROME do on chosen rows: held-out ones alone, with intervals and a word on many looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rome.cohorts.cohort import Cohort
from rome.groups import evaluate_like
from rome.results import Comparison, GroupScore, StudyResult
from rome.stats.sizes import too_small
from rome.stats.tests import holm


@dataclass(frozen=True)
class RowsScores:
    """How the models, at the study's strength, do on the held-out rows among some rows.

    ``rows`` and ``share`` are of all used rows, ``held_out`` counts those with a case weight;
    ``outcome_mean`` and ``everybody_mean`` are weighted, over these and over all used rows. ``score`` (every
    model and metric, with intervals) and ``comparison`` (rome − pooled in the loss that ranks groups) are
    None where no row was held out. ``too_few``: the held-out rows are too small a group to be ranked.
    """

    rows: int
    share: float
    held_out: int
    outcome_mean: float
    everybody_mean: float
    too_few: bool
    score: GroupScore | None
    comparison: Comparison | None


@dataclass(frozen=True)
class CohortScores:
    """How the models do on one cohort among several; ``p_holm`` is the comparison's p-value adjusted for all
    of them that could be compared (Holm 1979)."""

    cohort: Cohort
    scores: RowsScores
    p_holm: float


def rows_scores(result: StudyResult, rows: Iterable[int], name: str = "Selected rows") -> RowsScores:
    """Score the models on the data rows numbered ``rows``; numbers that were not used are ignored."""
    arrays, settings = result.rows, result.settings
    inside = np.isin(arrays.row, np.fromiter(rows, dtype=int))
    scored = inside & arrays.is_test & (arrays.weight > 0)
    held_out = int(scored.sum())
    score, comparison = _scored(result, scored, name) if held_out else (None, None)
    return RowsScores(
        rows=int(inside.sum()),
        share=float(inside.mean()),
        held_out=held_out,
        outcome_mean=_mean(result, inside),
        everybody_mean=_mean(result, np.ones(len(inside), dtype=bool)),
        too_few=bool(too_small(arrays.weight[scored], settings.min_group_size)),
        score=score,
        comparison=comparison,
    )


def cohort_scores(result: StudyResult, cohorts: Sequence[Cohort]) -> tuple[CohortScores, ...]:
    """Score the models on every cohort, in their order; cohorts may share rows.

    The p-values are adjusted for the number of cohorts, which is all that can be counted of how often
    somebody looked: loops that were drawn and not kept are not in it.
    """
    found = [rows_scores(result, cohort.rows, cohort.name) for cohort in cohorts]
    plain = [np.nan if each.comparison is None or each.too_few else each.comparison.p_value for each in found]
    return tuple(
        CohortScores(cohort, scores, float(p))
        for cohort, scores, p in zip(cohorts, found, holm(plain), strict=True)
    )


def _mean(result: StudyResult, inside: np.ndarray) -> float:
    weights = result.rows.weight[inside]
    return float(np.average(result.rows.outcome[inside], weights=weights)) if weights.any() else np.nan


def _scored(result: StudyResult, scored: np.ndarray, name: str) -> tuple[GroupScore, Comparison]:
    arrays, models = result.rows, ("pooled", "rome", "pooled_with_sensitive")
    predictions = {model: getattr(arrays, model)[scored] for model in models}
    scores = evaluate_like(
        result, "selection", arrays.outcome[scored], predictions, {}, arrays.weight[scored]
    )
    share = float(arrays.weight[scored].sum() / arrays.weight[arrays.is_test].sum())
    return replace(scores.overall, group=name, share=share), scores.compare(None, "pooled", "rome")
