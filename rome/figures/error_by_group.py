"""Error by group: pooled against ROME on one axis, worst group first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite, nan

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import ROW_HEIGHT, empty, finish, row_axis
from rome.figures.theme import ACCENT, GREY, group_style
from rome.results import MODELS, GroupScore, Model, StudyResult
from rome.settings.study import Grouping
from rome.stats.estimate import Estimate
from rome.text.measures import GROUPING_LABELS, MODEL_LABELS, axis_title, evaluation_at, measure, not_computed
from rome.text.names import axis_lines, literal
from rome.text.numbers import format_count, format_estimate, format_percent

#: Most ranked groups, and most groups that are too small, in one figure; the table has all of them.
MAX_ROWS = 30
MAX_SMALL = 8
#: The row of all held-out rows together, below the groups.
EVERYBODY = "Everybody"
_NONE = Estimate(nan, nan, nan)
_OFFSET: dict[Model, float] = {"pooled": -0.13, "rome": 0.13, "pooled_with_sensitive": 0.36}
_MARKER: dict[Model, dict[str, object]] = {
    "pooled": {"color": GREY, "symbol": "circle-open", "size": 11, "line": {"width": 2}},
    "rome": {"color": ACCENT, "symbol": "circle", "size": 11},
    "pooled_with_sensitive": {"color": GREY, "symbol": "diamond-open", "size": 10, "line": {"width": 1.5}},
}


@dataclass(frozen=True)
class RankedGroups:
    """Groups worst first (by pooled, so that the order stays when the dial moves), and those too small."""

    ranked: tuple[GroupScore, ...]
    small: tuple[GroupScore, ...]
    worst: dict[Model, str]


def estimate(score: GroupScore, model: Model, metric: str) -> Estimate:
    """Return the estimate of ``metric``, NaN where it could not be computed."""
    return score.scores.get(model, {}).get(metric, _NONE)


def rank(scores: tuple[GroupScore, ...], metric: str) -> RankedGroups:
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
        for model in ("pooled", "rome"):
            top = max(ranked, key=lambda score: badness(score, model))
            if isfinite(badness(top, model)):
                worst[model] = top.group
    return RankedGroups(ranked, tuple(small), worst)


def worst_word(group: str, worst: dict[Model, str]) -> str:
    """Return "worst", "worst under pooled", "worst under ROME" or nothing."""
    models = [model for model in ("pooled", "rome") if worst.get(model) == group]
    if len(models) == 2:
        return "worst"
    return {"pooled": "worst under pooled", "rome": "worst under ROME"}[models[0]] if models else ""


def error_by_group(
    result: StudyResult,
    grouping: Grouping,
    strength: float,
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
    strength : float
        A stored DRO strength.
    metric : str or None
        One of the metrics in the scores; ``None`` takes the study's loss.
    with_sensitive : bool
        Also draw the pooled model that sees the sensitive columns.
    """
    metric = metric or result.metric
    evaluation = evaluation_at(result, strength)
    if evaluation is None:
        return empty(not_computed(result, strength))
    groups = rank(evaluation.groupings.get(grouping, ()), metric)
    shown = groups.ranked[:MAX_ROWS]
    if not any(isfinite(estimate(score, "pooled", metric).value) for score in shown):
        return empty(_why_empty(result, grouping, metric, groups))
    models = MODELS if with_sensitive else MODELS[:2]
    everybody = () if evaluation.overall is None else (replace(evaluation.overall, group=EVERYBODY),)
    drawn = shown + everybody
    figure = go.Figure([model_trace(result, drawn, model, metric) for model in models])
    small = groups.small[:MAX_SMALL]
    ticks = [group_tick(result, score, worst_word(score.group, groups.worst)) for score in drawn]
    ticks += [group_tick(result, score, "too small") for score in small]
    row_axis(figure, ticks)
    _name_small(figure, len(drawn), small)
    figure.update_xaxes(title_text=axis_title(metric))
    figure.update_layout(legend_traceorder="normal")
    return finish(
        figure,
        height=100 + row_height(ticks) * len(ticks),
        alt=_alt(result, grouping, metric, groups),
        caption=_left_out(groups, result),
    )


