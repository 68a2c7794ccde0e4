"""The map of the rows, and the rows that are picked on it or beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from dashboard import cache, wording
from dashboard.components import figure_card, map_colour, row_picker, umap_work
from dashboard.components.map_colour import Colouring
from dashboard.components.row_picker import Picked
from rome import figures
from rome.cohorts import Origin
from rome.cohorts.selection import rows_of_group
from rome.results import StudyResult

_MOST_POINTS = 5000


def show(result: StudyResult) -> Picked:
    """Show the map with its controls and return what was picked, by keyboard or by hand."""
    st.caption(wording.groups.MAP_LEAD)
    coordinates, method, colouring = _controls(result)
    picked = row_picker.show(result)
    figure = figures.group_map(
        result,
        coordinates=coordinates,
        method=method,
        colour=colouring.colour,
        selected=picked.rows or None,
        max_points=_MOST_POINTS,
        paint=colouring.paint,
    )
    # A new key for each view: a loop drawn on another map, or before a pick, says nothing about this one.
    key = f"map-{result.study_id}-{method}-{picked.kind or len(picked.rows)}-{picked.group}"
    drawn = figure_card.chart(key, figure, selectable=picked.drawn)
    absent = _absent(result, colouring)
    if absent:
        st.caption(wording.groups.nobody(colouring.colour, absent))
    if not picked.drawn:
        return picked
    origin = Origin("drawn", wording.groups.drawn_on(method, colouring.words), colouring.seen)
    return replace(picked, rows=drawn, origin=origin, thinned=result.data.used > _MOST_POINTS)


def _controls(result: StudyResult) -> tuple[np.ndarray | None, str, Colouring]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        colouring = map_colour.show(result)
        coordinates = cache.umap(result)
        if coordinates is None:
            umap_work.show(result)
            return None, "PCA", colouring
        method = st.segmented_control(
            wording.groups.METHOD_LABEL,
            ["UMAP", "PCA"],
            default="UMAP",
            required=True,
            key="map-method",
            help=wording.groups.METHOD_HELP,
        )
    return (coordinates if method == "UMAP" else None), method, colouring


def _absent(result: StudyResult, colouring: Colouring) -> list[str]:
    """Return the latent groups that the map is coloured by and that no row is in."""
    if colouring.paint is not None or colouring.colour not in ("predicted", "posterior"):
        return []
    return [group.name for group in result.groups if not rows_of_group(result, colouring.colour, group.name)]
