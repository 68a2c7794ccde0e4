"""Who is in a group: how it differs from everybody, in standard deviations."""

from __future__ import annotations

from math import isfinite

import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty, finish, row_axis, zero_line
from rome.figures.labels import axis_label, literal
from rome.figures.numbers import format_number
from rome.figures.theme import group_style
from rome.results import GroupSummary, ProfileEntry, StudyResult

MAX_TERMS = 20
_ROW_HEIGHT = 26


def profile(result: StudyResult, group: int | str) -> go.Figure:
    """Draw a group's standardised differences as dots on a zero line, the largest first.

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
    entries = _sorted(summary)
    if not entries:
        return empty(f"{summary.name} does not differ from everybody in any column that can be compared.")
    shown = entries[:MAX_TERMS]
    style = group_style(index)
    figure = go.Figure(
        go.Scatter(
            x=[entry.standardised_difference for entry in shown],
            y=list(range(len(shown))),
            mode="markers",
            marker={
                "color": style.colour,
                "symbol": style.symbol,
                "size": 11,
                "line": {"color": style.edge, "width": 1},
            },
            hoverinfo="text",
            hovertext=[_hover(entry) for entry in shown],
        )
    )
    row_axis(figure, [_tick(entry) for entry in shown])
    zero_line(figure)
    reach = 1.15 * max(0.5, *(abs(entry.standardised_difference) for entry in shown))
    figure.update_xaxes(title_text="Difference from everybody, in SD", range=[-reach, reach])
    figure.update_layout(showlegend=False, margin_t=8)
    caption = "" if len(entries) <= MAX_TERMS else f"The {MAX_TERMS} largest of {len(entries)} differences."
    return finish(figure, height=70 + _ROW_HEIGHT * len(shown), alt=_alt(summary, shown), caption=caption)


def profile_table(result: StudyResult, group: int | str) -> pd.DataFrame:
    """Return the same content as rows: term, sensitive, both means and the standardised difference."""
    index = group_index(result, group)
    entries = () if index is None else result.groups[index].profile
    rows = [
        {
            "term": entry.term,
            "column": entry.column,
            "sensitive": "sensitive" if entry.sensitive else "",
            "group_mean": entry.group_mean,
            "overall_mean": entry.overall_mean,
            "standardised_difference": entry.standardised_difference,
        }
        for entry in sorted(entries, key=_size, reverse=True)
    ]
    columns = ["term", "column", "sensitive", "group_mean", "overall_mean", "standardised_difference"]
    return pd.DataFrame(rows, columns=columns)


def group_index(result: StudyResult, group: int | str) -> int | None:
    """Return the index of a latent group given by index or by name, or ``None``."""
    names = [summary.name for summary in result.groups]
    if isinstance(group, str):
        return names.index(group) if group in names else None
    return int(group) if 0 <= group < len(names) else None


def _size(entry: ProfileEntry) -> float:
    return abs(entry.standardised_difference) if isfinite(entry.standardised_difference) else -1.0


def _sorted(summary: GroupSummary) -> list[ProfileEntry]:
    finite = [entry for entry in summary.profile if isfinite(entry.standardised_difference)]
    return sorted(finite, key=_size, reverse=True)


def _tick(entry: ProfileEntry) -> str:
    return axis_label(entry.term) + (" · <i>sensitive</i>" if entry.sensitive else "")


def _hover(entry: ProfileEntry) -> str:
    return (
        f"<b>{literal(entry.term)}</b><br>{entry.standardised_difference:+.2f} standard deviations"
        f"<br>Group {format_number(entry.group_mean)}, everybody {format_number(entry.overall_mean)}"
    )


def _alt(summary: GroupSummary, shown: list[ProfileEntry]) -> str:
    parts = [f"{entry.term} {entry.standardised_difference:+.2f}" for entry in shown[:3]]
    return f"{summary.name} against everybody, in standard deviations; the largest: {', '.join(parts)}."
