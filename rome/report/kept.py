"""The report of a study on disk, with what people kept beside it: a draft, and named cohorts."""

from __future__ import annotations

from pathlib import Path

from rome.cohorts import CohortBook, cohort_scores
from rome.report.contents import available
from rome.report.draft import read_draft
from rome.report.extras import Extras
from rome.report.html import render
from rome.store import read_folder


def render_folder(folder: str | Path) -> str:
    """Return the report of the study in ``folder`` as its draft wants it, with its cohorts.

    Raises
    ------
    StoreError
        The study, its draft or its cohorts can't be read.
    """
    result, draft = read_folder(folder), read_draft(folder)
    found = cohort_scores(result, CohortBook(folder).all())
    extras = Extras(draft.questions, found)
    sections = tuple(key for key in available(extras) if key not in draft.left_out)
    return render(result, title=draft.title or None, notes=draft.notes, sections=sections, extras=extras)
