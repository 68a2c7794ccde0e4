"""What the user decides about a report: its title, notes, questions and sections, kept with the study."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.screens.report import words
from dashboard.shared.words import plain
from rome.errors import RomeError
from rome.report import Extras, ReportDraft, read_draft, write_draft
from rome.report.contents import SECTIONS, available
from rome.report.draft import MOST_NOTES
from rome.results import StudyResult
from rome.text.limits import QUESTIONS


def show(result: StudyResult, extras: Extras) -> ReportDraft:
    """Show the form, keep what it says with the study, and return it."""
    before = _kept(result)
    wanted = ReportDraft(
        title=_title(result, before),
        notes=_notes(result, before),
        left_out=_left_out(result, before, available(extras)),
        questions=_questions(result, before),
    )
    _keep(result, wanted)
    if _problem():
        st.error(plain(_problem()))
    return wanted


def _title(result: StudyResult, before: ReportDraft) -> str:
    prepared = words.report_title(result)
    title = st.text_input(
        "Title",
        before.title or prepared,
        key=f"report-title-{result.study_id}",
        max_chars=200,
        persist_state="session",
    )
    return "" if title in (None, prepared) else title


def _notes(result: StudyResult, before: ReportDraft) -> str:
    return (
        st.text_area(
            "Notes",
            before.notes,
            key=f"report-notes-{result.study_id}",
            height=110,
            max_chars=MOST_NOTES,
            help=words.NOTES_HELP,
            persist_state="session",
        )
        or ""
    )


def _left_out(result: StudyResult, before: ReportDraft, known: tuple[str, ...]) -> tuple[str, ...]:
    st.markdown("**Sections**", help="Leave out what your reader does not need.")
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
        st.caption(words.SECTION_NOTES[key])
    return wanted


def _questions(result: StudyResult, before: ReportDraft) -> tuple[str, ...]:
    key = f"report-questions-{result.study_id}"
    with st.expander("Edit the questions that the numbers do not answer", icon=":material/edit_note:"):
        text = st.text_area(
            "One question a line",
            "\n".join(before.questions),
            key=key,
            height=230,
            max_chars=MOST_NOTES,
            persist_state="session",
        )
        st.button(
            "Back to the prepared questions",
            key="report-prepared",
            icon=":material/undo:",
            on_click=state.set_widget,
            args=(key, "\n".join(QUESTIONS)),
        )
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def _kept(result: StudyResult) -> ReportDraft:
    """Return what was kept; an untouched draft, and a word of why in ``problem``, where it can't be read."""
    try:
        return read_draft(state.library().folder(result.study_id))
    except RomeError as error:
        state.visit().draft_problem = str(error)
        return ReportDraft()


def _keep(result: StudyResult, wanted: ReportDraft) -> None:
    """Keep a draft with the study, unless it is there already."""
    try:
        folder = state.library().folder(result.study_id)
        if read_draft(folder) != wanted:
            write_draft(folder, wanted)
        state.visit().draft_problem = ""
    except RomeError as error:
        state.visit().draft_problem = str(error)


def _problem() -> str:
    """Return why the draft could not be read or kept; empty where it could."""
    return state.visit().draft_problem
