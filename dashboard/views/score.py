"""Let a finished study score the rows of another file, and say how that file differs from the study's."""

from dataclasses import replace

import streamlit as st

from dashboard import cache, scoring, wording
from dashboard.components import (
    figure_card,
    findings_list,
    page_head,
    score_rows,
    score_study,
    score_table,
)
from rome import figures
from rome.errors import RomeError
from rome.score import ScoredTable, Scorer
from rome.score import words as words
from rome.table import Table


def main() -> None:
    """Lay out the page."""
    page_head.show("score")
    by = score_study.show()
    if by is None:
        return
    table = scoring.table()
    scored = None if table is None else _scored(by, table)
    if scored is None:
        score_table.show(by, refused=table is not None)
        return
    page_head.answer(words.novelty_sentence(scored))
    st.caption(wording.score.file_line(scored))
    score_table.show(by)
    for said in _said(scored, by):
        if said:
            st.markdown(wording.plain(said))
    score_rows.show(scored, by, table)
    _show_shares(scored, by)
    _show_columns(scored, by)
    _show_errors(scored, by)
    _show_findings(scored)


def _said(scored: ScoredTable, by: Scorer) -> tuple[str, ...]:
    return (
        words.reasons_sentence(scored),
        words.filled_sentence(scored),
        words.advice_sentence(by.study),
    )


def _scored(by: Scorer, table: Table) -> ScoredTable | None:
    try:
        with st.spinner(wording.score.SCORING):
            return cache.scored(by, table)
    except RomeError as error:
        st.error(f"{wording.score.BAD_TABLE} {wording.plain(error)}")
        return None


def _show_shares(scored: ScoredTable, by: Scorer) -> None:
    st.subheader(wording.score.SHARES_TITLE, anchor=False)
    st.markdown(wording.plain(words.shares_sentence(scored)))
    if not scored.shares:
        return
    figure_card.show(
        "score-shares",
        figures.score_shares(scored, by.study),
        figures.score_shares_table(scored),
        result=by.study,
        names=wording.score.SHARE_HEADINGS,
    )
    st.caption(wording.score.SHARES_NOTE)


def _show_columns(scored: ScoredTable, by: Scorer) -> None:
    st.subheader(wording.score.COLUMNS_TITLE, anchor=False)
    st.markdown(wording.plain(words.columns_sentence(scored)))
    if not scored.columns:
        return
    figure_card.listing(
        "score-columns", figures.column_shifts_table(scored), by.study, wording.score.COLUMN_HEADINGS
    )
    st.caption(wording.score.COLUMNS_NOTE)


def _show_errors(scored: ScoredTable, by: Scorer) -> None:
    st.subheader(wording.score.ERRORS_TITLE, anchor=False)
    st.markdown(wording.plain(words.errors_sentence(scored)))
    if scored.errors.evaluation is None:
        return
    grouping = st.segmented_control(
        wording.score.GROUPING_LABEL,
        list(wording.score.GROUPINGS),
        default="latent",
        required=True,
        format_func=wording.score.GROUPINGS.__getitem__,
        key="score-grouping",
        help=wording.compare.GROUPING_HELP,
    )
    figure_card.show(
        f"score-errors-{grouping}",
        figures.score_errors(scored, by.study, grouping),
        figures.score_errors_table(scored, grouping),
        result=by.study,
        names=wording.score.MODEL_HEADINGS,
    )


def _show_findings(scored: ScoredTable) -> None:
    st.subheader(wording.score.FINDINGS_TITLE, anchor=False)
    # A press that mends belongs to the Data page's table, not to this file.
    found = [replace(finding, mend=None) for finding in scored.findings]
    if found:
        findings_list.show(found)
    else:
        st.markdown(wording.score.NO_FINDINGS)


main()
