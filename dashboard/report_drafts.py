"""The draft of the open study's report: title, notes, questions and sections, kept with the study."""

from __future__ import annotations

from dashboard import state
from rome.errors import RomeError
from rome.report import ReportDraft, read_draft, write_draft
from rome.results import StudyResult


def kept(result: StudyResult) -> ReportDraft:
    """Return what was kept; an untouched draft, and a word of why in ``problem``, where it can't be read."""
    try:
        return read_draft(state.library().folder(result.study_id))
    except RomeError as error:
        state.visit().draft_problem = str(error)
        return ReportDraft()


def keep(result: StudyResult, wanted: ReportDraft) -> None:
    """Keep a draft with the study, unless it is there already."""
    try:
        folder = state.library().folder(result.study_id)
        if read_draft(folder) != wanted:
            write_draft(folder, wanted)
        state.visit().draft_problem = ""
    except RomeError as error:
        state.visit().draft_problem = str(error)


def problem() -> str:
    """Return why the draft could not be read or kept; empty where it could."""
    return state.visit().draft_problem
