"""The threshold from which a probability means yes: kept with the study, the same on every page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import state
from dashboard.shared.words import plain
from rome.errors import RomeError
from rome.results import StudyResult
from rome.store.headers import read_label


def kept_threshold(result: StudyResult) -> float | None:
    """Return the threshold kept with a study, 0.5 where none was; None where the outcome is a number."""
    if result.data.outcome_kind != "binary":
        return None
    return read_label(state.library().folder(result.study_id)).threshold


def keep_threshold(result: StudyResult, threshold: float) -> None:
    """Keep a threshold with the study; where it can't be kept, say so, and the one before stays."""
    try:
        label = read_label(state.library().folder(result.study_id))
        state.library().label(result.study_id, replace(label, threshold=threshold))
    except RomeError as error:
        st.toast(plain(f"The threshold could not be kept with the study, so it stays as it was. {error}"))
