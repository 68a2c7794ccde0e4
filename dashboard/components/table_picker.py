"""Opening a table: a file of the user's, or one of our samples."""

from __future__ import annotations

import streamlit as st

from dashboard import state, tables, wording
from dashboard.components import reading_controls
from rome.datasets import SAMPLES
from rome.datasets.samples import Sample


def show() -> None:
    """Show the ways to open a table; a file that can't be read is told, and changes nothing."""
    _upload()
    problem = state.visit().file_problem
    if problem:
        kept = f" {wording.data.KEPT_TABLE}" if state.table() else ""
        st.error(f"{wording.plain(problem)}{kept}")
        reading_controls.show_for_refused()
    st.markdown(f"**{wording.data.SAMPLES_TITLE}**")
    for column, sample in zip(st.columns(len(SAMPLES)), SAMPLES.values(), strict=True):
        with column:
            _sample(sample)


def _upload() -> None:
    file = st.file_uploader(
        wording.data.UPLOAD_LABEL,
        type=wording.data.UPLOAD_TYPES,
        key=f"upload-{state.visit().uploads}",
        help=wording.data.UPLOAD_HELP,
        max_upload_size=wording.data.MOST_MEGABYTES,
    )
    if file is None or file.file_id == state.visit().refused:
        return
    with st.spinner(wording.data.READING):
        opened = tables.open_file(file.file_id, file.name, file.getvalue())
    if opened:
        st.rerun()


def _sample(sample: Sample) -> None:
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{sample.title}**")
        st.caption(sample.sentence)
        st.button(
            wording.data.use_sample(sample.title),
            key=f"sample-{sample.name}",
            on_click=tables.open_sample,
            args=(sample.name,),
        )
