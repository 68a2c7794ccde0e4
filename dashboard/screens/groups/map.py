"""The map of the rows, what it is coloured by, and the rows that are picked on it or beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from dashboard import cache, state
from dashboard.screens.groups import rows, words
from dashboard.screens.groups.rows import Picked
from dashboard.shared import figure_card, running, runs
from rome import figures, jobs
from rome.cohorts import Origin, Seen
from rome.cohorts.selection import rows_of_group
from rome.results import StudyResult
from rome.table import Table

_MOST_POINTS = 5000
#: Pixels: with the page's answer above it, the whole map is in sight in the window of a laptop.
_HEIGHT = 480
_SEEN: dict[str, Seen] = {"posterior": "outcome", "error": "training errors"}


def show(result: StudyResult) -> Picked:
    """Show the map beside its controls and return what was picked, by keyboard or by hand."""
    controls, drawing = st.columns([1, 2], gap="medium")
    with controls:
        st.subheader("Map of the rows", anchor=False)
        coordinates, method, colouring = _controls(result)
        picked = rows.show(result)
        st.caption(words.MAP_LEAD)
    with drawing:
        return _draw(result, coordinates, method, colouring, picked)


def _draw(
    result: StudyResult, coordinates: np.ndarray | None, method: str, colouring: Colouring, picked: Picked
) -> Picked:
    """Draw the map; return what was picked, with the rows that were drawn around on it."""
    figure = figures.group_map(
        result,
        coordinates=coordinates,
        method=method,
        colour=colouring.colour,
        selected=picked.rows or None,
        max_points=_MOST_POINTS,
        paint=colouring.paint,
    )
    figure.update_layout(height=_HEIGHT)
    # A new key for each view: a loop drawn on another map, or before a pick, says nothing about this one.
    key = f"map-{result.study_id}-{method}-{picked.kind or len(picked.rows)}-{picked.group}"
    drawn = figure_card.chart(key, figure, selectable=picked.drawn)
    absent = _absent(result, colouring)
    if absent:
        st.caption(words.nobody(colouring.colour, absent))
    if not picked.drawn:
        return picked
    origin = Origin("drawn", words.drawn_on(method, colouring.words), colouring.seen)
    return replace(picked, rows=drawn, origin=origin, thinned=result.data.used > _MOST_POINTS)


def _controls(result: StudyResult) -> tuple[np.ndarray | None, str, Colouring]:
    colouring = _show_colours(result)
    coordinates = cache.umap(result)
    if coordinates is None:
        _show_umap(result)
        return None, "PCA", colouring
    method = st.segmented_control(
        "Map",
        ["UMAP", "PCA"],
        default="UMAP",
        required=True,
        key="map-method",
        help=words.METHOD_HELP,
    )
    return (coordinates if method == "UMAP" else None), method, colouring


def _absent(result: StudyResult, colouring: Colouring) -> list[str]:
    """Return the latent groups that the map is coloured by and that no row is in."""
    if colouring.paint is not None or colouring.colour not in ("predicted", "posterior"):
        return []
    return [group.name for group in result.groups if not rows_of_group(result, colouring.colour, group.name)]


@dataclass(frozen=True)
class Colouring:
    """``colour`` and ``paint`` as ``figures.group_map`` takes them; what is ``seen`` of outcomes on such
    a map, and its ``words``."""

    colour: str
    paint: figures.Paint | None
    seen: Seen
    words: str


def _show_colours(result: StudyResult) -> Colouring:
    """Show the control and, for an error or a column, which one; return what was chosen."""
    colour = st.selectbox(
        "Colour by",
        list(words.COLOURS),
        format_func=words.COLOURS.__getitem__,
        key="map-colour",
        help=words.COLOUR_HELP,
        persist_state="session",
    )
    said = words.COLOURS[colour].lower()
    if colour == "error":
        model = st.segmented_control(
            "Error of",
            list(words.ERROR_MODELS),
            default="pooled",
            required=True,
            format_func=words.ERROR_MODELS.__getitem__,
            key="map-error",
            persist_state="session",
        )
        return Colouring("predicted", figures.error_paint(result, model), "training errors", said)
    if colour == "column":
        return _by_column(result, state.table_of_study())
    return Colouring(colour, None, _SEEN.get(colour, "nothing"), said)


def _by_column(result: StudyResult, table: Table | None) -> Colouring:
    if table is None:
        st.caption(words.COLUMN_NEEDS_TABLE)
        return Colouring("predicted", None, "nothing", words.COLOURS["predicted"].lower())
    names = list(map(str, table.frame.columns))
    column = st.selectbox("Column", names, key=f"map-column-{result.study_id}", persist_state="session")
    seen: Seen = "outcome" if column == result.roles.outcome else "nothing"
    return Colouring("predicted", figures.column_paint(result, table.frame[column]), seen, column)


def _show_umap(result: StudyResult) -> None:
    """Show the button that asks for a UMAP, or how the work on it stands, where none is kept yet."""
    identity = jobs.umap_identity(result)
    if running.watched("umap", identity, words.umap_progress):
        return
    table, job = state.table_of_study(), runs.beside("umap", identity)
    pressed = st.button(
        "Draw with UMAP",
        key="map-umap",
        help=words.UMAP_NOTE if table else words.UMAP_NEEDS_TABLE,
        disabled=table is None,
        icon=":material/scatter_plot:",
    )
    if pressed:
        running.ask(jobs.umap_request(table, result))
    elif job is not None and job.state() != "done":
        st.error(words.umap_ended(job.outcome().message))
