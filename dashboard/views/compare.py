"""One model for everybody against ROME, at every position of the dial, the worst group first."""

import streamlit as st

from dashboard import wording
from dashboard.components import (
    cohort_errors_card,
    comparison_card,
    comparison_work,
    confirmation,
    dial,
    empty_state,
    error_controls,
    figure_card,
    model_choice,
    next_page,
    overlap_card,
    page_head,
)
from rome import figures
from rome.results import StudyResult
from rome.text import sentences
from rome.text.fixes import pooled_sentence


def main() -> None:
    """Lay out the page."""
    page_head.show("compare")
    result = empty_state.require_study()
    if result is None:
        return
    if result.fit.n_groups < 2:
        _answer(result)
        st.markdown(wording.journey.ONE_GROUP)
        st.page_link("views/train.py", label=wording.journey.GO_TRAIN, icon=":material/arrow_forward:")
        _show_others(result)
        return
    _show_dialled(result)
    _show_others(result)
    overlap_card.show(result)
    next_page.button("report", wording.journey.GO_REPORT)


def _answer(result: StudyResult) -> None:
    page_head.answer(sentences.headline(result, dial.standing(result)))
    page_head.remedy(result)


@st.fragment
def _show_dialled(result: StudyResult) -> None:
    """Show what the dial changes; a turn draws this anew and leaves the rest of the page as it is."""
    _answer(result)
    confirmation.show(result)
    strength = dial.show(result)
    _show_worst(result, strength)
    _show_errors(result, strength)
    cohort_errors_card.show(result)
    st.subheader(wording.compare.PATH_TITLE, anchor=False)
    figure_card.show(
        "path", figures.path(result, strength=strength), figures.path_table(result), result=result
    )


def _show_others(result: StudyResult) -> None:
    st.subheader(wording.others.TITLE, anchor=False)
    st.caption(wording.others.LEAD)
    identity = comparison_work.show(result)
    comparison = None if identity is None else comparison_work.load(result, identity)
    if comparison is not None:
        comparison_card.show(result, comparison, model_choice.reference_of(result))


def _show_worst(result: StudyResult, strength: float) -> None:
    st.subheader(wording.compare.WORST_TITLE, anchor=False)
    st.caption(wording.plain(pooled_sentence(result)))
    figure_card.show(
        "worst-group",
        figures.worst_group(result, strength),
        figures.worst_group_table(result, strength),
        result=result,
        names=wording.compare.WORST_HEADINGS,
    )


def _show_errors(result: StudyResult, strength: float) -> None:
    st.subheader(wording.compare.ERRORS_TITLE, anchor=False)
    shown = error_controls.show(result)
    figure = figures.error_by_group(
        result, shown.grouping, strength, metric=shown.metric, with_sensitive=shown.with_sensitive
    )
    table = figures.error_by_group_table(result, shown.grouping, strength, metric=shown.metric)
    figure_card.show(
        f"errors-{shown.grouping}", figure, table, result=result, names=wording.compare.MODEL_HEADINGS
    )


main()
