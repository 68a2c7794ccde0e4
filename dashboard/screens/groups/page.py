"""Who is in each group, how sure that is, and whether the groups are needed at all."""

import streamlit as st

from dashboard.screens.groups import cards, map, selection, words
from dashboard.shared import failed, figure_card, page, runs
from dashboard.shared.words import plain
from rome import figures, jobs, study
from rome.errors import RomeError
from rome.figures import membership_table
from rome.results import StudyResult
from rome.study import Gathered
from rome.text import verdict


def main() -> None:
    """Lay out the page."""
    page.head("groups")
    result = page.require_study()
    if result is None:
        return
    explained = None if verdict.verdict_detail(result) else words.LIKELIHOOD_HELP
    page.answer(verdict.verdict_answer(result), explained)
    _show_reasons(result)
    _show_map(result)
    failed.show(result)
    page.remedy(result)
    st.subheader("Who is in each group", anchor=False)
    cards.show_all(result)
    if len(result.groups) > 1:
        st.caption(words.SHARES_NOTE)
    _show_figures(result)
    _show_evidence(result)
    page.next_button("compare", "Compare with one model")


def _show_reasons(result: StudyResult) -> None:
    """Show the exact sentence behind the answer, and what the answer does not prove."""
    detail = verdict.verdict_detail(result)
    if detail:
        st.caption(plain(detail), help=words.LIKELIHOOD_HELP)
    caution = verdict.gain_caution(result)
    if caution:
        st.caption(plain(caution))
        if result.dro.recommended == "pooled":
            st.caption(words.NOT_RECOMMENDED)
    nobody = verdict.nobodys_groups(result)
    if nobody:
        st.caption(plain(nobody))


@st.fragment
def _show_map(result: StudyResult) -> None:
    """Show the map with what is picked on it and kept; a pick draws this anew and nothing else."""
    selection.show(result, map.show(result))
    selection.show_cohorts(result)


def _show_evidence(result: StudyResult) -> None:
    if result.verdict is not None:
        st.subheader("Groups against one-group models", anchor=False)
        st.caption(plain(verdict.gain_sentence(result)), help=words.LIKELIHOOD_HELP)
        figure_card.show(
            "accounts", figures.null_models(result), figures.null_models_table(result), result=result
        )
        figure_card.listing("beside", figures.beside_verdict(result), result)
    _show_sweep(result)


def _show_figures(result: StudyResult) -> None:
    _show_one_group(result)
    st.subheader("What each group's prediction weighs", anchor=False)
    figure_card.show(
        "coefficients", figures.coefficients(result), figures.coefficients_table(result), result=result
    )
    st.subheader("How large the groups are", anchor=False)
    figure_card.show("sizes", figures.sizes(result), figures.sizes_table(result), result=result)


@st.fragment
def _show_one_group(result: StudyResult) -> None:
    """Show the group that is picked; another one draws this anew and nothing else."""
    st.subheader("How a group differs from everybody", anchor=False)
    index = cards.pick(result)
    figure_card.show(
        f"profile-{index + 1}",
        figures.profile(result, index),
        figures.profile_table(result, index),
        result=result,
    )
    if len(result.groups) > 1:
        st.subheader("What moves people into this group and out of it", anchor=False)
        figure_card.show(
            f"movers-{index + 1}",
            figures.partial_effects(result, index),
            figures.partial_effects_table(result, index),
            result=result,
        )
        with st.expander("The same as odds", icon=":material/table:"):
            _show_odds(result)


def _show_odds(result: StudyResult) -> None:
    if result.training is not None:
        st.markdown(words.NO_ODDS)
        return
    st.caption(words.MEMBERSHIP_LEAD)
    figure_card.listing("membership", membership_table(result), result)


def _show_sweep(result: StudyResult) -> None:
    """Show the numbers that the study tried, or those of a suggestion that was made before it."""
    if result.selection_reason is not None:
        st.subheader(words.SELECTION_TITLE, anchor=False)
        table = figures.selection_table(result)
        figure_card.show("selection", figures.selection(result), table, result=result)
        if len(result.selection) > 1:
            curves = figures.selection_curves(result.selection, result.fit.n_groups)
            figure_card.chart("selection-curves", curves)
        return
    advice = _stored(result)
    if advice is None or len(advice.candidates) < 2:
        return
    st.subheader(words.SELECTION_TITLE, anchor=False)
    st.caption(words.suggested(advice.n_groups, result.fit.n_groups))
    reason = verdict.choice_sentence(advice.reason, advice.candidates)
    caption = f"{reason}{figures.why_fewer(advice.candidates, result.settings.max_groups)}"
    drawn = figures.selection_of(advice.candidates, advice.n_groups, caption, advice.reason)
    figure_card.chart("selection", drawn)
    figure_card.chart("selection-curves", figures.selection_curves(advice.candidates, advice.n_groups))


def _stored(result: StudyResult) -> Gathered | None:
    """Return the suggestion that was made for this table, these roles and settings, if one is kept."""
    identity = study.advice_id(result.data.fingerprint, result.roles, result.settings)
    job = runs.beside("advice", identity)
    if job is None or job.state() != "done":
        return None
    try:
        return jobs.advice_of(job.outcome())
    except RomeError as error:
        st.caption(plain(error))
        return None


main()
