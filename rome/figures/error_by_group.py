"""Error by group: pooled against ROME on one axis, worst group first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite, nan

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty
from rome.figures.rows import FILLED, HOLLOW, Dot, Mark, Row, chart, hover, interval_columns
from rome.figures.theme import GREY, group_style
from rome.results import Evaluation, GroupScore, Model, StudyResult
from rome.settings.study import Grouping
from rome.stats.estimate import Estimate
from rome.text.measures import (
    GROUPING_LABELS,
    MODEL_LABELS,
    axis_title,
    evaluation_at,
    measure,
    models_shown,
    not_computed,
)
from rome.text.names import axis_lines
from rome.text.numbers import format_count, format_estimate, format_percent

#: Most ranked groups, and most groups that are too small, in one figure; the table has all of them.
MAX_ROWS = 30
MAX_SMALL = 8
#: The row of all held-out rows together, below the groups.
EVERYBODY = "Everybody"
_NONE = Estimate(nan, nan, nan)
_WITH_SENSITIVE = {"color": GREY, "symbol": "diamond-open", "size": 10, "line": {"width": 1.5}}
MARKS: dict[Model, Mark] = {
    "pooled": Mark(HOLLOW, MODEL_LABELS["pooled"], -0.13),
    "rome": Mark(FILLED, MODEL_LABELS["rome"], 0.13),
    "pooled_with_sensitive": Mark(_WITH_SENSITIVE, MODEL_LABELS["pooled_with_sensitive"], 0.36),
}


@dataclass(frozen=True)
class RankedGroups:
    """Groups worst first by pooled, so that every DRO strength has the same order, and those too small."""

    ranked: tuple[GroupScore, ...]
    small: tuple[GroupScore, ...]
    worst: dict[Model, str]


def estimate(score: GroupScore, model: Model, metric: str) -> Estimate:
    """Return the estimate of ``metric``, NaN where it could not be computed."""
    return score.scores.get(model, {}).get(metric, _NONE)


def rank(
    scores: tuple[GroupScore, ...], metric: str, models: Sequence[Model] = ("pooled", "rome")
) -> RankedGroups:
    """Sort groups worst first by ``metric`` under pooled; NaN last; too small ones apart, never ranked."""
    sign = -1 if measure(metric).bad == "low" else 1

    def badness(score: GroupScore, model: Model) -> float:
        value = estimate(score, model, metric).value
        return sign * value if isfinite(value) else -float("inf")

    large = [score for score in scores if not score.too_small]
    small = sorted((score for score in scores if score.too_small), key=lambda score: -score.n)
    ranked = tuple(sorted(large, key=lambda score: -badness(score, "pooled")))
    worst: dict[Model, str] = {}
    if measure(metric).bad and len(ranked) > 1:
        for model in models:
            top = max(ranked, key=lambda score: badness(score, model))
            if isfinite(badness(top, model)):
                worst[model] = top.group
    return RankedGroups(ranked, tuple(small), worst)


def worst_word(group: str, worst: dict[Model, str]) -> str:
    """Return "worst", "worst under pooled", "worst under ROME" or nothing."""
    models = [model for model in ("pooled", "rome") if worst.get(model) == group]
    if len(models) == 2:
        return "worst"
    if len(worst) < 2:
        return "worst" if models else ""
    return {"pooled": "worst under pooled", "rome": "worst under ROME"}[models[0]] if models else ""


def error_by_group(
    result: StudyResult,
    grouping: Grouping,
    dro_strength: float,
    *,
    metric: str | None = None,
    with_sensitive: bool = False,
) -> go.Figure:
    """Draw every group's error under pooled (hollow grey) and ROME (filled), with intervals.

    Parameters
    ----------
    result : StudyResult
        The finished study.
    grouping : {"latent", "predicted", "observed"}
        Who is grouped together.
    dro_strength : float
        A stored DRO strength.
    metric : str or None
        One of the metrics in the scores; ``None`` takes the study's loss.
    with_sensitive : bool
        Also draw the pooled model that sees the sensitive columns.
    """
    metric = metric or result.metric
    evaluation = evaluation_at(result, dro_strength)
    if evaluation is None:
        return empty(not_computed(result, dro_strength))
    models = models_shown(result, with_sensitive)
    groups = rank(evaluation.groupings.get(grouping, ()), metric, models_shown(result))
    if not any_known(groups, metric):
        return empty(_why_empty(result, grouping, metric, groups))
    drawn = (*groups.ranked[:MAX_ROWS], *everybody(evaluation.overall))
    rows = [
        score_row(result, score, models, metric, worst_word(score.group, groups.worst)) for score in drawn
    ]
    rows += [Row(_tick(result, score), why="too small to rank") for score in groups.small[:MAX_SMALL]]
    label = f"{measure(metric).label} by {GROUPING_LABELS[grouping].lower()}, {len(groups.ranked)} groups"
    return chart(
        rows,
        [MARKS[model] for model in models],
        {"title_text": axis_title(metric)},
        alt=f"{label}, {first_words(groups.ranked[0], models[:2], metric, result.settings.confidence)}",
        caption=_left_out(groups, result),
    )


def error_by_group_table(
    result: StudyResult, grouping: Grouping, dro_strength: float, *, metric: str | None = None
) -> pd.DataFrame:
    """Return the same content as rows: group, n, share, and each model's error with its interval."""
    models = models_shown(result, with_sensitive=True)
    return scores_table(evaluation_at(result, dro_strength), grouping, models, metric or result.metric)


