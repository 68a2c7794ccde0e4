"""A group at a glance: its name in its colour and symbol, who is in it, its rule, what moves people."""

from __future__ import annotations

import streamlit as st

from dashboard import wording
from dashboard.components import group_name
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
        group_name.heading(result, index)
        st.markdown(wording.plain(groups.group_sentence(result, index)))
        for said in groups.rules_said(result, index):
            st.markdown(_rule(said), help=wording.groups.RULE_HELP if said.rule else None)
        moved = groups.movers_sentence(result, index)
        if moved:
            st.markdown(wording.plain(moved), help=wording.groups.MOVERS_HELP)
        facts = wording.groups.group_facts(result.groups[index], result.roles.outcome)
        if facts:
            st.caption(facts, help=wording.groups.SIGMA_HELP)
        if result.chosen.groupings["latent"][index].too_small:
            st.caption(wording.groups.too_few(result.settings.min_group_size))


def _rule(said: groups.RuleSaid) -> str:
    """Return a rule with the words of the rule itself in bold."""
    if not said.rule:
        return wording.plain(said.lead)
    return f"{wording.plain(said.lead)} **{wording.plain(said.rule)}.** {wording.plain(said.worth)}"
