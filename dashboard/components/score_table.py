"""Which table is scored: a file of the user's, the open table, or a sample."""

from __future__ import annotations

import streamlit as st

from dashboard import cache, scoring, wording
from rome.score import Scorer


def show(by: Scorer, refused: bool = False) -> None:
    """Show the ways to a table; a file that can't be read is told, and changes nothing.

    ``refused`` says that the table that is there can't be scored, so that another one is wanted.
    """
    if scoring.table() is None:
        st.markdown(wording.score.NO_TABLE)
        _ways(by)
        return
    with st.expander(
        wording.score.OTHER_FILE, expanded=refused or bool(scoring.problem()), icon=":material/folder_open:"
    ):
        _ways(by)
        st.button(wording.score.CLOSE, key="score-close", icon=":material/close:", on_click=scoring.drop)


def _ways(by: Scorer) -> None:
    file = st.file_uploader(
        wording.score.UPLOAD_LABEL,
        type=wording.data.UPLOAD_TYPES,
        key=f"score-upload-{scoring.uploads()}",
        help=wording.data.UPLOAD_HELP,
        max_upload_size=wording.data.MOST_MEGABYTES,
    )
    if file is not None and file.file_id != scoring.refused():
        with st.spinner(wording.data.READING):
            was_read = scoring.read(file.file_id, file.name, file.getvalue(), by)
        if was_read:
            st.rerun()
    if scoring.problem():
        st.error(wording.plain(scoring.problem()))
    opened, sample = scoring.offered(by), scoring.sample_offered(by)
    with st.container(horizontal=True):
        if opened is not None:
            st.button(
                wording.score.OPEN_TABLE,
                key="score-open-table",
                icon=":material/table:",
                on_click=scoring.take,
                args=(opened,),
            )
        elif sample:
            st.button(
                wording.score.SAMPLE,
                key="score-sample",
                icon=":material/table:",
                on_click=lambda: scoring.take(cache.sample_table(sample)),
            )
