"""Who is failed: every group's error against everybody's, worst first, and where the group comes from."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty, is_empty
from rome.figures.error_by_group import group_mark
from rome.figures.rows import HOLLOW, Dot, Mark, Row, chart, hover, interval_columns
from rome.results import FAILED_GROUPINGS, FailedGroup, FailedGrouping, StudyResult
from rome.text.failed import (
    GROUPING_WORDS,
    audited_words,
    error_metric,
    error_name,
    failed_most,
    group_words,
    size_words,
    times_words,
)
from rome.text.measures import MODEL_LABELS, measure
from rome.text.names import axis_lines
from rome.text.numbers import format_count, format_estimate, format_percent

#: Most ranked groups, and most of those too small, in the figure; the table has all of them.
MAX_ROWS, MAX_SMALL = 7, 2
_SYMBOLS: dict[FailedGrouping, str] = {
    "observed": "circle-open",
    "slice": "square-open",
    "latent": "diamond-open",
}
_NAME_WIDTH, _NAME_LINES = 52, 2


def failed(result: StudyResult) -> go.Figure:
    """Draw each group's error, under the audited or else the pooled model, as a multiple of everybody's."""
    if not result.failed:
        return empty("This study holds no errors of groups against everybody.")
    ranked = [group for group in result.failed if not group.too_small]
    small = [group for group in result.failed if group.too_small]
    shown = [*ranked[:MAX_ROWS], *small[:MAX_SMALL]]
    groupings = [key for key in FAILED_GROUPINGS if any(group.grouping == key for group in shown)]
    figure = chart(
        [_row(result, group, groupings) for group in shown],
        [Mark(HOLLOW | {"symbol": _SYMBOLS[key]}, GROUPING_WORDS[key][1].capitalize()) for key in groupings],
        {"title_text": _axis(result), "rangemode": "tozero"},
        alt=_alt(result, ranked),
        caption=_caption(result, ranked, small),
        reason=f"No group has {result.settings.min_group_size} held-out rows, so none can be ranked.",
    )
    if not is_empty(figure):
        figure.add_shape(type="line", x0=1, x1=1, y0=0, y1=1, yref="paper", layer="below", line_width=1.5)
    return figure


def failed_table(result: StudyResult) -> pd.DataFrame:
    """Return the same content as rows, with everything that is known of each group."""
    error, audited = error_name(result), result.examined == "audited"
    return pd.DataFrame(
        [
            {
                "group": group_words(group),
                "kind": GROUPING_WORDS[group.grouping][0],
                "n": group.n,
                "share": group.share,
                "note": "too small to rank" if group.too_small else "",
                **interval_columns("times everybody's", group.ratio),
                **interval_columns(error, group.error),
                **interval_columns("too low by", group.bias),
                **interval_columns("share of error", group.error_share),
                **(interval_columns(f"{error}, ROME", group.others["rome"]) if _has_rome(result) else {}),
                **(interval_columns(f"{error}, pooled", group.others["pooled"]) if audited else {}),
                **interval_columns(f"{error}, with sensitive", group.others["pooled_with_sensitive"]),
            }
            for group in result.failed
        ]
    )


def _has_rome(result: StudyResult) -> bool:
    return len(result.groups) > 1


def _axis(result: StudyResult) -> str:
    return f"{error_name(result).capitalize()}, times everybody's (right of 1: worse)"


def _row(result: StudyResult, group: FailedGroup, groupings: list[FailedGrouping]) -> Row:
    mark = group_mark(result, group.name) if group.grouping == "latent" else ""
    name = f"{mark}{axis_lines(group_words(group), _NAME_WIDTH, _NAME_LINES)}"
    word = " · <b>failed most</b>" if group == failed_most(result) else ""
    tick = f"{name}<br>n {format_count(group.n)} · {format_percent(group.share)}{word}"
    if group.too_small:
        return Row(tick, why="too small to rank")
    dot = Dot(group.ratio, _hover(result, group))
    return Row(tick, tuple(dot if key == group.grouping else None for key in groupings))


def _hover(result: StudyResult, group: FailedGroup) -> str:
    confidence = result.settings.confidence
    lines = [
        f"{GROUPING_WORDS[group.grouping][0].capitalize()}, {size_words(group)}",
        f"{error_name(result).capitalize()} {times_words(group, result)}",
        f"{MODEL_LABELS[result.examined]}: {format_estimate(group.error, confidence)}",
    ]
    if _has_rome(result):
        lines.append(f"{MODEL_LABELS['rome']}: {format_estimate(group.others['rome'], confidence)}")
    return hover(group_words(group), *lines)


def _alt(result: StudyResult, ranked: list[FailedGroup]) -> str:
    said = f"{error_name(result).capitalize()} of {len(ranked)} groups against everybody's, worst first"
    return f"{said}. {group_words(ranked[0])}: {times_words(ranked[0], result)}." if ranked else said


def _caption(result: StudyResult, ranked: list[FailedGroup], small: list[FailedGroup]) -> str:
    kinds = {group.grouping for group in result.failed}
    named = f"{error_name(result).capitalize()} (root mean squared error)"
    if error_metric(result) == "brier":
        named = measure("brier").label
    whose = "the pooled model" if result.roles.prediction is None else audited_words(result)
    notes = [f"{named} under {whose}, held-out rows."]
    notes.append("Intervals hold for all groups of a kind at once.")
    if "slice" in kinds:
        notes.append(
            "Slices were found on one half of the held-out rows and are scored on the other; only those that "
            "it confirms are listed."
        )
    if "latent" in kinds:
        notes.append("Latent groups are told apart by their outcomes, too.")
    if len(ranked) > MAX_ROWS or len(small) > MAX_SMALL:
        notes.append(f"The worst of {len(result.failed)} groups are drawn; the table has all of them.")
    return " ".join(notes)
