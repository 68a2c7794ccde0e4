"""How many groups to ask for: a sweep over the training rows, on request, before the whole study."""

from __future__ import annotations

import streamlit as st

from dashboard import runs, state, wording
from dashboard.components import figure_card, side_work, train_form
from dashboard.state import OpenTable
from rome import figures, jobs, study
from rome.settings.study import Settings
from rome.study import Gathered
from rome.table import Roles


def show(opened: OpenTable, roles: Roles, settings: Settings) -> None:
    """Show the button that asks for a suggestion, or how that work stands, or the suggestion."""
    identity = study.advice_id(opened.table.fingerprint, roles, settings)
    if side_work.watched("advice", identity, wording.running.advice, bar=True):
        return
    job = runs.beside("advice", identity)
    if job is not None and job.state() == "done":
        _show(opened, settings, jobs.advice_of(job.outcome()))
    elif _asked(settings):
        side_work.ask(jobs.advice_request(opened.table, roles, settings))
    elif job is not None:
        outcome = job.outcome()
        st.error(wording.running.advice_ended(outcome.state, outcome.message))


def _asked(settings: Settings) -> bool:
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(wording.train.SUGGEST, key="train-suggest", icon=":material/query_stats:")
        st.caption(_note(wording.train.SUGGEST_NOTE, settings))
    return pressed


def _note(note: str, settings: Settings) -> str:
    """Return a note on the suggestion, saying with which groups it is asked where the study's are others."""
    return note if settings.family == "em" else f"{note} {wording.networks.ADVICE_NOTE}"


def _show(opened: OpenTable, settings: Settings, advice: Gathered) -> None:
    st.subheader(wording.train.SUGGESTION_TITLE, anchor=False)
    if len(advice.candidates) > 1:
        fewer = figures.why_fewer(advice.candidates, settings.max_groups)
        caption = _note(f"{advice.reason} {wording.train.SUGGESTION_CAPTION}{fewer}", settings)
        figure_card.chart("advice", figures.selection_of(advice.candidates, advice.n_groups, caption))
    else:
        st.markdown(_note(wording.plain(advice.reason), settings))
    if settings.n_groups not in ("auto", advice.n_groups):
        st.button(
            wording.train.use_groups(advice.n_groups),
            key="train-use-suggestion",
            on_click=state.set_widget,
            args=(train_form.groups_key(opened), advice.n_groups),
        )
