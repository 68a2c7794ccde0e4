"""The UMAP of the open study: asked for, and waited for beside a map that is there already."""

from __future__ import annotations

import streamlit as st

from dashboard import runs, state, wording
from dashboard.components import side_work
from rome import jobs
from rome.results import StudyResult


def show(result: StudyResult) -> None:
    """Show the button that asks for a UMAP, or how the work on it stands, where none is kept yet."""
    identity = jobs.umap_identity(result)
    if side_work.watched("umap", identity, wording.running.umap):
        return
    table, job = state.table_of_study(), runs.beside("umap", identity)
    pressed = st.button(
        wording.groups.MAKE_UMAP,
        key="map-umap",
        help=wording.groups.UMAP_NOTE if table else wording.groups.UMAP_NEEDS_TABLE,
        disabled=table is None,
        icon=":material/scatter_plot:",
    )
    if pressed:
        side_work.ask(jobs.umap_request(table, result))
    elif job is not None and job.state() != "done":
        st.error(wording.running.umap_ended(job.outcome().message))
