"""A group at a glance: its name in its colour and symbol, who is in it, its rule, what moves people."""

from __future__ import annotations

import streamlit as st

from dashboard.screens.groups import words
from dashboard.shared.figure_card import marked
from dashboard.shared.words import plain
from rome.figures import group_style
from rome.results import StudyResult
from rome.text import groups

_MOST_A_ROW = 3


def show_all(result: StudyResult) -> None:
    """Show a card for every group, a few in a row."""
    count = len(result.groups)
    # Four stand better two and two.
    a_row = 2 if count in (1, 2, 4) else _MOST_A_ROW
    for first in range(0, count, a_row):
        for column, index in zip(st.columns(a_row), range(first, count), strict=False):
            with column:
                _one(result, index)


def _one(result: StudyResult, index: int) -> None:
    with st.container(border=True, height="stretch"):
        _heading(result, index)
        st.markdown(plain(groups.group_sentence(result, index)))
        for said in groups.rules_said(result, index):
            st.markdown(_rule(said), help=words.RULE_HELP if said.rule else None)
        moved = groups.movers_sentence(result, index)
        if moved:
            st.markdown(plain(moved), help=words.MOVERS_HELP)
        facts = words.group_facts(result.groups[index], result.roles.outcome)
        if facts:
            st.caption(facts, help=words.SIGMA_HELP)
        if result.chosen.groupings["latent"][index].too_small:
            st.caption(words.too_few(result.settings.min_group_size))


def _rule(said: groups.RuleSaid) -> str:
    """Return a rule with the words of the rule itself in bold."""
    if not said.rule:
        return plain(said.lead)
    return f"{plain(said.lead)} **{plain(said.rule)}.** {plain(said.worth)}"


def _heading(result: StudyResult, index: int) -> None:
    """Show a latent group's name as a heading, its symbol in its colour.

    The text is ours: groups are called "Group 1", "Group 2", …, never by a value of the table.
    """
    style, name = group_style(index), f"Group {index + 1}"
    if result.groups[index].name != name:
        st.subheader(result.groups[index].name, anchor=False)
        return
    st.html(f'<h3 class="rome-group"><span style="color:{style.colour}">{style.glyph}</span>{name}</h3>')


def pick(result: StudyResult) -> int:
    """Show the groups side by side and return the index of the chosen one, the first to begin with."""
    return st.segmented_control(
        "Group",
        range(len(result.groups)),
        default=0,
        required=True,
        format_func=lambda index: plain(marked(result, result.groups[index].name)),
        key=f"group-{result.study_id}",
        label_visibility="collapsed",
        persist_state="session",
    )
