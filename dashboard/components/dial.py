"""The dial: the DRO strength at which everything on the page is drawn, and what it gains and costs there."""

from __future__ import annotations

import streamlit as st

from dashboard import state, wording
from rome.figures.measures import evaluation_at, measure
from rome.report import sentences
from rome.results import GroupScore, StudyResult

_KEY = "dial"


def standing(result: StudyResult) -> float:
    """Return the stored strength at which the dial stands."""
    return min(_strengths(result), key=lambda strength: abs(strength - state.dial()))


def show(result: StudyResult) -> float:
    """Show the dial at the stored strengths of a study and return where it stands."""
    state.seed(_KEY, standing(result))
    with st.container(border=True):
        strength = st.select_slider(
            wording.compare.DIAL_LABEL,
            _strengths(result),
            key=_KEY,
            help=wording.compare.DIAL_HELP,
            format_func=lambda value: wording.compare.dial_position(value, result),
            on_change=_turn,
        )
        st.markdown(wording.compare.dial_price(sentences.path_price(result, strength)))
        _who_pays(result, strength)
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(f"{wording.compare.DIAL_ENDS} {wording.compare.dial_advice(result)}")
            st.button(
                wording.compare.BACK_TO_STUDY,
                key="dial-back",
                type="tertiary",
                icon=":material/undo:",
                disabled=strength == result.dro.strength,
                on_click=state.turn_dial,
                args=(result.dro.strength,),
            )
    return strength


def _who_pays(result: StudyResult, strength: float) -> None:
    """Name the latent and observed groups that ROME makes worse by more than both intervals."""
    evaluation = evaluation_at(result, strength)
    scores = [*evaluation.groupings["latent"], *evaluation.groupings["observed"]]
    paying = [score for score in scores if not score.too_small and _pays(score, result.metric)]
    if paying:
        st.markdown(wording.compare.who_pays(paying, measure(result.metric).inline, result.metric))


def _pays(score: GroupScore, metric: str) -> bool:
    """Return whether ROME's interval lies wholly above the pooled model's.

    A paired difference would be the finer test, but none is stored for a single group.
    """
    return score.scores["rome"][metric].low > score.scores["pooled"][metric].high


def _turn() -> None:
    state.turn_dial(state.widget(_KEY))


def _strengths(result: StudyResult) -> list[float]:
    return [evaluation.strength for evaluation in result.evaluations]
