"""Two chosen studies against each other: what was asked, the errors, and who moved between groups."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import cache
from dashboard.components import figure_card
from dashboard.components.group_name import marked
from dashboard.wording import differences, plain
from dashboard.wording import studies as words
from rome.contrast import Contrast, When
from rome.contrast import words as sentences
from rome.errors import RomeError
from rome.figures.contrast import contrast_errors, contrast_errors_table
from rome.store import Entry

_LETTERS = ("A", "B")


def show(first: Entry, second: Entry) -> None:
    """Show the comparison; the older study is A."""
    try:
        held = cache.contrast(first.header.study_id, second.header.study_id)
    except RomeError as error:
        st.error(plain(error))
        return
    st.caption(" · ".join(words.compared(*pair) for pair in zip(_LETTERS, (first, second), strict=True)))
    with st.container(border=True, key="contrast-answer"):
        st.markdown(plain(sentences.answer(held, _LETTERS)))
    st.subheader(words.DIFFERENCES_TITLE, anchor=False)
    _differences(held)
    st.subheader(words.ERRORS_TITLE, anchor=False)
    _errors(held)
    st.subheader(words.MOVED_TITLE, anchor=False)
    _moved(held)


def _differences(held: Contrast) -> None:
    if not held.differences:
        st.markdown(words.NO_DIFFERENCES)
        return
    lines = [differences.line(each) for each in held.differences]
    st.dataframe(
        pd.DataFrame(lines, columns=list(words.DIFFERENCES_HEADINGS)),
        hide_index=True,
        height="content" if len(lines) <= 12 else 420,
        key="contrast-differences",
        alt=words.DIFFERENCES_TITLE,
    )
    for letter, study, other in zip(
        _LETTERS, (held.first, held.second), (held.second, held.first), strict=True
    ):
        said = differences.networks_line(letter, study, other)
        if said:
            st.caption(said)


def _errors(held: Contrast) -> None:
    if not held.errors:
        st.markdown(words.OTHER_OUTCOMES)
        return
    figure, table = contrast_errors(held, _LETTERS), contrast_errors_table(held, _LETTERS)
    figure_card.show("contrast", figure, table, result=held.first)


def _moved(held: Contrast) -> None:
    if held.movement is None:
        st.markdown(words.OTHER_TABLES)
        return
    if held.movement.posterior.size == 1:
        st.markdown(words.ONE_GROUP_EACH)
        return
    which = st.segmented_control(
        words.CROSS_LABEL,
        list(words.CROSS),
        default="posterior",
        required=True,
        format_func=words.CROSS.__getitem__,
        key="contrast-cross",
        persist_state="session",
    )
    st.dataframe(
        cross_table(held, which),
        hide_index=True,
        height="content",
        key="contrast-table",
        alt=words.CROSS_NOTE,
    )
    st.caption(words.CROSS_NOTE)
    for said in sentences.matches_said(held, _LETTERS):
        st.markdown(f"- {plain(said)}")


def cross_table(held: Contrast, which: When) -> pd.DataFrame:
    """Return the shared rows by group of A (rows) and of B (columns), as text."""
    names = [
        [f"{letter} · {marked(study, group.name)}" for group in study.groups]
        for letter, study in zip(_LETTERS, (held.first, held.second), strict=True)
    ]
    counts, shares = held.movement.counts(which), held.movement.shares_of_first(which)
    lines = [
        [name, *(words.cross_cell(*cell) for cell in zip(line, parts, strict=True))]
        for name, line, parts in zip(names[0], counts, shares, strict=True)
    ]
    return pd.DataFrame(lines, columns=["", *names[1]])
