"""The DRO strength at which everything on the page is drawn, and what it gains and costs there."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.shared.words import plain
from rome.results import StudyResult
from rome.text import claims
from rome.text.advice import short_name

_HELP = (
    "How strongly the worst group is guarded (DRO: distributionally robust optimisation). Nothing is trained "
    "again: every strength was computed with the study."
)
_ENDS = "0 aims at the average; 1 guards against every mixture of the groups."
_KEY = "dro-strength"


def standing(result: StudyResult) -> float:
    """Return the stored strength at which the page is drawn."""
    return min(_strengths(result), key=lambda strength: abs(strength - state.dro_strength()))


def show(result: StudyResult) -> float:
    """Show the stored strengths of a study and return the one that is chosen."""
    state.set_widget(_KEY, standing(result))
    with st.container(border=True):
        slider, price = st.columns([2, 3], gap="large")
        with slider:
            strength = _slider(result)
        with price:
            st.markdown(_price(claims.path_price(result, strength)))
            paying = claims.who_pays(result, strength)
            if paying:
                st.markdown(plain(paying))
    return strength


def _slider(result: StudyResult) -> float:
    """Show the slider and, once it was moved, the way back to the study's strength; return the chosen one."""
    strength = st.select_slider(
        "DRO strength",
        _strengths(result),
        key=_KEY,
        help=_HELP,
        format_func=lambda value: _position(value, result),
        on_change=_turn,
    )
    if strength != result.dro.strength:
        st.button(
            "Back to the study's strength",
            key="dro-strength-back",
            type="tertiary",
            icon=":material/undo:",
            on_click=state.set_dro_strength,
            args=(result.dro.strength,),
        )
    return strength


def _turn() -> None:
    state.set_dro_strength(state.widget(_KEY))


def _strengths(result: StudyResult) -> list[float]:
    return [evaluation.strength for evaluation in result.evaluations]


def _position(strength: float, result: StudyResult) -> str:
    """Return what a strength is called."""
    recommended = result.dro.recommended
    is_it = recommended != "pooled" and abs(strength - recommended) < 1e-9
    return f"{strength:g}, advised" if is_it else f"{strength:g}"


def _price(price: str) -> str:
    """Say what the chosen strength gains and costs."""
    return f"On held-out rows, against one pooled model: **{plain(price)}**."


def note(result: StudyResult, flat_from: float | None) -> str:
    """Say what the ends mean, from which strength on nothing changes, and what was recommended."""
    said = _ENDS
    if flat_from == 0:
        said += " In this study every strength predicts the same."
    elif flat_from is not None:
        said += f" In this study nothing changes any more from {flat_from:g} on."
    return f"{said} {_advice(result)}".rstrip()


def _advice(result: StudyResult) -> str:
    """Say at which strength this study's own groups are advised, or that another model is."""
    advice = result.advice
    if advice is None:
        return ""
    if advice.own:
        return f"Advised: {advice.dro_strength:g}."
    return f"Advised is another model: {short_name(advice.model, advice.dro_strength)}."
