"""A group at a glance: its name in its colour and symbol, its share, its spread, what stands out."""

from __future__ import annotations

import streamlit as st

from dashboard import wording
from dashboard.components import group_name
from rome.report import sentences
from rome.results import StudyResult

_MOST_A_ROW = 3


def show_all(result: StudyResult) -> None:
    """Show a card for every group, a few in a row."""
    count = len(result.groups)
    # Four stand better two and two.
    a_row = 2 if count in (1, 2, 4) else _MOST_A_ROW
    for first in range(0, count, a_row):
        for column, index in zip(st.columns(a_row), range(first, count), strict=False):
            with column:
                _one(result, index)


def _one(result: StudyResult, index: int) -> None:
    with st.container(border=True, height="stretch"):
        group_name.heading(result, index)
        st.markdown(wording.plain(sentences.group_sentence(result, index)))
        facts = wording.groups.group_facts(result.groups[index], result.roles.outcome)
        if facts:
            st.caption(facts, help=wording.groups.SIGMA_HELP)
        if result.chosen.groupings["latent"][index].too_small:
            st.caption(wording.groups.too_few(result.settings.min_group_size))
