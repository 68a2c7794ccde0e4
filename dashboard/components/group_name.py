"""A group's name with its symbol, so that it is known again on every page, in colour and without."""

from __future__ import annotations

import streamlit as st

from rome.figures import group_style
from rome.results import StudyResult


def marked(result: StudyResult, name: str) -> str:
    """Return ``● Group 1`` for a latent group of the study; any other name stays as it is."""
    names = [group.name for group in result.groups]
    return f"{group_style(names.index(name)).glyph} {name}" if name in names else name


def heading(result: StudyResult, index: int) -> None:
    """Show a latent group's name as a heading, its symbol in its colour.

    The text is ours: groups are called "Group 1", "Group 2", …, never by a value of the table.
    """
    style, name = group_style(index), f"Group {index + 1}"
    if result.groups[index].name != name:
        st.subheader(result.groups[index].name, anchor=False)
        return
    st.html(f'<h3 class="rome-group"><span style="color:{style.colour}">{style.glyph}</span>{name}</h3>')
