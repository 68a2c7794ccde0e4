"""The dial: the DRO strength at which everything on the page is drawn, and what it gains and costs there."""

from __future__ import annotations

import streamlit as st

from dashboard import state, wording
from rome.results import StudyResult
from rome.text import sentences
from rome.text.dro_strength import flat_from

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
        paying = sentences.who_pays(result, strength)
        if paying:
            st.markdown(wording.plain(paying))
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(wording.compare.dial_note(result, flat_from(result)))
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


def _turn() -> None:
    state.turn_dial(state.widget(_KEY))


def _strengths(result: StudyResult) -> list[float]:
    return [evaluation.strength for evaluation in result.evaluations]
