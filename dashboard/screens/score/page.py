"""Let a finished study score the rows of another file, and say how that file differs from the study's."""

from dataclasses import replace

import streamlit as st

from dashboard import cache, state
from dashboard.screens.score import choice, rows, words
from dashboard.shared import figure_card, findings_list, page
from dashboard.shared.words import GROUPING_HELP, plain
from rome import figures
from rome.errors import RomeError
from rome.score import ScoredTable, Scorer
from rome.score import words as sentences
from rome.table import Table
from rome.text.measures import GROUPING_LABELS, groupings_shown


def main() -> None:
    """Lay out the page."""
    page.head("score")
    by = choice.show_study()
    if by is None:
        return
    table = state.visit().scoring.table
    scored = None if table is None else _scored(by, table)
    if scored is None:
        choice.show_table(by, refused=table is not None)
        return
    page.answer(sentences.novelty_sentence(scored))
    st.caption(words.file_line(scored))
    choice.show_table(by)
    for said in _said(scored, by):
        if said:
            st.markdown(plain(said))
    rows.show(scored, by, table)
    _show_shares(scored, by)
    _show_columns(scored, by)
    _show_errors(scored, by)
    _show_findings(scored)


def _said(scored: ScoredTable, by: Scorer) -> tuple[str, ...]:
    return (
        sentences.reasons_sentence(scored),
        sentences.filled_sentence(scored),
        sentences.advice_sentence(by.study),
    )


def _scored(by: Scorer, table: Table) -> ScoredTable | None:
    try:
        with st.spinner("Scoring the rows"):
            return cache.scored(by, table)
    except RomeError as error:
        st.error(f"This file can't be scored by this study. {plain(error)}")
        return None


def _show_shares(scored: ScoredTable, by: Scorer) -> None:
    st.subheader("The groups, then and now", anchor=False)
    st.markdown(plain(sentences.shares_sentence(scored)))
    if not scored.shares:
        return
    figure_card.show(
        "score-shares",
        figures.score_shares(scored, by.study),
        figures.score_shares_table(scored),
        result=by.study,
        names=words.SHARE_HEADINGS,
    )
    st.caption(words.SHARES_NOTE)


def _show_columns(scored: ScoredTable, by: Scorer) -> None:
    st.subheader("Columns that moved", anchor=False)
    st.markdown(plain(sentences.columns_sentence(scored)))
    if not scored.columns:
        return
    figure_card.listing("score-columns", figures.column_shifts_table(scored), by.study, words.COLUMN_HEADINGS)
    st.caption(words.COLUMNS_NOTE)


def _show_errors(scored: ScoredTable, by: Scorer) -> None:
    st.subheader("Errors by group", anchor=False)
    st.markdown(plain(sentences.errors_sentence(scored)))
    if scored.errors.evaluation is None:
        return
    offered = list(groupings_shown(by.study))
    grouping = offered[0]
    if len(offered) > 1:
        grouping = st.segmented_control(
            "Groups",
            offered,
            default=offered[0],
            required=True,
            format_func=GROUPING_LABELS.__getitem__,
            key="score-grouping",
            help=GROUPING_HELP,
        )
    figure_card.show(
        f"score-errors-{grouping}",
        figures.score_errors(scored, by.study, grouping),
        figures.score_errors_table(scored, grouping),
        result=by.study,
        names=words.MODEL_HEADINGS,
    )


def _show_findings(scored: ScoredTable) -> None:
    st.subheader("What to know about this file", anchor=False)
    # A fix belongs to the Data page's table, not to this file.
    found = [replace(finding, mend=None) for finding in scored.findings]
    if found:
        findings_list.show(found)
    else:
        st.markdown("The file fits the study: nothing to note.")


main()
