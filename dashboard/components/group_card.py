"""A group at a glance: its name in its colour and symbol, its share, its spread, what stands out."""

from __future__ import annotations

import streamlit as st

from dashboard import wording
from dashboard.components import group_name
from rome.report import sentences
from rome.results import StudyResult

_A_ROW = 3


def show_all(result: StudyResult) -> None:
    """Show a card for every group, a few in a row."""
    for first in range(0, len(result.groups), _A_ROW):
        shown = range(first, min(first + _A_ROW, len(result.groups)))
        width = max(2, min(_A_ROW, len(result.groups)))
        for column, index in zip(st.columns(width), shown, strict=False):
            with column:
                _one(result, index)


def _one(result: StudyResult, index: int) -> None:
    with st.container(border=True, height="stretch"):
        group_name.heading(result, index)
        st.markdown(wording.plain(sentences.group_sentence(result, index)))
        facts = wording.groups.group_facts(result.groups[index], result.roles.outcome)
        if facts:
            st.caption(facts, help=wording.groups.SIGMA_HELP)
