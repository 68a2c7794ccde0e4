"""One row edited by hand: who it would belong to, what would be predicted, and what the edit changed."""

import streamlit as st

from dashboard import cache
from dashboard.screens.what_if import edit, words
from dashboard.shared import figure_card, page, steps
from dashboard.shared.words import GO_TRAIN, plain
from rome import figures
from rome.errors import RomeError
from rome.score import Answer, Contributions, Scorer, answer_of, contributions, edited
from rome.score import words as sentences


def main() -> None:
    """Lay out the page."""
    page.head("what_if")
    result = page.require_study()
    if result is None:
        return
    try:
        by = cache.scorer(result.study_id)
    except RomeError as error:
        st.error(plain(error))
        steps.link("train", GO_TRAIN)
        return
    answer = st.container()
    edit.show_start(by)
    form, shown = st.columns([1, 2], gap="large")
    with form:
        before, row = edit.show_form(by)
    was, now = answer_of(before, by), answer_of(row, by)
    with answer:
        page.answer(sentences.what_if_sentence(was, now, result))
        st.caption(words.mixed_at(result))
        advice = sentences.advice_sentence(result)
        if advice:
            st.caption(plain(advice))
    with shown:
        changed = edited(before, row)
        if changed:
            st.markdown(words.edits(changed))
        else:
            st.caption(words.NOT_EDITED)
        _warn(now)
        _show_answer(by, was, now)
        _show_why(by, contributions(row, by))


def _show_why(by: Scorer, found: Contributions | None) -> None:
    """Show what each column adds to the predictions; networks' predictions are no sums."""
    if found is None:
        return
    st.subheader("Why", anchor=False)
    st.markdown(plain(sentences.why_sentence(found, by.study)))
    if not found.columns:
        return
    figure_card.show(
        "why",
        figures.contributions_chart(by.study, found),
        figures.contributions_table(by.study, found),
        result=by.study,
    )
    st.caption(words.WHY_NOTE)


def _warn(now: Answer) -> None:
    outside = sentences.outside_sentence(now)
    if outside:
        st.warning(plain(outside), icon=":material/warning:")
    elif now.strange:
        st.warning(
            f"As a whole, this row is unlike anything that the study has seen: {plain(now.strange)}.",
            icon=":material/warning:",
        )


def _show_answer(by: Scorer, was: Answer, now: Answer) -> None:
    st.subheader("Predictions", anchor=False)
    figure_card.show(
        "what-if-predictions",
        figures.what_if_predictions(by.study, was, now),
        figures.what_if_table(by.study, was, now),
        result=by.study,
        names=words.WHAT_IF_HEADINGS,
    )
    if len(by.group_names) > 1:
        st.subheader("Membership", anchor=False)
        figure_card.chart("what-if-membership", figures.what_if_membership(by.study, was, now))
    st.caption(words.CAUSAL_NOTE)


main()
