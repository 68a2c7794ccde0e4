"""Who is in a group: how it differs from everybody, in standard deviations, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty
from rome.figures.rows import Dot, Mark, Row, chart, group_marker, hover, interval_columns, mirrored
from rome.figures.theme import ACCENT, GroupStyle, group_style
from rome.results import ProfileEntry, StudyResult
from rome.stats.estimate import Estimate
from rome.text.names import axis_label, visible
from rome.text.numbers import format_estimate, format_number, format_percent

MAX_TERMS = 20
_ROW_HEIGHT = 26
_CHOSEN = GroupStyle(ACCENT, "circle", ACCENT, "●")
_COLUMNS = [
    "term",
    *(f"group{end}" for end in ("", "_low", "_high")),
    "everybody",
    *(f"difference_in_SD{end}" for end in ("", "_low", "_high")),
    "measure",
    "sensitive",
    "column",
]


def profile(result: StudyResult, group: int | str) -> go.Figure:
    """Draw a group's standardised differences as dots with intervals on a zero line, the largest first.

    Parameters
    ----------
    result : StudyResult
        The finished study.
    group : int or str
        Index (from 0) or name of a latent group.
    """
    index = group_index(result, group)
    if index is None:
        return empty(f"There is no group {group!r} in this study.")
    summary = result.groups[index]
    if len(result.groups) < 2:
        return empty(f"{summary.name} is everybody: there is nobody to compare it with.")
    return _draw(summary.profile, summary.name, group_style(index), result.settings.confidence)


def profile_of_rows(entries: Sequence[ProfileEntry], name: str, confidence: float) -> go.Figure:
    """Draw how chosen rows differ from everybody, as ``profile`` does for a group; in the accent."""
    return _draw(entries, name, _CHOSEN, confidence)


def _draw(entries: Sequence[ProfileEntry], name: str, style: GroupStyle, confidence: float) -> go.Figure:
    entries = _sorted(entries)
    shown = entries[:MAX_TERMS]
    rows = [Row(_tick(entry), (Dot(_difference(entry), _hover(entry, confidence)),)) for entry in shown]
    return chart(
        rows,
        [Mark(group_marker(style))],
        {"title_text": "Difference from everybody, in SD", "range": mirrored(rows, 0.5)},
        alt=_alt(name, shown),
        caption=f"The {MAX_TERMS} largest of {len(entries)} differences." if len(entries) > MAX_TERMS else "",
        reason=f"{visible(name)} does not differ from everybody in any column that can be compared.",
        zero=True,
        frame=102,
        row_height=_ROW_HEIGHT,
        margin_t=40,
    )


def profile_table(result: StudyResult, group: int | str) -> pd.DataFrame:
    """Return the same content as rows, the largest difference first.

    ``measure`` says whether ``group`` and ``everybody`` are means of a number or shares of a level.
    """
    index = group_index(result, group)
    return profile_table_of(() if index is None else result.groups[index].profile)


def profile_table_of(entries: Sequence[ProfileEntry]) -> pd.DataFrame:
    """Return the rows of ``profile_table`` for any profile."""
    rows = [
        {
            "term": entry.term,
            "measure": "share" if entry.is_share else "mean",
            **interval_columns("group", Estimate(entry.group_mean, entry.group_low, entry.group_high)),
            "everybody": entry.overall_mean,
            **interval_columns("difference_in_SD", _difference(entry)),
            "sensitive": "sensitive" if entry.sensitive else "",
            "column": entry.column,
        }
        for entry in sorted(entries, key=_size, reverse=True)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def group_index(result: StudyResult, group: int | str) -> int | None:
    """Return the index of a latent group given by index or by name, or ``None``."""
    names = [summary.name for summary in result.groups]
    if isinstance(group, str):
        return names.index(group) if group in names else None
    return int(group) if 0 <= group < len(names) else None


def _size(entry: ProfileEntry) -> float:
    return abs(entry.standardised_difference) if isfinite(entry.standardised_difference) else -1.0


def _sorted(entries: Sequence[ProfileEntry]) -> list[ProfileEntry]:
    finite = [entry for entry in entries if isfinite(entry.standardised_difference)]
    return sorted(finite, key=_size, reverse=True)


def _tick(entry: ProfileEntry) -> str:
    return axis_label(entry.term) + (" · <i>sensitive</i>" if entry.sensitive else "")


def _difference(entry: ProfileEntry) -> Estimate:
    return Estimate(entry.standardised_difference, entry.low, entry.high)


def _hover(entry: ProfileEntry, confidence: float) -> str:
    written = format_percent if entry.is_share else format_number
    difference = format_estimate(_difference(entry), confidence)
    means = f"Group {written(entry.group_mean)}, everybody {written(entry.overall_mean)}"
    return hover(entry.term, f"{difference} standard deviations", means)


def _alt(name: str, shown: list[ProfileEntry]) -> str:
    parts = [f"{entry.term} {entry.standardised_difference:+.2f}" for entry in shown[:3]]
    return f"{name} against everybody, in standard deviations; the largest: {', '.join(parts)}."