def error_by_group_table(
    result: StudyResult, grouping: Grouping, strength: float, *, metric: str | None = None
) -> pd.DataFrame:
    """Return the same content as rows: group, n, share, and each model's error with its interval."""
    metric = metric or result.metric
    evaluation = evaluation_at(result, strength)
    groups = rank(evaluation.groupings.get(grouping, ()) if evaluation else (), metric)
    overall = evaluation.overall if evaluation else None
    everybody = () if overall is None else (replace(overall, group=EVERYBODY, too_small=False),)
    rows = []
    for score in (*groups.ranked, *everybody, *groups.small):
        note = "too small to rank" if score.too_small else worst_word(score.group, groups.worst)
        row: dict[str, object] = {"group": score.group, "n": score.n, "share": score.share, "note": note}
        for model in MODELS:
            value = estimate(score, model, metric)
            row |= {model: value.value, f"{model}_low": value.low, f"{model}_high": value.high}
        rows.append(row)
    columns = ["group", "n", "share", "note"]
    columns += [f"{model}{end}" for model in MODELS for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=columns)


def model_trace(result: StudyResult, shown: tuple[GroupScore, ...], model: Model, metric: str) -> go.Scatter:
    values = [estimate(score, model, metric) for score in shown]
    return go.Scatter(
        x=[value.value for value in values],
        y=[row + _OFFSET[model] for row in range(len(shown))],
        error_x=intervals(values, _MARKER[model]["color"]),
        mode="markers",
        marker=_MARKER[model],
        name=MODEL_LABELS[model],
        hoverinfo="text",
        hovertext=[_hover(result, score, model, metric) for score in shown],
    )


def intervals(values: list[Estimate], colour: str) -> dict[str, object]:
    """Return plotly's asymmetric error bars; an infinite or missing end draws none."""
    up = [value.high - value.value for value in values]
    down = [value.value - value.low for value in values]
    return {
        "type": "data",
        "symmetric": False,
        "array": [length if isfinite(length) else None for length in up],
        "arrayminus": [length if isfinite(length) else None for length in down],
        "color": colour,
        "thickness": 1.8,
        "width": 0,
    }


def _hover(result: StudyResult, score: GroupScore, model: Model, metric: str) -> str:
    value = format_estimate(estimate(score, model, metric), result.settings.confidence)
    lines = [
        f"<b>{literal(score.group)}</b>",
        f"{MODEL_LABELS[model]}: {measure(metric).inline} {value}",
        f"{format_count(score.n)} held-out rows, {format_percent(score.share)}",
    ]
    return "<br>".join(lines)


def group_tick(result: StudyResult, score: GroupScore, word: str) -> str:
    detail = f"n {format_count(score.n)}" + (f" · <b>{word}</b>" if word.startswith("worst") else "")
    return f"{group_mark(result, score.group)}{axis_lines(score.group)}<br>{detail}"


def group_mark(result: StudyResult, name: str) -> str:
    """Return the coloured symbol of a latent group, or nothing for any other group."""
    names = [group.name for group in result.groups]
    if name not in names:
        return ""
    style = group_style(names.index(name))
    return f'<span style="color:{style.colour}">{style.glyph}</span> '


def row_height(ticks: list[str]) -> int:
    """Return a row's pixels: more where a name runs over several lines."""
    most = max(tick.count("<br>") for tick in ticks)
    return ROW_HEIGHT + 16 * max(0, most - 1)


def _name_small(figure: go.Figure, first: int, small: tuple[GroupScore, ...]) -> None:
    for row in range(first, first + len(small)):
        figure.add_annotation(
            x=0.01,
            xref="x domain",
            xanchor="left",
            y=row,
            text="too small to rank",
        )


def _left_out(groups: RankedGroups, result: StudyResult) -> str:
    notes = []
    if len(groups.ranked) > MAX_ROWS:
        notes.append(
            f"The {MAX_ROWS} worst of {len(groups.ranked)} groups are drawn; the table has all of them."
        )
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


def _alt(result: StudyResult, grouping: Grouping, metric: str, groups: RankedGroups) -> str:
    first = groups.ranked[0]
    pooled, rome = (
        format_estimate(estimate(first, model, metric), result.settings.confidence)
        for model in ("pooled", "rome")
    )
    return (
        f"{measure(metric).label} by {GROUPING_LABELS[grouping].lower()}, {len(groups.ranked)} groups, "
        f"worst first. {first.group}: pooled {pooled}, ROME {rome}."
    )
