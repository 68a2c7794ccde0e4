"""Who of the observed groups is in which latent group: shares with counts."""

from __future__ import annotations

from math import isfinite

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty, finish
from rome.figures.error_by_group import group_mark
from rome.figures.rows import fitting_height, hover, row_axis
from rome.groups.overlap import Overlap
from rome.results import StudyResult
from rome.stats.estimate import Estimate
from rome.text.names import axis_lines, literal, visible
from rome.text.numbers import format_confidence, format_count, format_p, format_percent, half_width

#: Most observed groups in the figure; the table has all of them.
MAX_ROWS = 20
EVERYBODY = "Everybody"
#: What is said of shares where rows have weights.
WEIGHTED = "Shares count each row by its weight; the counts beside them are rows."
#: Shares below this, and above what it leaves, are said to be so.
_LEAST_SHARE = 0.001
#: Fill of a cell for a share of nothing and of everything: the same on both backgrounds.
_NOTHING, _EVERYTHING = (238, 236, 251), (63, 51, 168)
#: Parts of what there is to know from which a relation is called so.
_WORDS = (
    (0.9, "the latent groups are these columns under another name"),
    (0.5, "the latent groups are largely these columns under another name"),
    (0.1, "the latent groups follow these columns in part, and hold something that they do not say"),
    (-1.0, "the latent groups are something that these columns hardly say"),
)


def overlap(result: StudyResult, found: Overlap) -> go.Figure:
    """Draw how each observed group's held-out rows are spread over the latent groups.

    Parameters
    ----------
    result : StudyResult
        The finished study.
    found : Overlap
        What ``rome.groups.overlap.overlap_of_study`` returns for it.
    """
    if len(found.latent) < 2:
        return empty("With one latent group there is nothing to lay over the observed groups.")
    rows = _rows(found)[: MAX_ROWS + 1]
    shares = _shares(found)[: len(rows)]
    figure = go.Figure(
        go.Heatmap(
            z=100 * shares,
            x=list(range(len(found.latent))),
            y=list(range(len(rows))),
            zmin=0,
            zmax=100,
            colorscale=[[0, _css(_NOTHING)], [1, _css(_EVERYTHING)]],
            showscale=False,
            xgap=3,
            ygap=3,
            hoverinfo="text",
            hovertext=[
                [_hover(name, found, counts, parts, place) for place in range(len(counts))]
                for (name, counts), parts in zip(rows, shares, strict=True)
            ],
        )
    )
    for row, (_, counts) in enumerate(rows):
        for column, count in enumerate(counts):
            _write(figure, row, column, int(count), float(shares[row, column]))
    ticks = [f"{axis_lines(name, lines=2)}<br>n {format_count(counts.sum())}" for name, counts in rows]
    _axes(figure, result, found, ticks)
    left_out = len(found.observed) - MAX_ROWS
    caption = (
        "Held-out rows, each in the latent group that is likeliest once its outcome is seen. Every line adds "
        "to 100%."
    )
    caption += f" {WEIGHTED}" if found.weighted else ""
    if left_out > 0:
        caption += (
            f" The {MAX_ROWS} largest of {len(found.observed)} observed groups are drawn; the table has all."
        )
    alt = f"Shares of each observed group in each latent group. {overlap_sentence(result, found)}"
    figure.update_layout(margin_b=8)
    return finish(figure, height=52 + fitting_height(ticks) * len(rows), alt=alt, caption=caption)


def overlap_table(found: Overlap) -> pd.DataFrame:
    """Return the same content as rows: observed group, n, share of each latent group with its count."""
    rows = []
    for (name, counts), parts in zip(_rows(found), _shares(found), strict=True):
        row: dict[str, object] = {"observed group": name, "n": int(counts.sum())}
        for latent, count, part in zip(found.latent, counts, parts, strict=True):
            row |= {f"share {latent}": float(part), f"rows {latent}": int(count)}
        rows.append(row)
    return pd.DataFrame(rows)


