"""Which study scores: the open one, or another of the library."""

from __future__ import annotations

import streamlit as st

from dashboard import cache, scoring, state, wording
from dashboard.components import empty_state
from rome.errors import RomeError
from rome.score import Scorer

_KEY = "score-study"


def show() -> Scorer | None:
    """Show the choice and return the study, or say why there is none that can score."""
    entries = {entry.header.study_id: entry for entry in scoring.studies()}
    identity = scoring.chosen()
    if not entries and not identity:
        _say_none()
        return None
    if identity not in entries:
        identity = next(iter(entries), identity)
    if len(entries) > 1 and identity in entries:
        state.seed(_KEY, identity)
        st.selectbox(
            wording.score.STUDY_LABEL,
            list(entries),
            format_func=lambda each: wording.score.study_option(entries[each]),
            key=_KEY,
            help=wording.score.STUDY_HELP,
            on_change=_choose,
        )
    try:
        return cache.scorer(identity)
    except RomeError as error:
        st.error(wording.plain(error))
        st.page_link("views/train.py", label=wording.journey.GO_TRAIN, icon=":material/arrow_forward:")
        return None


def _say_none() -> None:
    """Say why nothing can score, and lead to what comes first: a table, or its study."""
    train, data = ("train", wording.journey.GO_TRAIN), ("data", wording.journey.GO_DATA)
    if state.table() is None:
        empty_state.say(wording.score.NO_STUDY_NO_TABLE, *data, train)
    else:
        empty_state.say(wording.score.NO_STUDY, *train, ("data", wording.score.OTHER_TABLE))


def _choose() -> None:
    scoring.choose(str(state.widget(_KEY)))
