"""Which study scores which table: the open study or another, and a file, the open table, or a sample."""

from __future__ import annotations

import streamlit as st

from dashboard import cache, state
from dashboard.screens.score import words
from dashboard.shared import page, steps, tables
from dashboard.shared.words import GO_DATA, GO_TRAIN, plain
from rome.datasets import SAMPLES
from rome.errors import RomeError
from rome.score import Scorer, read_to_score
from rome.table import Table

_KEY = "score-study"


def show_study() -> Scorer | None:
    """Show the choice and return the study, or say why there is none that can score."""
    entries = {entry.header.study_id: entry for entry in state.library().shelf().entries}
    identity = _chosen()
    if not entries and not identity:
        _say_none()
        return None
    if identity not in entries:
        identity = next(iter(entries), identity)
    if len(entries) > 1 and identity in entries:
        state.set_widget(_KEY, identity)
        st.selectbox(
            "Study that scores",
            list(entries),
            format_func=lambda each: words.study_option(entries[each]),
            key=_KEY,
            help=words.STUDY_HELP,
            on_change=_choose_study,
        )
    try:
        return cache.scorer(identity)
    except RomeError as error:
        st.error(plain(error))
        steps.link("train", GO_TRAIN)
        return None


def _say_none() -> None:
    """Say why nothing can score, and lead to what comes first: a table, or its study."""
    train, data = ("train", GO_TRAIN), ("data", GO_DATA)
    if state.table() is None:
        page.say_empty(words.NO_STUDY_NO_TABLE, *data, train)
    else:
        page.say_empty(words.NO_STUDY, *train, ("data", "Open another table"))


def _choose_study() -> None:
    state.visit().scoring.study = str(state.widget(_KEY))


def show_table(by: Scorer, refused: bool = False) -> None:
    """Show the ways to a table; a file that can't be read is reported, and changes nothing.

    ``refused`` says that the table that is there can't be scored, so that another one is wanted.
    """
    if state.visit().scoring.table is None:
        st.markdown(words.NO_TABLE)
        _ways(by)
        return
    with st.expander(
        "Score another file",
        expanded=refused or bool(state.visit().scoring.problem),
        icon=":material/folder_open:",
    ):
        _ways(by)
        st.button("Close this file", key="score-close", icon=":material/close:", on_click=_drop)


def _ways(by: Scorer) -> None:
    visit = state.visit().scoring
    file = st.file_uploader(
        "A file with the study's columns; the outcome may be missing",
        type=tables.UPLOAD_TYPES,
        key=f"score-upload-{visit.uploads}",
        help=tables.UPLOAD_HELP,
        max_upload_size=tables.MOST_MEGABYTES,
    )
    if file is not None and file.file_id != visit.refused:
        with st.spinner(tables.READING):
            was_read = _read(file.file_id, file.name, file.getvalue(), by)
        if was_read:
            st.rerun()
    if visit.problem:
        st.error(plain(visit.problem))
    opened, sample = _offered(by), _sample_offered(by)
    with st.container(horizontal=True):
        if opened is not None:
            st.button(
                "Score the open table",
                key="score-open-table",
                icon=":material/table:",
                on_click=_take,
                args=(opened,),
            )
        elif sample:
            st.button(
                "Score the sample itself",
                key="score-sample",
                icon=":material/table:",
                on_click=lambda: _take(cache.sample_table(sample)),
            )


def _chosen() -> str:
    """Return the study that scores: the one that was chosen here, else the open one; empty for none."""
    visit, opened = state.visit().scoring, state.study()
    if visit.study:
        return visit.study
    return "" if opened is None else opened.study_id


def _take(table: Table) -> None:
    """Score another table."""
    visit = state.visit().scoring
    visit.table, visit.problem, visit.refused = table, "", ""
    visit.uploads += 1


def _drop() -> None:
    """Score no table."""
    visit = state.visit().scoring
    visit.table, visit.problem = None, ""
    visit.uploads += 1


def _read(upload: str, name: str, content: bytes, by: Scorer) -> bool:
    """Read an uploaded file and score it; a file that can't be read is reported, and changes nothing else."""
    visit = state.visit().scoring
    try:
        _take(read_to_score(content, by.study, name))
    except RomeError as error:
        visit.refused, visit.problem = upload, str(error)
        return False
    return True


def _offered(by: Scorer) -> Table | None:
    """Return the open table where it has the study's columns and isn't the one that is scored."""
    opened, scored = state.table(), state.visit().scoring.table
    if opened is None or (scored is not None and scored.fingerprint == opened.table.fingerprint):
        return None
    needed = {coding.column for coding in by.model.design.codings if coding.reason is None}
    return opened.table if needed <= set(opened.table.frame.columns) else None


def _sample_offered(by: Scorer) -> str:
    """Return the sample that the study was made of, if it was made of one; empty where it wasn't."""
    name = by.study.data.name.removesuffix(".csv")
    return name if name in SAMPLES else ""