def overlap_measures(result: StudyResult, found: Overlap) -> pd.DataFrame:
    """Return the measures behind the sentence, each with its interval."""
    named = (
        ("Share of what there is to know about the latent group that the observed group tells", found.told),
        ("Adjusted mutual information", found.adjusted_mutual_information),
        ("Held-out rows guessed right from the observed group", found.right),
        ("Held-out rows guessed right by always naming the most frequent group", found.right_without),
    )
    rows = [
        {"measure": name, "share": value.value, "low": value.low, "high": value.high} for name, value in named
    ]
    return pd.DataFrame(rows)


def overlap_sentence(result: StudyResult, found: Overlap) -> str:
    """Return what the observed columns tell about the latent group, in plain words."""
    columns = " × ".join(visible(name) for name in result.data.observed_columns) or "the observed group"
    if found.reason is not None:
        return f"What {columns} tells about the latent group can't be said: {found.reason}."
    if found.told.low <= 0 and found.p_value > 0.05:
        return (
            f"Knowing {columns} tells nothing about a person's latent group that chance would not "
            f"({format_p(found.p_value)}): the latent groups are something else."
        )
    told = _percent(found.told, result.settings.confidence)
    word = next(word for least, word in _WORDS if found.told.value >= least)
    right, without = (format_percent(each.value) for each in (found.right, found.right_without))
    by_weight = ", counted by weight" if found.weighted else ""
    return (
        f"Knowing {columns} tells {told} of what there is to know about a person's latent group: {word}. "
        f"Guessing the group from them is right for {right} of held-out rows{by_weight}; always guessing the "
        f"most frequent one, for {without}."
    )


def _percent(value: Estimate, confidence: float) -> str:
    resolution = half_width(value.low, value.high)
    text, *ends = (
        format_percent(each, resolution) for each in (value.value, max(value.low, 0.0), value.high)
    )
    if resolution is None or not isfinite(value.value):
        return text
    return f"{text} ({format_confidence(confidence)} {ends[0].removesuffix('%')} to {ends[1]})"


def _rows(found: Overlap) -> list[tuple[str, np.ndarray]]:
    """Return everybody, then the observed groups from the largest on."""
    return [(EVERYBODY, found.counts.sum(axis=0)), *zip(found.observed, found.counts, strict=True)]


def _shares(found: Overlap) -> np.ndarray:
    """Return the shares of everybody, then of the observed groups."""
    return np.vstack([found.everybody, found.shares])


def _axes(figure: go.Figure, result: StudyResult, found: Overlap, ticks: list[str]) -> None:
    figure.update_xaxes(
        tickmode="array",
        tickvals=list(range(len(found.latent))),
        ticktext=[f"{group_mark(result, name)}{literal(name)}" for name in found.latent],
        side="top",
        showgrid=False,
        fixedrange=True,
    )
    row_axis(figure, ticks, top=-0.5, bottom=len(ticks) - 0.5)


def _write(figure: go.Figure, row: int, column: int, count: int, share: float) -> None:
    figure.add_annotation(
        x=column,
        y=row,
        text=f"<b>{literal(_share(count, share))}</b> · {format_count(count)}",
        font={"color": ink(share), "size": 13},
    )


def _share(count: int, share: float) -> str:
    """Return a share as a percentage that says neither nobody nor everybody where that isn't so."""
    if count and share < _LEAST_SHARE:
        return f"<{format_percent(_LEAST_SHARE)}"
    if 1 - _LEAST_SHARE < share < 1:
        return ">99.9%"
    return format_percent(share)


def fill(share: float) -> tuple[int, int, int]:
    """Return the colour of a cell, red, green and blue from 0 to 255."""
    return tuple(round(low + share * (high - low)) for low, high in zip(_NOTHING, _EVERYTHING, strict=True))


def ink(share: float) -> str:
    """Return black or white, whichever can be read better on a cell: at least 4.5:1 for every share."""
    linear = [_linear(part / 255) for part in fill(share)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#FFFFFF"


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _css(colour: tuple[int, int, int]) -> str:
    return f"rgb({colour[0]},{colour[1]},{colour[2]})"


def _hover(name: str, found: Overlap, counts: np.ndarray, parts: np.ndarray, place: int) -> str:
    by_weight = " by weight" if found.weighted else ""
    rows = f"{format_count(counts[place])} of {format_count(counts.sum())} held-out rows"
    share = f"{format_percent(float(parts[place]))}{by_weight}"
    return hover(name, f"{literal(found.latent[place])}: {rows}, {share}")
