"""One row edited by hand: who it would belong to, what would be predicted, and what the edit changed."""

import streamlit as st

from dashboard import cache, wording
from dashboard.components import empty_state, figure_card, page_head, what_if_form, what_if_start
from rome import figures
from rome.errors import RomeError
from rome.score import Answer, Scorer, answer_of, edited
from rome.score import words as words


def main() -> None:
    """Lay out the page."""
    page_head.show("what_if")
    result = empty_state.require_study()
    if result is None:
        return
    try:
        by = cache.scorer(result.study_id)
    except RomeError as error:
        st.error(wording.plain(error))
        st.page_link("views/train.py", label=wording.journey.GO_TRAIN, icon=":material/arrow_forward:")
        return
    answer = st.container()
    what_if_start.show(by)
    form, shown = st.columns([1, 2], gap="large")
    with form:
        before, row = what_if_form.show(by)
    was, now = answer_of(before, by), answer_of(row, by)
    with answer:
        page_head.answer(words.what_if_sentence(was, now, result))
        st.caption(wording.score.mixed_at(result))
        advice = words.advice_sentence(result)
        if advice:
            st.caption(wording.plain(advice))
    with shown:
        changed = edited(before, row)
        st.markdown(wording.score.edits(changed) if changed else wording.score.NOT_EDITED)
        _warn(now)
        _show_answer(by, was, now)


def _warn(now: Answer) -> None:
    outside = words.outside_sentence(now)
    if outside:
        st.warning(wording.plain(outside), icon=":material/warning:")
    elif now.strange:
        st.warning(
            f"{wording.score.STRANGE_AS_A_WHOLE} {wording.plain(now.strange)}.", icon=":material/warning:"
        )


def _show_answer(by: Scorer, was: Answer, now: Answer) -> None:
    st.subheader(wording.score.PREDICTIONS_TITLE, anchor=False)
    figure_card.show(
        "what-if-predictions",
        figures.what_if_predictions(by.study, was, now),
        figures.what_if_table(by.study, was, now),
        result=by.study,
        names=wording.score.WHAT_IF_HEADINGS,
    )
    if len(by.group_names) > 1:
        st.subheader(wording.score.MEMBERSHIP_TITLE, anchor=False)
        figure_card.chart("what-if-membership", figures.what_if_membership(by.study, was, now))
    st.caption(wording.score.CAUSAL_NOTE)


main()
