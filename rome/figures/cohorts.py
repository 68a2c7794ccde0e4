"""Errors of named cohorts: pooled against ROME on held-out rows, the worst cohort first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

import pandas as pd
import plotly.graph_objects as go

from rome.cohorts import CohortScores
from rome.figures.canvas import empty, finish, row_axis
from rome.figures.error_by_group import EVERYBODY, estimate, group_tick, model_trace, row_height
from rome.results import MODELS, GroupScore, StudyResult
from rome.text.measures import axis_title, measure
from rome.text.numbers import format_estimate

_MODELS = MODELS[:2]


def cohort_errors(result: StudyResult, found: Sequence[CohortScores]) -> go.Figure:
    """Draw every cohort's error under pooled (hollow grey) and ROME (filled), with intervals.

    Cohorts with too few held-out rows are named in the caption, and never drawn beside the others.
    """
    drawn = _ranked(result, found)
    if not drawn:
        return empty("No cohort has enough held-out rows to be scored.")
    overall = result.chosen.overall
    shown = (*drawn, *(() if overall is None else (replace(overall, group=EVERYBODY),)))
    figure = go.Figure([model_trace(result, shown, model, result.metric) for model in _MODELS])
    ticks = [group_tick(result, score, "") for score in shown]
    row_axis(figure, ticks)
    figure.update_xaxes(title_text=axis_title(result.metric))
    figure.update_layout(legend_traceorder="normal")
    first = drawn[0]
    values = [format_estimate(estimate(first, model, result.metric)) for model in _MODELS]
    alt = (
        f"{measure(result.metric).label} of {len(drawn)} cohorts, worst first. {first.group}: pooled "
        f"{values[0]}, ROME {values[1]}."
    )
    height = 100 + row_height(ticks) * len(ticks)
    return finish(figure, height=height, alt=alt, caption=_caption(result, found))


def cohort_errors_table(result: StudyResult, found: Sequence[CohortScores]) -> pd.DataFrame:
    """Return one row a cohort, worst first: who, how many, both errors, the change, how it was chosen."""
    order = [score.group for score in _ranked(result, found)]
    ordered = sorted(found, key=lambda each: _place(order, each.cohort.name))
    return pd.DataFrame([_row(result, each) for each in ordered], columns=_COLUMNS)


def rows_errors_table(score: GroupScore) -> pd.DataFrame:
    """Return one row a measure: every model's value with its interval, on the held-out rows of one score."""
    rows = []
    for metric in score.scores[_MODELS[0]]:
        row: dict[str, object] = {"measure": measure(metric).label}
        for model in MODELS:
            value = estimate(score, model, metric)
            row |= {model: value.value, f"{model}_low": value.low, f"{model}_high": value.high}
        rows.append(row)
    return pd.DataFrame(rows)


_COLUMNS = [
    "cohort",
    "rows",
    "n",
    "note",
    *(f"{model}{end}" for model in _MODELS for end in ("", "_low", "_high")),
    *(f"relative{end}" for end in ("", "_low", "_high")),
    "p_value",
    "chosen",
]


def _row(result: StudyResult, each: CohortScores) -> dict[str, object]:
    scores, nan = each.scores, float("nan")
    row: dict[str, object] = {
        "cohort": each.cohort.name,
        "rows": scores.rows,
        "n": scores.held_out,
        "note": "too few to rely on" if scores.too_few else "",
        "p_value": each.p_holm,
        "chosen": each.cohort.origin.words,
    }
    for model in _MODELS:
        value = None if scores.score is None else estimate(scores.score, model, result.metric)
        ends = (nan,) * 3 if value is None else (value.value, value.low, value.high)
        row |= dict(zip((model, f"{model}_low", f"{model}_high"), ends, strict=True))
    change = scores.comparison
    for name in ("relative", "relative_low", "relative_high"):
        row[name] = nan if change is None else getattr(change, name)
    return row


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
