"""What the report will say, section by section, before it is downloaded."""

from __future__ import annotations

import streamlit as st

from dashboard import wording
from dashboard.components.report_form import Wanted
from rome.report.blocks import Code, Listing, Picture, Points, Prose
from rome.report.contents import Section, contents
from rome.results import StudyResult


def show(result: StudyResult, wanted: Wanted) -> None:
    """Show each chosen section: its words, and how many pictures it holds."""
    for section in contents(result, wanted.sections):
        with st.expander(section.title, expanded=section.key == "answer"):
            _words(section)
            pictures = sum(isinstance(block, Picture) for block in section.blocks)
            lists = sum(isinstance(block, (Listing, Code)) for block in section.blocks)
            if pictures or lists:
                st.caption(wording.report.section_holds(pictures, lists))


def _words(section: Section) -> None:
    for block in section.blocks:
        if isinstance(block, Prose):
            st.markdown(wording.plain(block.text))
        elif isinstance(block, Points):
            st.markdown("\n".join(f"- {wording.plain(item)}" for item in block.items))
