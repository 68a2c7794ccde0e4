"""Settings of a study: three to look at, the others folded away, and how many groups to ask for."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import streamlit as st

from dashboard import state
from dashboard.screens.train import controls, network_form, words
from dashboard.shared import figure_card, running, runs, settings_file
from dashboard.shared.words import plain
from dashboard.state import OpenTable
from rome import figures, jobs, study
from rome.errors import RomeError
from rome.settings.study import STUDY_SETTINGS, Settings
from rome.study import Gathered
from rome.table import Roles
from rome.text.verdict import choice_sentence


def show(opened: OpenTable) -> Settings:
    """Show the form for a table and return the settings as they stand."""
    family = _family()
    declared, offered = STUDY_SETTINGS["n_groups"], settings_file.OFFERED["n_groups"]
    groups, strength = st.columns(2, gap="large")
    with groups:
        auto = st.toggle(
            "Let the data choose the groups",
            False,
            key="train-auto",
            help=words.AUTO_HELP,
            persist_state="session",
        )
        chosen = st.slider(
            declared.label,
            offered[0],
            offered[-1],
            min(opened.n_groups, offered[-1]),
            key=_groups_key(opened),
            help=declared.help,
            persist_state="session",
            disabled=auto,
            on_change=_open_moved,
            args=(opened, _groups_key(opened)),
        )
        n_groups = "auto" if auto else chosen
    with strength:
        dro_strength = _strength()
    with st.expander("More settings", icon=":material/tune:"):
        more = _more(opened, family)
    settings = Settings(
        n_groups=n_groups, family=family, dro_strength=dro_strength, **more, **settings_file.beside_the_form()
    )
    state.visit().shown_settings = settings
    return settings


def _family() -> str:
    """Show the choice between lines and networks, a sentence under each."""
    declared = STUDY_SETTINGS["family"]
    return st.radio(
        declared.label,
        list(declared.options),
        key="train-family",
        format_func=declared.kind.said,
        captions=[caption for _, caption in declared.options.values()],
        help=declared.help,
        horizontal=True,
        persist_state="session",
    )


def _groups_key(opened: OpenTable) -> str:
    """Return the key of the number of groups: one for each table, which starts from its own default."""
    return settings_file.key_of("n_groups", opened.table.fingerprint[:8])


def _strength() -> float | None:
    recommended = st.toggle(
        "Use the recommended DRO strength",
        True,
        key="train-recommended",
        help=words.RECOMMENDED_HELP,
        persist_state="session",
    )
    if recommended:
        st.caption(words.STRENGTH_FREE)
        return None
    return controls.share("dro_strength", start=0.3)


def _more(opened: OpenTable, family: str) -> dict[str, object]:
    left, right = st.columns(2, gap="large")
    with left:
        chosen = _prediction(family)
        # Networks have a part of their own below; what is left stands evenly in two columns.
        chosen |= _guarded(opened) if family == "em" else _test_share()
    with right:
        chosen |= _of_lines(opened) | _test_share() if family == "em" else _guarded(opened)
        chosen["random_state"] = controls.whole("random_state")
    return chosen | ({"moe": network_form.show()} if family == "moe" else {})


def _prediction(family: str) -> dict[str, object]:
    predictor = controls.choice("predictor")
    # "reward" has a meaning for the aggregate only.
    criteria = [
        name for name in STUDY_SETTINGS["criterion"].options if predictor == "aggregate" or name != "reward"
    ]
    chosen = {"predictor": predictor, "criterion": controls.choice("criterion", criteria, predictor)}
    if predictor == "aggregate" and family == "em":
        chosen["gamma"] = controls.choice("gamma")
    return chosen


def _guarded(opened: OpenTable) -> dict[str, object]:
    return {"guard": controls.choice("guard"), "observed": _observed(opened)}


def _test_share() -> dict[str, object]:
    return {"test_size": controls.share("test_size", settings_file.LEAST_TEST, settings_file.MOST_TEST)}


def _of_lines(opened: OpenTable) -> dict[str, object]:
    """Return the settings that only lines have."""
    outcome = state.choice().outcome
    two_values = outcome is not None and opened.table.frame[outcome].nunique() <= 2
    # Residuals of a yes or no have no tails to choose.
    noises = ["normal"] if two_values else list(STUDY_SETTINGS["noise"].options)
    return {
        "curves": controls.yes_no("curves"),
        "noise": controls.choice("noise", noises, len(noises)),
        "gate_sees": controls.choice("gate_sees"),
        "gate": controls.choice("gate"),
    }


def _observed(opened: OpenTable) -> tuple[str, ...] | None:
    """Return the columns of the observed groups, or None for the sensitive ones."""
    outcome, declared = state.choice().outcome, STUDY_SETTINGS["observed"]
    chosen = st.multiselect(
        declared.label,
        [name for name in opened.table.frame.columns if name != outcome],
        key=settings_file.key_of("observed", opened.table.fingerprint[:8]),
        help=declared.help,
        placeholder="The sensitive columns",
        persist_state="session",
    )
    return tuple(chosen) or None


def _open_moved(opened: OpenTable, key: str) -> None:
    """Open the study with the number of groups that the slider called ``key`` was moved to, if it is made.

    A callback: whoever moves K over studies that are made wants to see them, not to ask for each.
    """
    shown = state.visit().shown_settings
    if shown is None:
        return
    # A study that can't be read stays unopened: the page then offers to open it, and says why it can't.
    with contextlib.suppress(RomeError):
        settings = replace(shown, n_groups=state.widget(key))
        identity = study.study_id(opened.table.fingerprint, state.choice().roles(), settings)
        if state.library().has(identity):
            runs.open_kept(identity)


def show_advice(opened: OpenTable, roles: Roles, settings: Settings) -> None:
    """Show the button that asks for a suggestion, or how that work stands, or the suggestion."""
    identity = study.advice_id(opened.table.fingerprint, roles, settings)
    if running.watched("advice", identity, words.advice, bar=True):
        return
    job = runs.beside("advice", identity)
    if job is not None and job.state() == "done":
        _show_suggestion(opened, settings, jobs.advice_of(job.outcome()))
    elif _asked(settings):
        running.ask(jobs.advice_request(opened.table, roles, settings))
    elif job is not None:
        outcome = job.outcome()
        st.error(words.advice_ended(outcome.state, outcome.message))


def _asked(settings: Settings) -> bool:
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button("Suggest a number", key="train-suggest", icon=":material/query_stats:")
        st.caption(_note(words.SUGGEST_NOTE, settings))
    return pressed


def _note(note: str, settings: Settings) -> str:
    """Return a note on the suggestion, saying with which groups it is asked where the study's are others."""
    return note if settings.family == "em" else f"{note} {words.ADVICE_NOTE}"


def _show_suggestion(opened: OpenTable, settings: Settings, advice: Gathered) -> None:
    st.subheader("How many groups", anchor=False)
    if len(advice.candidates) > 1:
        reason = choice_sentence(advice.reason, advice.candidates)
        fewer = figures.why_fewer(advice.candidates, settings.max_groups)
        caption = _note(f"{reason} Filled: the suggestion. From the training rows alone.{fewer}", settings)
        drawn = figures.selection_of(advice.candidates, advice.n_groups, caption, advice.reason)
        figure_card.chart("advice", drawn)
    else:
        st.markdown(_note(plain(choice_sentence(advice.reason, advice.candidates)), settings))
    if settings.n_groups not in ("auto", advice.n_groups):
        st.button(
            words.use_groups(advice.n_groups),
            key="train-use-suggestion",
            on_click=state.set_widget,
            args=(_groups_key(opened), advice.n_groups),
        )
