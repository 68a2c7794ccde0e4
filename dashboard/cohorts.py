"""The cohorts of the open study: kept, renamed, deleted and brought back, each by a callback of a button."""

from __future__ import annotations

from dashboard import state
from rome.cohorts import Cohort, CohortBook, Origin
from rome.errors import RomeError
from rome.results import StudyResult


def book(result: StudyResult) -> CohortBook:
    """Return where the cohorts of a study in the library are kept."""
    return CohortBook(state.library().folder(result.study_id))


def kept(result: StudyResult) -> tuple[Cohort, ...]:
    """Return the cohorts of a study; none, and a word of why in ``problem``, where they can't be read."""
    try:
        return book(result).all()
    except RomeError as error:
        _say(str(error))
        return ()


def save(result: StudyResult, key: str, rows: tuple[int, ...], origin: Origin) -> None:
    """Keep rows under the name that the widget called ``key`` holds."""
    try:
        book(result).add(str(state.widget(key) or ""), rows, origin)
    except RomeError as error:
        _say(str(error))
        return
    _say("")
    state.set_widget(key, "")


def rename(result: StudyResult, cohort_id: str, key: str) -> None:
    """Give a cohort the name that the widget called ``key`` holds."""
    try:
        book(result).rename(cohort_id, str(state.widget(key) or ""))
        _say("")
    except RomeError as error:
        _say(str(error))


def delete(result: StudyResult, cohort_id: str) -> None:
    """Delete a cohort; ``undo`` brings it back."""
    try:
        state.visit().deleted_cohort = (result.study_id, book(result).remove(cohort_id))
        _say("")
    except RomeError as error:
        _say(str(error))


def undo(result: StudyResult) -> None:
    """Bring the cohort back that was deleted last."""
    cohort = deleted(result)
    if cohort is None:
        return
    try:
        book(result).restore(cohort)
        state.visit().deleted_cohort = None
        _say("")
    except RomeError as error:
        _say(str(error))


def deleted(result: StudyResult) -> Cohort | None:
    """Return the cohort of this study that the visitor deleted last, as long as it can be brought back."""
    last = state.visit().deleted_cohort
    return last[1] if last is not None and last[0] == result.study_id else None


def problem() -> str:
    """Return why the last change could not be made, in rome's words; empty where it could."""
    return state.visit().cohort_problem


def _say(text: str) -> None:
    state.visit().cohort_problem = text
