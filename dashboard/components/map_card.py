"""The map of the rows, and the rows that are picked on it or beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard import cache, wording
from dashboard.components import figure_card, umap_work
from dashboard.components.group_name import marked
from rome import figures
from rome.results import StudyResult
from rome.selection import observed_names, rows_of_group

_MOST_OBSERVED = 30
_MOST_POINTS = 5000
_DRAWN = ("drawn", "")


@dataclass(frozen=True)
class Picked:
    """Numbers of the data rows that were picked; ``thinned`` says that rows which the map leaves out could
    not be among them. ``kind`` and ``group`` are those of the group that was picked, or both empty."""

    rows: tuple[int, ...]
    thinned: bool = False
    kind: str = ""
    group: str = ""


def show(result: StudyResult) -> Picked:
    """Show the map with its controls and return what was picked, by keyboard or by hand."""
    st.caption(wording.groups.MAP_LEAD)
    coordinates, method, colour = _controls(result)
    kind, name = _picked(result)
    chosen = () if (kind, name) == _DRAWN else rows_of_group(result, kind, name)
    figure = figures.group_map(
        result,
        coordinates=coordinates,
        method=method,
        colour=colour,
        selected=chosen or None,
        max_points=_MOST_POINTS,
    )
    # A new key for each view: a loop drawn on another map, or before a pick, says nothing about this one.
    key = f"map-{result.study_id}-{method}-{kind}-{name}"
    drawn = figure_card.chart(key, figure, selectable=(kind, name) == _DRAWN)
    absent = _absent(result, colour)
    if absent:
        st.caption(wording.groups.nobody(colour, absent))
    if (kind, name) != _DRAWN:
        return Picked(chosen, kind=kind, group=name)
    return Picked(drawn, thinned=result.data.used > _MOST_POINTS)


def _controls(result: StudyResult) -> tuple[np.ndarray | None, str, str]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        colour = st.segmented_control(
            wording.groups.COLOUR_LABEL,
            list(wording.groups.COLOURS),
            default="predicted",
            required=True,
            format_func=wording.groups.COLOURS.__getitem__,
            key="map-colour",
            help=wording.groups.COLOUR_HELP,
            persist_state="session",
        )
        coordinates = cache.umap(result)
        if coordinates is None:
            umap_work.show(result)
            return None, "PCA", colour
        method = st.segmented_control(
            wording.groups.METHOD_LABEL, ["UMAP", "PCA"], default="UMAP", required=True, key="map-method"
        )
    return (coordinates if method == "UMAP" else None), method, colour


def _absent(result: StudyResult, colour: str) -> list[str]:
    """Return the latent groups that the map is coloured by and that no row is in."""
    if colour not in ("predicted", "posterior"):
        return []
    return [group.name for group in result.groups if not rows_of_group(result, colour, group.name)]


def _picked(result: StudyResult) -> tuple[str, str]:
    """Return which rows to look at, by keyboard: those drawn on the map, or a group."""
    options = [_DRAWN]
    options += [(kind, group.name) for kind in ("predicted", "posterior") for group in result.groups]
    options += [("observed", name) for name in observed_names(result)[:_MOST_OBSERVED]]
    return st.selectbox(
        wording.groups.PICK_LABEL,
        options,
        format_func=lambda option: wording.groups.pick(option[0], marked(result, option[1])),
        key=f"map-pick-{result.study_id}",
        help=wording.groups.PICK_HELP,
        persist_state="session",
    )
