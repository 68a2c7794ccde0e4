"""The map of people: every point a row, groups by colour and symbol, doubt on request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rome.figures.canvas import empty, finish
from rome.figures.map_points import Colour, Points, place_points
from rome.figures.paint import DOUBT, Paint, doubt_paint
from rome.figures.theme import ACCENT, GREY, group_style
from rome.results import StudyResult
from rome.text.names import axis_label, literal
from rome.text.numbers import format_count, format_number, format_percent

#: Above this many drawn points the map is drawn by WebGL.
_MOST_SVG_POINTS = 3000
#: Observed groups beyond these share one grey entry.
_MOST_OBSERVED = 12
_SCALE = [[0.0, "#9BA3AE"], [0.5, "#8F78E8"], [1.0, "#7A2FF0"]]


def group_map(
    result: StudyResult,
    *,
    coordinates: np.ndarray | None = None,
    method: Literal["PCA", "UMAP"] = "PCA",
    colour: Colour = "predicted",
    selected: Iterable[int] | None = None,
    max_points: int = 5000,
    paint: Paint | None = None,
) -> go.Figure:
    """Draw the rows on a plane; ``customdata[0]`` of every point is its data row number.

    Parameters
    ----------
    result : StudyResult
        The finished study.
    coordinates : ndarray of shape (n, 2) or None
        Another map of the same rows (UMAP); rows with NaN are left out and counted. ``None`` takes PCA.
    method : {"PCA", "UMAP"}
        What the axes are called.
    colour : {"predicted", "posterior", "doubt", "observed"}
        Group by the gate, group once the outcome is seen, doubt of the gate, or observed group.
    selected : iterable of int or None
        Data row numbers that stay coloured; all others turn grey. ``None`` selects nothing and greys nothing.
    max_points : int
        Most points drawn; small groups are kept whole and large ones thinned.
    paint : Paint or None
        Another colouring, which goes before ``colour``: levels take the place of groups, numbers get a scale
        while symbols say the group of the gate.
    """
    if paint is None and colour == "doubt":
        paint = doubt_paint(result)
    xy = np.asarray(result.rows.pca if coordinates is None else coordinates, dtype=float)
    if xy.shape != (len(result.rows.row), 2):
        return empty(
            f"The map has shape {xy.shape}, but this study has {len(result.rows.row)} rows: "
            "compute the map again for this study."
        )
    chosen = None if selected is None else frozenset(int(row) for row in selected)
    points = place_points(result, xy, colour, chosen, max_points, paint)
    if len(points.position) == 0:
        return empty("No row has a place on the map: the columns do not vary, or could not be measured.")
    drawn = _drawn_groups(points)
    figure = go.Figure([_trace(result, points, group, chosen) for group in drawn])
    if points.shade is not None:
        _grey_legend(figure)
        _add_blank(figure, result, points, chosen, paint)
    _dress(figure, method, paint if points.shade is not None else None)
    what = f"{colour} group" if paint is None else paint.title
    note = "" if paint is None else paint.note
    caption = " ".join(part for part in (note, _caption(points)) if part)
    return finish(figure, height=540, alt=_alt(points, method, what), caption=caption)


def group_map_table(
    result: StudyResult,
    *,
    coordinates: np.ndarray | None = None,
    colour: Colour = "predicted",
    max_points: int = 5000,
) -> pd.DataFrame:
    """Return the drawn rows: data row number, place, group, and the gate's certainty."""
    xy = np.asarray(result.rows.pca if coordinates is None else coordinates, dtype=float)
    points = place_points(result, xy, colour, None, max_points)
    return pd.DataFrame(
        {
            "row": np.asarray(result.rows.row)[points.position],
            "x": points.xy[:, 0],
            "y": points.xy[:, 1],
            "group": [points.names[group] for group in points.group],
            "certainty": result.rows.membership[points.position].max(axis=1),
        }
    )


def selected_rows(points: Sequence[Mapping[str, object]]) -> tuple[int, ...]:
    """Return the data row numbers of selected points, as plotly or Streamlit report them.

    Reads only ``customdata``, never a point's place in its trace.
    """
    found = set()
    for point in points:
        data = point.get("customdata")
        if isinstance(data, Mapping):
            data = [data[key] for key in sorted(data, key=str)]
        first = data[0] if isinstance(data, Sequence) and not isinstance(data, str) and len(data) else data
        if first is not None:
            found.add(int(first))
    return tuple(sorted(found))


def _drawn_groups(points: Points) -> list[int]:
    """Return the groups to draw: those beyond the most observed ones are collected under one entry, -1."""
    present = np.flatnonzero(np.bincount(points.group, minlength=len(points.names)))
    named = [int(group) for group in present if group < _MOST_OBSERVED]
    return named if len(named) == len(present) else [-1, *named]


def _trace(
    result: StudyResult, points: Points, group: int, chosen: frozenset[int] | None
) -> go.Scatter | go.Scattergl:
    inside = points.group == group if group >= 0 else points.group >= _MOST_OBSERVED
    if points.shade is not None:
        inside &= np.isfinite(points.shade)
    total = points.totals[group] if group >= 0 else points.totals[_MOST_OBSERVED:].sum()
    name = axis_label(points.names[group], 32) if group >= 0 else "Other groups"
    full = literal(points.names[group]) if group >= 0 else "Other groups"
    shade = None if points.shade is None else points.shade[inside]
    label = f"{name} (n {format_count(total)})"
    return _scatter(result, points, inside, chosen, label, full, _marker(group, shade))


