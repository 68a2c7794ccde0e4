"""The part that each column plays, in five controls that move columns between them."""

from __future__ import annotations

import streamlit as st

from dashboard import state, wording
from dashboard.roles_choice import Field, RolesChoice
from dashboard.state import OpenTable


def show(opened: OpenTable) -> RolesChoice:
    """Show the form and return the choice as it stands; a control's callback makes the turn."""
    choice = state.choice()
    st.caption(wording.data.ROLES_LEAD_SAMPLE if opened.sample else wording.data.ROLES_LEAD)
    outcome, weight = st.columns(2)
    with outcome:
        _single("outcome", choice, choice.columns, wording.data.OUTCOME_LABEL, wording.data.OUTCOME_HELP)
    with weight:
        _single("weight", choice, choice.columns, wording.data.WEIGHT_LABEL, wording.data.WEIGHT_HELP)
    rest = tuple(name for name in choice.columns if name not in (choice.outcome, choice.weight))
    _several("sensitive", choice, rest, wording.data.SENSITIVE_LABEL, wording.data.SENSITIVE_HELP)
    _several("allowed", choice, choice.sensitive, wording.data.ALLOWED_LABEL, wording.data.ALLOWED_HELP)
    ordinary = tuple(name for name in rest if name not in choice.sensitive)
    _several("features", choice, ordinary, wording.data.FEATURES_LABEL, wording.data.FEATURES_HELP)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(wording.data.left_out(choice.left_out))
        st.button(
            wording.data.RESET_ROLES,
            key="roles-reset",
            type="tertiary",
            icon=":material/undo:",
            disabled=choice == opened.guess,
            on_click=state.choose,
            args=(opened.guess,),
        )
    return choice


def _single(field: Field, choice: RolesChoice, options: tuple, label: str, explained: str) -> None:
    key = f"roles-{field}"
    state.seed(key, getattr(choice, field))
    st.selectbox(
        label,
        options,
        key=key,
        index=None,
        help=explained,
        placeholder=wording.data.NO_WEIGHT if field == "weight" else wording.data.CHOOSE_OUTCOME,
        on_change=_turn,
        args=(field,),
    )


def _several(field: Field, choice: RolesChoice, options: tuple, label: str, explained: str) -> None:
    key = f"roles-{field}"
    state.seed(key, list(getattr(choice, field)))
    st.multiselect(
        label,
        options,
        key=key,
        help=explained,
        placeholder=wording.data.CHOOSE_COLUMNS if options else wording.data.NO_COLUMNS,
        on_change=_turn,
        args=(field,),
    )


def _turn(field: Field) -> None:
    """Make the turn that a control asks for."""
    state.choose(state.choice().after(field, state.widget(f"roles-{field}")))
