"""One model for everybody against ROME, at every DRO strength, the worst group first."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import cache
from dashboard.screens.compare import decisions, dro_strength, models, others, words
from dashboard.shared import cohorts, failed, figure_card, page, steps
from dashboard.shared.words import GO_TRAIN, GROUPING_HELP, plain
from rome import figures
from rome.results import StudyResult
from rome.settings.study import Grouping
from rome.text import advice, claims
from rome.text.fixes import pooled_sentence
from rome.text.measures import GROUPING_LABELS, groupings_shown, measure


def main() -> None:
    """Lay out the page."""
    page.head("compare")
    result = page.require_study()
    if result is None:
        return
    if result.fit.n_groups < 2:
        page.answer(claims.headline(result, dro_strength.standing(result)))
        _show_one_group(result)
        return
    _show_at_strength(result)
    _show_candidates(result)
    _show_others(result)
    _show_overlap(result)
    page.next_button("report", "Make the report")


def _show_one_group(result: StudyResult) -> None:
    """Show whom one model fails: everything but what takes two groups."""
    failed.show(result)
    page.beside(result)
    page.remedy(result)
    _show_errors(result, dro_strength.standing(result))
    decisions.show(result, "observed")
    cohorts.show_errors(result)
    st.markdown(words.ONE_GROUP)
    steps.link("train", GO_TRAIN)
    _show_candidates(result)
    _show_others(result)
    page.next_button("report", "Make the report")


@st.fragment
def _show_at_strength(result: StudyResult) -> None:
    """Show what the DRO strength changes; another strength draws this anew, and not the rest of the page."""
    page.answer(claims.headline(result, dro_strength.standing(result)))
    strength = dro_strength.show(result)
    _show_worst(result, strength)
    if result.advice is not None:
        st.markdown(plain(advice.recommendation_sentence(result)))
    page.beside(result)
    failed.show(result)
    page.remedy(result)
    _show_errors(result, strength)
    decisions.show(result, "observed")
    cohorts.show_errors(result)
    st.subheader("What the DRO strength gains and costs", anchor=False)
    st.caption(dro_strength.note(result, claims.flat_from(result)))
    figure_card.show(
        "path", figures.path(result, dro_strength=strength), figures.path_table(result), result=result
    )


def _show_candidates(result: StudyResult) -> None:
    """Show every model that the study tried, and how it ended."""
    if result.advice is None:
        return
    with st.expander("What was tried, simplest first", icon=":material/list:"):
        st.caption(words.candidates_note(result.advice))
        figure_card.listing("candidates", figures.candidates_table(result), result)


def _show_others(result: StudyResult) -> None:
    st.subheader("Against other models", anchor=False)
    st.caption(words.OTHERS_LEAD)
    identity = others.show(result)
    comparison = None if identity is None else others.load(result, identity)
    if comparison is not None:
        others.show_comparison(result, comparison, models.reference_of(result))


def _show_worst(result: StudyResult, strength: float) -> None:
    st.subheader("One model (pooled) against ROME", anchor=False)
    figure_card.show(
        "worst-group",
        figures.worst_group(result, strength),
        figures.worst_group_table(result, strength),
        result=result,
        names=words.WORST_HEADINGS,
    )
    st.caption(plain(pooled_sentence(result)))


def _show_errors(result: StudyResult, strength: float) -> None:
    st.subheader("Error by group", anchor=False)
    shown = _show_controls(result)
    figure = figures.error_by_group(
        result, shown.grouping, strength, metric=shown.metric, with_sensitive=shown.with_sensitive
    )
    table = figures.error_by_group_table(result, shown.grouping, strength, metric=shown.metric)
    figure_card.show(f"errors-{shown.grouping}", figure, table, result=result, names=words.MODEL_HEADINGS)


@dataclass(frozen=True)
class Shown:
    """What the errors by group are drawn for."""

    grouping: Grouping
    metric: str
    with_sensitive: bool


def _show_controls(result: StudyResult) -> Shown:
    """Show the controls and return what they say."""
    left, right = st.columns([3, 2], gap="large")
    offered = groupings_shown(result)
    with left:
        grouping = offered[0] if len(offered) == 1 else _pick_grouping(offered)
    with right:
        metric = st.selectbox(
            "Measure",
            _metrics(result),
            format_func=lambda name: measure(name).label,
            key=f"errors-metric-{result.data.outcome_kind}",
            persist_state="session",
        )
    with_sensitive = st.toggle(
        "Also show pooled with the sensitive columns",
        key="errors-sensitive",
        help="What one model would reach if it were allowed to see them.",
        persist_state="session",
    )
    return Shown(grouping, metric, with_sensitive)


def _pick_grouping(offered: Sequence[Grouping]) -> Grouping:
    return st.segmented_control(
        "Groups",
        list(offered),
        default=offered[0],
        required=True,
        format_func=GROUPING_LABELS.__getitem__,
        key="errors-grouping",
        help=GROUPING_HELP,
        persist_state="session",
    )


def _metrics(result: StudyResult) -> list[str]:
    """Return the measures that the study holds, its own loss first."""
    found: dict[str, None] = {result.metric: None}
    for scores in result.chosen.groupings.values():
        for score in scores:
            found |= dict.fromkeys(score.scores["pooled"])
    return list(found)


def _show_overlap(result: StudyResult) -> None:
    """Show the sentence, the heat map, and the measures behind both."""
    found = cache.overlap(result)
    st.subheader(words.overlap_title(result.data.observed_columns), anchor=False)
    st.markdown(plain(figures.overlap_sentence(result, found)))
    st.caption(words.OVERLAP_LEAD)
    figure_card.show("overlap", cache.overlap_figure(result), figures.overlap_table(found), result=result)
    with st.expander("The measures behind the sentence", icon=":material/function:"):
        st.caption(words.OVERLAP_NOTE)
        figure_card.listing("overlap-measures", figures.overlap_measures(result, found), result)


main()
