"""Two chosen studies against each other: what was asked, the errors, and who moved between groups."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import cache
from dashboard.screens.studies import words
from dashboard.shared import figure_card
from dashboard.shared.figure_card import marked
from dashboard.shared.words import plain
from rome.contrast import Contrast, Difference, When
from rome.contrast import words as sentences
from rome.errors import RomeError
from rome.figures.contrast import contrast_errors, contrast_errors_table
from rome.results import StudyResult
from rome.settings.networks import MoESettings
from rome.settings.spec import settings_of
from rome.store import Entry

_LETTERS = ("A", "B")


def show(first: Entry, second: Entry) -> None:
    """Show the comparison; the older study is A."""
    try:
        held = cache.contrast(first.header.study_id, second.header.study_id)
    except RomeError as error:
        st.error(plain(error))
        return
    st.caption(" · ".join(words.compared(*pair) for pair in zip(_LETTERS, (first, second), strict=True)))
    with st.container(border=True, key="contrast-answer"):
        st.markdown(plain(sentences.answer(held, _LETTERS)))
    st.subheader(words.DIFFERENCES_TITLE, anchor=False)
    _differences(held)
    st.subheader("Errors side by side", anchor=False)
    _errors(held)
    st.subheader("Who is in which group", anchor=False)
    _moved(held)


def _differences(held: Contrast) -> None:
    if not held.differences:
        st.markdown(words.NO_DIFFERENCES)
        return
    lines = [line(each) for each in held.differences]
    st.dataframe(
        pd.DataFrame(lines, columns=list(words.DIFFERENCES_HEADINGS)),
        hide_index=True,
        height="content" if len(lines) <= 12 else 420,
        key="contrast-differences",
        alt=words.DIFFERENCES_TITLE,
    )
    for letter, study, other in zip(
        _LETTERS, (held.first, held.second), (held.second, held.first), strict=True
    ):
        said = networks_line(letter, study, other)
        if said:
            st.caption(said)


def _errors(held: Contrast) -> None:
    if not held.scores:
        st.markdown(words.OTHER_OUTCOMES)
        return
    figure, table = contrast_errors(held, _LETTERS), contrast_errors_table(held, _LETTERS)
    figure_card.show("contrast", figure, table, result=held.first)


def _moved(held: Contrast) -> None:
    if held.movement is None:
        st.markdown(words.OTHER_TABLES)
        return
    if held.movement.posterior.size == 1:
        st.markdown("Both studies have one group, so there is nobody to follow.")
        return
    which = st.segmented_control(
        "Likeliest group",
        list(words.CROSS),
        default="posterior",
        required=True,
        format_func=words.CROSS.__getitem__,
        key="contrast-cross",
        persist_state="session",
    )
    st.dataframe(
        cross_table(held, which),
        hide_index=True,
        height="content",
        key="contrast-table",
        alt=words.CROSS_NOTE,
    )
    st.caption(words.CROSS_NOTE)
    for said in sentences.matches_said(held, _LETTERS):
        st.markdown(f"- {plain(said)}")


def cross_table(held: Contrast, which: When) -> pd.DataFrame:
    """Return the shared rows by group of A (rows) and of B (columns), as text."""
    names = [
        [f"{letter} · {marked(study, group.name)}" for group in study.groups]
        for letter, study in zip(_LETTERS, (held.first, held.second), strict=True)
    ]
    counts, shares = held.movement.counts(which), held.movement.shares_of_first(which)
    lines = [
        [name, *(words.cross_cell(*cell) for cell in zip(line, parts, strict=True))]
        for name, line, parts in zip(names[0], counts, shares, strict=True)
    ]
    return pd.DataFrame(lines, columns=["", *names[1]])


def line(difference: Difference) -> tuple[str, str, str]:
    """Return what differs and its two values, as a line of a table."""
    name = sentences.difference_name(difference)
    return name[:1].upper() + name[1:], *sentences.difference_values(difference)


def networks_line(letter: str, study: StudyResult, other: StudyResult) -> str:
    """Say how a study's networks were trained, where the other study has none."""
    moe = study.settings.moe
    if moe is None or other.settings.moe is not None:
        return ""
    return f"The networks of {letter}: {_size(moe)}; {_gate(moe)}; {_training(moe)}."


def _size(moe: MoESettings) -> str:
    if not moe.hidden_sizes:
        return "each group's has no hidden layer, which makes it a line"
    return f"each group's has {_said(moe, 'hidden_sizes')} hidden neurons"


def _gate(moe: MoESettings) -> str:
    form = _said(moe, "gate_network").lower()
    return f"the gate is {'a network' if form == 'network' else form} and sees {_said(moe, 'gate').lower()}"


def _said(moe: MoESettings, name: str) -> str:
    return settings_of(MoESettings)[name].kind.said(getattr(moe, name))


def _training(moe: MoESettings) -> str:
    start = "from groups of lines" if moe.warm_start_from_em else f"the best of {moe.n_init} random starts"
    start = "from one random start" if moe.n_init == 1 and not moe.warm_start_from_em else start
    lowers = _said(moe, "objective").lower()
    guarded = f", the worst group guarded at {moe.training_strength:g}" if moe.training_strength else ""
    return f"trained by {lowers} for at most {moe.epochs:,} epochs, {start}{guarded}"
