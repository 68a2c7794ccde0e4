"""Who is in each group, how sure that is, and whether the groups are needed at all."""

import streamlit as st

from dashboard import wording
from dashboard.components import (
    cohort_list,
    empty_state,
    figure_card,
    group_card,
    group_picker,
    map_card,
    next_page,
    page_head,
    selection_card,
    sweep_card,
)
from rome import figures
from rome.figures.membership import membership_table
from rome.results import StudyResult
from rome.text import sentences, verdict


def main() -> None:
    """Lay out the page."""
    page_head.show("groups")
    result = empty_state.require_study()
    if result is None:
        return
    explained = None if verdict.verdict_detail(result) else wording.groups.LIKELIHOOD_HELP
    page_head.answer(verdict.verdict_answer(result), explained)
    page_head.remedy(result)
    _show_reasons(result)
    group_card.show_all(result)
    if len(result.groups) > 1:
        st.caption(wording.groups.SHARES_NOTE)
    _show_map(result)
    _show_figures(result)
    _show_evidence(result)
    next_page.button("compare", wording.journey.GO_COMPARE)


def _show_reasons(result: StudyResult) -> None:
    """Show the exact sentence behind the answer, and what the answer does not prove."""
    detail = verdict.verdict_detail(result)
    if detail:
        st.caption(wording.plain(detail), help=wording.groups.LIKELIHOOD_HELP)
    caution = sentences.gain_caution(result)
    if caution:
        st.caption(wording.plain(caution))
        if result.dro.recommended == "pooled":
            st.caption(wording.groups.NOT_RECOMMENDED)
    nobody = verdict.nobodys_groups(result)
    if nobody:
        st.caption(wording.plain(nobody))


@st.fragment
def _show_map(result: StudyResult) -> None:
    """Show the map with what is picked on it and kept; a pick draws this anew and nothing else."""
    st.subheader(wording.groups.MAP_TITLE, anchor=False)
    selection_card.show(result, map_card.show(result))
    cohort_list.show(result)


def _show_evidence(result: StudyResult) -> None:
    if result.verdict is not None:
        st.subheader(wording.groups.EVIDENCE_TITLE, anchor=False)
        st.caption(wording.plain(sentences.gain_sentence(result)), help=wording.groups.LIKELIHOOD_HELP)
        figure_card.show("accounts", figures.accounts(result), figures.accounts_table(result), result=result)
        figure_card.listing("beside", figures.beside_verdict(result), result)
    sweep_card.show(result)


def _show_figures(result: StudyResult) -> None:
    _show_one_group(result)
    st.subheader(wording.groups.COEFFICIENTS_TITLE, anchor=False)
    figure_card.show(
        "coefficients", figures.coefficients(result), figures.coefficients_table(result), result=result
    )
    st.subheader(wording.groups.SIZES_TITLE, anchor=False)
    figure_card.show("sizes", figures.sizes(result), figures.sizes_table(result), result=result)


@st.fragment
def _show_one_group(result: StudyResult) -> None:
    """Show the group that is picked; another one draws this anew and nothing else."""
    st.subheader(wording.groups.PROFILE_TITLE, anchor=False)
    index = group_picker.show(result)
    figure_card.show(
        f"profile-{index + 1}",
        figures.profile(result, index),
        figures.profile_table(result, index),
        result=result,
    )
    if len(result.groups) > 1:
        st.subheader(wording.groups.MEMBERSHIP_TITLE, anchor=False)
        figure_card.show(
            f"movers-{index + 1}",
            figures.movers(result, index),
            figures.movers_table(result, index),
            result=result,
        )
        with st.expander(wording.groups.ODDS_TITLE, icon=":material/table:"):
            _show_odds(result)


def _show_odds(result: StudyResult) -> None:
    if result.training is not None:
        st.markdown(wording.groups.NO_ODDS)
        return
    st.caption(wording.groups.MEMBERSHIP_LEAD)
    figure_card.listing("membership", membership_table(result), result)


main()
