"""Which models are compared with ROME, over how many splits, and with how much tuning."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from dashboard import state
from dashboard.screens.compare import words
from rome.compare import MODEL_SPECS, CompareSettings, is_installed
from rome.results import StudyResult
from rome.settings.spec import settings_of

T = TypeVar("T")
_SETTINGS = settings_of(CompareSettings)

#: Models that are chosen to begin with: quick, and the questions that everybody asks.
_USUAL = ("pooled", "pooled_with_s", "interactions", "boosted_trees")
_SPLITS, _BUDGETS = (5, 10, 20, 30, 50), (1, 2, 4, 8, 16)


def reference_of(result: StudyResult) -> str:
    """Return the model that stands for the study's own method."""
    return "rome_moe" if result.settings.family == "moe" else "rome_em"


def show(result: StudyResult, folded: bool) -> CompareSettings | None:
    """Show the choices for a study and return them as settings; None where no other model is chosen.

    ``folded``: there is a comparison to look at, so that the choices need not take its place.
    """
    own = reference_of(result)
    title = "Choose other models, or more splits" if folded else "Models to compare"
    with st.expander(title, expanded=not folded, icon=":material/checklist:"):
        left, right = st.columns(2, gap="large")
        # The columns that a model sees come first in the list; half of it in each column of the page.
        half = (len(MODEL_SPECS) + 1) // 2
        chosen = []
        for place, name in enumerate(MODEL_SPECS):
            with left if place < half else right:
                if _model(result, name, own):
                    chosen.append(name)
        n_splits, budget, criterion = _tuning(result)
    if len(chosen) < 2:
        return None
    settings = result.settings
    return CompareSettings(
        models=tuple(chosen),
        n_splits=n_splits,
        budget=budget,
        criterion=criterion,
        test_size=settings.test_size,
        latent_groups=result.fit.n_groups,
        observed=settings.observed,
        min_group_size=settings.min_group_size,
        random_state=settings.random_state,
    )


def _model(result: StudyResult, name: str, own: str) -> bool:
    spec, here = MODEL_SPECS[name], is_installed(name)
    note = (
        "Always takes part: the others are held against it."
        if name == own
        else ""
        if here
        else words.NEEDS_PACKAGE
    )
    key = f"compare-{name}-{own}-{result.data.fingerprint[:8]}"
    with st.container(gap=None):
        chosen = st.checkbox(
            f"**{spec.title}**",
            bool(state.held(key, name == own or (name in _USUAL and here))),
            key=key,
            disabled=name == own or not here,
            persist_state="session",
        )
        st.caption(f"{spec.about} {note}".strip())
    return chosen


def _tuning(result: StudyResult) -> tuple[int, int, str]:
    table = result.data.fingerprint[:8]
    splits, budget, criterion = st.columns([2, 2, 3], gap="medium")
    with splits:
        n_splits = _one_of("n_splits", _SPLITS, 10, table)
    with budget:
        tried = _one_of("budget", _BUDGETS, 4, table)
    with criterion:
        declared = _SETTINGS["criterion"]
        tuned_for = _one_of("criterion", tuple(declared.options), declared.default, table, declared.kind.said)
    return n_splits, tried, tuned_for


def _one_of(name: str, offered: tuple[T, ...], usual: T, table: str, said: Callable[[T], str] = str) -> T:
    declared, key = _SETTINGS[name], f"compare-{name.removeprefix('n_')}-{table}"
    return st.selectbox(
        declared.label,
        offered,
        offered.index(state.held(key, usual)),
        format_func=said,
        key=key,
        help=declared.help,
        persist_state="session",
    )
