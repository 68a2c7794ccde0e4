"""What the user decides about a report: its title, notes and sections."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard import wording
from rome.report.contents import SECTIONS
from rome.results import StudyResult


@dataclass(frozen=True)
class Wanted:
    """The report as the user wants it; no section at all means that there can be none."""

    title: str
    notes: str
    sections: tuple[str, ...]


def show(result: StudyResult) -> Wanted:
    """Show the form and return what it says."""
    title = st.text_input(
        wording.report.TITLE_LABEL,
        wording.report.report_title(result),
        key=f"report-title-{result.study_id}",
        max_chars=200,
        persist_state="session",
    )
    notes = st.text_area(
        wording.report.NOTES_LABEL,
        key=f"report-notes-{result.study_id}",
        height=110,
        help=wording.report.NOTES_HELP,
        persist_state="session",
    )
    sections = st.multiselect(
        wording.report.SECTIONS_LABEL,
        list(SECTIONS),
        list(SECTIONS),
        format_func=SECTIONS.__getitem__,
        key="report-sections",
        help=wording.report.SECTIONS_HELP,
        persist_state="session",
    )
    return Wanted(title or wording.report.report_title(result), notes or "", tuple(sections))
