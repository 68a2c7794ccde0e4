"""Errors of named cohorts: pooled against ROME on held-out rows, the worst cohort first."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import pandas as pd
import plotly.graph_objects as go

from rome.cohorts import CohortScores
from rome.figures.canvas import empty
from rome.figures.error_by_group import MARKS, estimate, everybody, first_words, model_columns, score_row
from rome.figures.rows import chart, interval_columns
from rome.figures.worst_group import compared
from rome.results import MODELS, GroupScore, StudyResult
from rome.text.measures import axis_title, measure, models_shown


def cohort_errors(result: StudyResult, found: Sequence[CohortScores]) -> go.Figure:
    """Draw every cohort's error under pooled (hollow grey) and ROME (filled), with intervals.

    Cohorts with too few held-out rows are named in the caption, and never drawn beside the others.
    """
    drawn = _ranked(result, found)
    if not drawn:
        return empty("No cohort has enough held-out rows to be scored.")
    metric, models = result.metric, models_shown(result)
    shown = (*drawn, *everybody(result.chosen.overall))
    return chart(
        [score_row(result, score, models, metric) for score in shown],
        [MARKS[model] for model in models],
        {"title_text": axis_title(metric)},
        alt=f"{measure(metric).label} of {len(drawn)} cohorts, "
        + first_words(drawn[0], models, metric, result.settings.confidence),
        caption=_caption(result, found),
    )


def cohort_errors_table(result: StudyResult, found: Sequence[CohortScores]) -> pd.DataFrame:
    """Return one row a cohort, worst first: who, how many, both errors, the change, how it was chosen."""
    order = [score.group for score in _ranked(result, found)]
    ordered = sorted(found, key=lambda each: _place(order, each.cohort.name))
    return pd.DataFrame([_row(result, each) for each in ordered])


def rows_errors_table(score: GroupScore) -> pd.DataFrame:
    """Return one row a measure: every model's value with its interval, on the held-out rows of one score."""
    rows = []
    for metric in score.scores["pooled"]:
        rows.append({"measure": measure(metric).label} | model_columns(score, MODELS, metric))
    return pd.DataFrame(rows)


def _row(result: StudyResult, each: CohortScores) -> dict[str, object]:
    scores = each.scores
    return {
        "cohort": each.cohort.name,
        "rows": scores.rows,
        "n": scores.held_out,
        "note": "too few to rely on" if scores.too_few else "",
        **model_columns(scores.score, models_shown(result), result.metric),
        **interval_columns("relative", compared(scores.comparison, "relative")),
        "p_value": each.p_holm,
        "chosen": each.cohort.origin.words,
    }


def _ranked(result: StudyResult, found: Sequence[CohortScores]) -> tuple[GroupScore, ...]:
    scores = [each.scores.score for each in found if each.scores.score is not None]
    large = [score for score in scores if not score.too_small]
    known = [score for score in large if isfinite(estimate(score, "pooled", result.metric).value)]
    return tuple(sorted(known, key=lambda score: -estimate(score, "pooled", result.metric).value))


def _place(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def _caption(result: StudyResult, found: Sequence[CohortScores]) -> str:
    small = [each.cohort.name for each in found if each.scores.too_few]
    notes = ["Held-out rows only. Cohorts may share rows."]
    if small:
        notes.append(
            f"Too few held-out rows to be drawn (under {result.settings.min_group_size}): {', '.join(small)}."
        )
    return " ".join(notes)
