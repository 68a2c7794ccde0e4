"""What the user decides about a report: its title, notes, questions and sections, kept with the study."""

from __future__ import annotations

import streamlit as st

from dashboard import report_drafts, state, wording
from rome.report import Extras, ReportDraft
from rome.report.contents import SECTIONS, available
from rome.report.draft import MOST_NOTES
from rome.results import StudyResult
from rome.text.limits import QUESTIONS


def show(result: StudyResult, extras: Extras) -> ReportDraft:
    """Show the form, keep what it says with the study, and return it."""
    before = report_drafts.kept(result)
    wanted = ReportDraft(
        title=_title(result, before),
        notes=_notes(result, before),
        left_out=_left_out(result, before, available(extras)),
        questions=_questions(result, before),
    )
    report_drafts.keep(result, wanted)
    if report_drafts.problem():
        st.error(wording.plain(report_drafts.problem()))
    return wanted


def _title(result: StudyResult, before: ReportDraft) -> str:
    prepared = wording.report.report_title(result)
    title = st.text_input(
        wording.report.TITLE_LABEL,
        before.title or prepared,
        key=f"report-title-{result.study_id}",
        max_chars=200,
        persist_state="session",
    )
    return "" if title in (None, prepared) else title


def _notes(result: StudyResult, before: ReportDraft) -> str:
    return (
        st.text_area(
            wording.report.NOTES_LABEL,
            before.notes,
            key=f"report-notes-{result.study_id}",
            height=110,
            max_chars=MOST_NOTES,
            help=wording.report.NOTES_HELP,
            persist_state="session",
        )
        or ""
    )


def _left_out(result: StudyResult, before: ReportDraft, known: tuple[str, ...]) -> tuple[str, ...]:
    st.markdown(f"**{wording.report.SECTIONS_LABEL}**", help=wording.report.SECTIONS_HELP)
    half = (len(known) + 1) // 2
    chosen: dict[str, bool] = {}
    for column, keys in zip(st.columns(2, gap="large"), (known[:half], known[half:]), strict=True):
        with column:
            for key in keys:
                chosen[key] = _section(result, before, key)
    # What can't be shown now stays as it was.
    absent = tuple(key for key in before.left_out if key not in chosen)
    return (*(key for key, wanted in chosen.items() if not wanted), *absent)


def _section(result: StudyResult, before: ReportDraft, key: str) -> bool:
    with st.container(gap="xxsmall"):
        wanted = st.checkbox(
            SECTIONS[key],
            key not in before.left_out,
            key=f"report-section-{key}-{result.study_id}",
            persist_state="session",
        )
        st.caption(wording.report.SECTION_NOTES[key])
    return wanted


def _questions(result: StudyResult, before: ReportDraft) -> tuple[str, ...]:
    key = f"report-questions-{result.study_id}"
    with st.expander(wording.report.QUESTIONS_LABEL, icon=":material/edit_note:"):
        text = st.text_area(
            wording.report.QUESTIONS_NOTE,
            "\n".join(before.questions),
            key=key,
            height=230,
            max_chars=MOST_NOTES,
            persist_state="session",
        )
        st.button(
            wording.report.PREPARED_QUESTIONS,
            key="report-prepared",
            icon=":material/undo:",
            on_click=state.set_widget,
            args=(key, "\n".join(QUESTIONS)),
        )
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())