def scores_table(
    evaluation: Evaluation | None, grouping: Grouping, models: Sequence[Model], metric: str
) -> pd.DataFrame:
    """Return one row a group, worst first, then everybody, then the groups that are too small to rank."""
    ranked_by = [model for model in models if model != "pooled_with_sensitive"]
    groups = rank(evaluation.groupings.get(grouping, ()) if evaluation else (), metric, ranked_by)
    overall = everybody(evaluation.overall) if evaluation else ()
    rows = []
    for score in (*groups.ranked, *overall, *groups.small):
        note = "too small to rank" if score.too_small else worst_word(score.group, groups.worst)
        row: dict[str, object] = {"group": score.group, "n": score.n, "share": score.share, "note": note}
        rows.append(row | model_columns(score, models, metric))
    return pd.DataFrame(rows, columns=["group", "n", "share", "note", *model_columns(None, models, metric)])


def model_columns(score: GroupScore | None, models: Sequence[Model], metric: str) -> dict[str, float]:
    """Return a table's cells of every model's error with its interval, NaN where there is no score."""
    cells: dict[str, float] = {}
    for model in models:
        cells |= interval_columns(model, _NONE if score is None else estimate(score, model, metric))
    return cells


def any_known(groups: RankedGroups, metric: str) -> bool:
    """Whether pooled has a value for any of the groups that are drawn."""
    return any(isfinite(estimate(score, "pooled", metric).value) for score in groups.ranked[:MAX_ROWS])


def everybody(overall: GroupScore | None) -> tuple[GroupScore, ...]:
    """Return the score of all rows under its name, or nothing where a study holds none."""
    return () if overall is None else (replace(overall, group=EVERYBODY, too_small=False),)


def score_row(
    result: StudyResult,
    score: GroupScore,
    models: Sequence[Model],
    metric: str,
    word: str = "",
    *,
    counted: str | None = None,
) -> Row:
    """Return one group's row with a dot a model.

    ``word`` stands in bold beside its n, and ``counted`` says which rows it was scored on: by default the
    study's held-out rows, and their share.
    """
    counted = counted or f"held-out rows, {format_percent(score.share)}"
    dots = []
    for model in models:
        value = estimate(score, model, metric)
        written = format_estimate(value, result.settings.confidence)
        lines = (
            f"{MODEL_LABELS[model]}: {measure(metric).inline} {written}",
            f"{format_count(score.n)} {counted}",
        )
        dots.append(Dot(value, hover(score.group, *lines)))
    return Row(_tick(result, score, word), tuple(dots))


def first_words(score: GroupScore, models: Sequence[Model], metric: str, confidence: float) -> str:
    """Say the errors of the group that stands first, for those who can't see the chart."""
    named = {"pooled": "pooled", "rome": "ROME", "pooled_with_sensitive": "pooled with sensitive columns"}
    said = [
        f"{named[model]} {format_estimate(estimate(score, model, metric), confidence)}" for model in models
    ]
    return f"worst first. {score.group}: {', '.join(said)}."


def _tick(result: StudyResult, score: GroupScore, word: str = "") -> str:
    detail = f"n {format_count(score.n)}" + (f" · <b>{word}</b>" if word else "")
    return f"{group_mark(result, score.group)}{axis_lines(score.group)}<br>{detail}"


def group_mark(result: StudyResult, name: str) -> str:
    """Return the coloured symbol of a latent group, or nothing for any other group."""
    names = [group.name for group in result.groups]
    if name not in names:
        return ""
    style = group_style(names.index(name))
    return f'<span style="color:{style.colour}">{style.glyph}</span> '


def cut_words(groups: RankedGroups) -> list[str]:
    """Say that only the worst groups are drawn, where there are more."""
    if len(groups.ranked) <= MAX_ROWS:
        return []
    return [f"The {MAX_ROWS} worst of {len(groups.ranked)} groups are drawn; the table has all of them."]


def _left_out(groups: RankedGroups, result: StudyResult) -> str:
    notes = cut_words(groups)
    if groups.small:
        size = result.settings.min_group_size
        notes.append(f"Groups with fewer than {size} held-out rows are named and not ranked.")
    if len(groups.small) > MAX_SMALL:
        notes.append(f"{len(groups.small) - MAX_SMALL} more groups are too small; the table has them.")
    return " ".join(notes)


def _why_empty(result: StudyResult, grouping: Grouping, metric: str, groups: RankedGroups) -> str:
    name = GROUPING_LABELS[grouping].lower()
    if groups.small and not groups.ranked:
        return (
            f"All {len(groups.small)} {name} have fewer than {result.settings.min_group_size} held-out rows, "
            "too few to compare."
        )
    if not groups.ranked:
        return f"This study has no {name}."
    return f"{measure(metric).label} could not be computed for any of the {name}."
