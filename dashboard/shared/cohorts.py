"""The cohorts of the open study: kept, renamed, deleted and brought back by callbacks, and their errors."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import cache, state
from dashboard.shared import figure_card
from dashboard.shared.words import plain
from rome import figures
from rome.cohorts import Cohort, CohortBook, Origin
from rome.cohorts.words import MANY, scores_sentence
from rome.errors import RomeError
from rome.results import StudyResult

HEADINGS = {
    "cohort": "Cohort",
    "n": "held out",
    "pooled": "Pooled",
    "rome": "ROME",
    "relative": "change",
    "p_value": "p (Holm)",
    "chosen": "how chosen",
}


def _book(result: StudyResult) -> CohortBook:
    """Return where the cohorts of a study in the library are kept."""
    return CohortBook(state.library().folder(result.study_id))


def kept(result: StudyResult) -> tuple[Cohort, ...]:
    """Return the cohorts of a study; none, and a word of why in ``problem``, where they can't be read."""
    try:
        return _book(result).all()
    except RomeError as error:
        state.visit().cohort_problem = str(error)
        return ()


def save(result: StudyResult, key: str, rows: tuple[int, ...], origin: Origin) -> None:
    """Keep rows under the name that the widget called ``key`` holds."""
    if _try(lambda: _book(result).add(str(state.widget(key) or ""), rows, origin)):
        state.set_widget(key, "")


def rename(result: StudyResult, cohort_id: str, key: str) -> None:
    """Give a cohort the name that the widget called ``key`` holds."""
    _try(lambda: _book(result).rename(cohort_id, str(state.widget(key) or "")))


def delete(result: StudyResult, cohort_id: str) -> None:
    """Delete a cohort; ``undo`` brings it back."""
    removed = _try(lambda: _book(result).remove(cohort_id))
    if removed:
        state.visit().deleted_cohort = (result.study_id, removed)


def undo(result: StudyResult) -> None:
    """Bring the cohort back that was deleted last."""
    cohort = deleted(result)
    if cohort is not None and _try(lambda: _book(result).restore(cohort)):
        state.visit().deleted_cohort = None


def _try(change: Callable[[], object]) -> object:
    """Make a change, and return what it gives, or True; what forbids it is kept for ``problem``."""
    now = state.visit()
    now.cohort_problem = ""
    try:
        return change() or True
    except RomeError as error:
        now.cohort_problem = str(error)
        return None


def deleted(result: StudyResult) -> Cohort | None:
    """Return the cohort of this study that the visitor deleted last, as long as it can be brought back."""
    last = state.visit().deleted_cohort
    return last[1] if last is not None and last[0] == result.study_id else None


def problem() -> str:
    """Return why the last change could not be made, in rome's words; empty where it could."""
    return state.visit().cohort_problem


def show_errors(result: StudyResult) -> None:
    """Show the errors of named cohorts under a heading; nothing where no cohort is kept."""
    if kept(result):
        st.subheader("Errors of named cohorts", anchor=False)
        error_figure(result)


def error_figure(result: StudyResult) -> None:
    """Show the errors of named cohorts; nothing where no cohort is kept."""
    named = kept(result)
    if not named:
        return
    found = cache.cohort_scores(result, named)
    figure_card.show(
        "cohorts",
        figures.cohort_errors(result, found),
        figures.cohort_errors_table(result, found),
        result=result,
        names=HEADINGS,
    )
    st.markdown("\n".join(f"- {plain(scores_sentence(result, each))}" for each in found))
    st.caption(f"{MANY} ROME is scored at the study's DRO strength, {result.dro.strength:g}.")
