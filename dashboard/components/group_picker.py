"""Which group a figure is about."""

from __future__ import annotations

import streamlit as st

from dashboard import wording
from dashboard.components.group_name import marked
from rome.results import StudyResult


def show(result: StudyResult) -> int:
    """Show the groups side by side and return the index of the chosen one, the first to begin with."""
    return st.segmented_control(
        wording.groups.PROFILE_LABEL,
        range(len(result.groups)),
        default=0,
        required=True,
        format_func=lambda index: wording.plain(marked(result, result.groups[index].name)),
        key=f"group-{result.study_id}",
        label_visibility="collapsed",
        persist_state="session",
    )