def _add_blank(
    figure: go.Figure, result: StudyResult, points: Points, chosen: frozenset[int] | None, paint: Paint
) -> None:
    """Draw the rows without a value pale and below the others; a loop around them picks them all the same."""
    inside = ~np.isfinite(points.shade)
    if inside.any():
        total = int((~np.isfinite(paint.values)).sum())
        label = f"{axis_label(paint.blank, 32)} (n {format_count(total)})"
        marker = {"color": GREY, "symbol": "circle", "size": 5, "opacity": 0.3}
        trace = _scatter(result, points, inside, chosen, label, literal(paint.blank), marker)
        figure.add_trace(trace)
        figure.data = (figure.data[-1], *figure.data[:-1])


def _scatter(
    result: StudyResult,
    points: Points,
    inside: np.ndarray,
    chosen: frozenset[int] | None,
    label: str,
    full: str,
    marker: dict[str, object],
) -> go.Scatter | go.Scattergl:
    position = points.position[inside]
    row = np.asarray(result.rows.row)[position]
    certainty = result.rows.membership[position].max(axis=1)
    shade = None if points.shade is None else points.shade[inside]
    kind = go.Scattergl if len(points.position) > _MOST_SVG_POINTS else go.Scatter
    shown = [format_percent(float(sure)) for sure in certainty]
    hover = f"<b>{full}</b><br>Row %{{customdata[0]}}<br>Gate's certainty %{{customdata[1]}}"
    customdata: list[list[object]] = [[int(number), sure] for number, sure in zip(row, shown, strict=True)]
    if shade is not None and np.isfinite(shade).all():
        customdata = [
            [*data, format_number(float(value))] for data, value in zip(customdata, shade, strict=True)
        ]
        hover += "<br>Value %{customdata[2]}"
    return kind(
        x=np.round(points.xy[inside, 0], 4).tolist(),
        y=np.round(points.xy[inside, 1], 4).tolist(),
        mode="markers",
        name=label,
        marker=marker,
        customdata=customdata,
        hovertemplate=f"{hover}<extra></extra>",
        selectedpoints=_selection(row, chosen),
        selected={"marker": {"opacity": 0.95}},
        unselected={"marker": {"color": GREY, "opacity": 0.35}},
    )


def _selection(row: np.ndarray, chosen: frozenset[int] | None) -> list[int] | None:
    if chosen is None:
        return None
    return [int(index) for index in np.flatnonzero(np.isin(row, list(chosen)))]


def _marker(group: int, shade: np.ndarray | None) -> dict[str, object]:
    if group < 0:
        return {"color": GREY, "symbol": "circle", "size": 4, "opacity": 0.35}
    style = group_style(group)
    marker: dict[str, object] = {"symbol": style.symbol, "size": 7, "opacity": 0.8}
    if shade is not None:
        return marker | {"color": shade.tolist(), "coloraxis": "coloraxis"}
    return marker | {"color": style.colour, "line": {"color": style.edge, "width": 0.6}}


def _grey_legend(figure: go.Figure) -> None:
    """Give the legend its symbols in grey: on the map the colour says doubt, not group."""
    for trace in list(figure.data):
        trace.showlegend = False
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="markers",
            name=trace.name,
            hoverinfo="skip",
            marker={"color": GREY, "symbol": trace.marker.symbol, "size": 8},
        )


def _dress(figure: go.Figure, method: str, paint: Paint | None) -> None:
    for axis, number in (("xaxis", 1), ("yaxis", 2)):
        figure.layout[axis].update(title_text=f"{method} {number}", showticklabels=False)
    figure.update_layout(
        dragmode="lasso",
        legend={"itemsizing": "constant", "title_text": ""},
        margin_t=56,
        activeselection={"fillcolor": ACCENT, "opacity": 0.15},
        newselection_line={"color": ACCENT, "width": 1.5},
    )
    if paint is not None:
        bar: dict[str, object] = {"title": {"text": axis_label(paint.title)}, "thickness": 12, "len": 0.8}
        if paint.title == DOUBT:
            bar["tickformat"] = ".0%"
        scale = {"colorscale": _SCALE, "cmin": paint.low, "cmax": paint.high, "colorbar": bar}
        figure.update_layout(coloraxis=scale)


def _caption(points: Points) -> str:
    notes = []
    total = int(points.totals.sum()) - points.unplaced
    drawn = len(points.position)
    if drawn < total:
        notes.append(
            f"{format_count(drawn)} of {format_count(total)} rows are drawn: small groups whole, large ones "
            "thinned, so the crowding of points does not show the size of a group; n does."
        )
    if points.unplaced:
        notes.append(f"{format_count(points.unplaced)} rows have no place on this map.")
    if len(points.names) > _MOST_OBSERVED:
        notes.append(f"The {_MOST_OBSERVED} largest of {len(points.names)} groups are named.")
    return " ".join(notes)


def _alt(points: Points, method: str, what: str) -> str:
    shown = [
        f"{name} {format_count(total)} rows"
        for name, total in list(zip(points.names, points.totals, strict=True))[:6]
    ]
    return f"{method} map of the rows by {what}: {', '.join(shown)}."
