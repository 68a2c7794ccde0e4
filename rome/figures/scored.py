"""A scored table: the groups' shares and errors in it, beside the study's own, and the columns that moved."""

from __future__ import annotations

from math import isfinite, sqrt

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty
from rome.figures.error_by_group import (
    MARKS,
    MAX_ROWS,
    MAX_SMALL,
    RankedGroups,
    any_known,
    cut_words,
    everybody,
    first_words,
    group_mark,
    rank,
    score_row,
    scores_table,
    worst_word,
)
from rome.figures.rows import FILLED, HOLLOW, ROW_HEIGHT, Dot, Mark, Row, chart, hover, interval_columns
from rome.figures.sizes import share_axis, share_words
from rome.results import MODELS, StudyResult
from rome.score.result import ScoredTable, ShareShift
from rome.score.shifts import MODERATE, size_word
from rome.settings.study import Grouping
from rome.text.measures import GROUPING_LABELS, axis_title, measure, models_shown
from rome.text.names import axis_label
from rome.text.numbers import decimals_for, format_percent

_BEFORE, _NOW = Mark(HOLLOW, "The study's held-out rows", -0.13), Mark(FILLED, "This table", 0.13)


def score_shares(scored: ScoredTable, result: StudyResult) -> go.Figure:
    """Draw each group's share, its mean membership, in the study (hollow grey) and in the table (filled)."""
    rows = [_share_row(result, shift) for shift in scored.shares]
    said = ", ".join(
        f"{shift.group} {format_percent(shift.before.value)} before and {format_percent(shift.now.value)} now"
        for shift in scored.shares
    )
    return chart(
        rows,
        [_BEFORE, _NOW],
        share_axis(rows),
        alt=f"Shares of the groups: {said}.",
        reason="The study has one group, and everybody is in it.",
        frame=110,
        row_height=ROW_HEIGHT,
    )


def _share_row(result: StudyResult, shift: ShareShift) -> Row:
    changed = "<br><b>changed</b>" if shift.changed else ""
    dots = (
        Dot(part, hover(shift.group, f"{mark.name}: {share_words(part)}"))
        for mark, part in ((_BEFORE, shift.before), (_NOW, shift.now))
    )
    return Row(f"{group_mark(result, shift.group)}{axis_label(shift.group)}{changed}", tuple(dots))


def score_shares_table(scored: ScoredTable) -> pd.DataFrame:
    """Return one row a group: share before and now, their difference, and whether it is beyond chance."""
    rows = [
        {
            "group": shift.group,
            **interval_columns("share_before", shift.before),
            **interval_columns("share_now", shift.now),
            **interval_columns("change", shift.difference),
            "p_adjusted": shift.p_adjusted,
            "changed": shift.changed,
        }
        for shift in scored.shares
    ]
    return pd.DataFrame(rows)


def column_shifts_table(scored: ScoredTable) -> pd.DataFrame:
    """Return one row a column, the largest shifts beyond chance first.

    Shares of missing values are left out where no column lacks any.
    """
    rows = [
        {
            "column": shift.column,
            "shift": size_word(shift) if shift.changed else "within chance",
            "compared": "mean" if shift.level is None else f"share of “{shift.level}”",
            "study": shift.before,
            "table": shift.now,
            "in_sds": shift.standardised,
            "study_resolution": coarser,
            "table_resolution": coarser,
            "in_sds_resolution": shift.resolution_standardised,
            "distance": shift.distance,
            "distance_resolution": MODERATE,
            "p_adjusted": shift.p_adjusted,
            "new_values": shift.outside,
            "missing_share_before": shift.missing_before,
            "missing_share_now": shift.missing_now,
        }
        for shift in scored.columns
        # Both to the same digits, so that they can be held against each other.
        for coarser in [max(shift.resolution_before, shift.resolution_now)]
    ]
    table = pd.DataFrame(rows)
    absent = ["missing_share_before", "missing_share_now"]
    return table if len(table) and (table[absent] > 0).any(axis=None) else table.drop(columns=absent)


def score_errors(scored: ScoredTable, result: StudyResult, grouping: Grouping) -> go.Figure:
    """Draw every group's error in the table under pooled (hollow grey) and ROME (filled), worst first."""
    evaluation = scored.errors.evaluation
    if evaluation is None:
        return empty(scored.errors.reason)
    models = models_shown(result)
    groups = rank(evaluation.groupings.get(grouping, ()), scored.metric, models)
    if not any_known(groups, scored.metric):
        return empty(
            f"No group has {scored.min_group_size} rows with an outcome in this table, too few to compare."
        )
    drawn = (*groups.ranked[:MAX_ROWS], *everybody(evaluation.overall))
    rows = [
        score_row(
            result,
            score,
            models,
            scored.metric,
            worst_word(score.group, groups.worst),
            counted="rows of this table",
        )
        for score in drawn
    ]
    label = f"{measure(scored.metric).label} in this table by {GROUPING_LABELS[grouping].lower()}"
    return chart(
        rows,
        [MARKS[model] for model in models],
        {"title_text": axis_title(scored.metric)},
        alt=f"{label}, {first_words(groups.ranked[0], models, scored.metric, scored.confidence)}",
        caption=_left_out(scored, groups),
    )


def _left_out(scored: ScoredTable, groups: RankedGroups) -> str:
    notes = cut_words(groups)
    if groups.small:
        named = ", ".join(score.group for score in groups.small[:MAX_SMALL])
        more = ", …" if len(groups.small) > MAX_SMALL else ""
        notes.append(f"Too few rows to be drawn (under {scored.min_group_size}): {named}{more}.")
    return " ".join(notes)


def score_errors_table(scored: ScoredTable, grouping: Grouping) -> pd.DataFrame:
    """Return the same content as rows: group, n, share, and each model's error with its interval."""
    return scores_table(scored.errors.evaluation, grouping, MODELS[:2], scored.metric)


def prediction_decimals(result: StudyResult) -> int | None:
    """Return the decimals that a row's prediction bears, negative for tens and hundreds.

    The typical error is the root of everybody's mean squared error (or Brier score) on held-out rows, of
    which a prediction shows two digits. None where it isn't known or is 0.
    """
    squared = result.chosen.comparison["overall"].rome
    if not isfinite(squared) or squared <= 0:
        return None
    return decimals_for(sqrt(squared))


def rounded_predictions(values: np.ndarray, decimals: int | None) -> np.ndarray:
    """Return predictions (n,) to so many decimals, as they are for None; never a negative zero."""
    return values if decimals is None else np.round(values, decimals) + 0.0
