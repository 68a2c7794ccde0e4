"""Opening a table: a file of the user's, or one of our samples."""

from __future__ import annotations

import streamlit as st

from dashboard import cache, state, wording
from dashboard.roles_choice import RolesChoice
from dashboard.state import OpenTable
from rome.datasets import SAMPLES
from rome.datasets.samples import Sample
from rome.errors import RomeError
from rome.table import Table, guess_roles, read_table


def show() -> None:
    """Show the ways to open a table; a file that can't be read is told, and changes nothing."""
    _upload()
    problem = state.visit().file_problem
    if problem:
        kept = f" {wording.data.KEPT_TABLE}" if state.table() else ""
        st.error(f"{wording.plain(problem)}{kept}")
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
        try:
            table = read_table(file.getvalue(), file.name)
            opened = OpenTable(table, _guess(table))
        except RomeError as error:
            state.refuse_file(file.file_id, str(error))
            return
    state.open_table(opened)
    st.rerun()


def _guess(table: Table) -> RolesChoice:
    return RolesChoice.from_guess(guess_roles(table.frame))


def _sample(sample: Sample) -> None:
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{sample.title}**")
        st.caption(sample.sentence)
        st.button(
            wording.data.use_sample(sample.title),
            key=f"sample-{sample.name}",
            on_click=_open_sample,
            args=(sample.name,),
        )


def _open_sample(name: str) -> None:
    sample, table = SAMPLES[name], cache.sample_table(name)
    start = RolesChoice.from_roles(table.frame.columns, sample.roles)
    state.open_table(OpenTable(table, start, sample.n_groups, name))
