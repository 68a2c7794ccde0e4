"""Controls made from declared settings: name, help and words are the setting's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from dashboard.shared.settings_file import OFFERED, key_of
from rome.settings.study import STUDY_SETTINGS

T = TypeVar("T")


def choice(name: str, offered: Sequence[str] = (), variant: object = "") -> str:
    """Show a choice with a sentence under it that says what was chosen.

    ``offered``: the words that have a meaning now, where not all have; ``variant`` tells such choices apart.
    """
    declared = STUDY_SETTINGS[name]
    chosen = st.selectbox(
        declared.label,
        list(offered or declared.options),
        key=key_of(name, variant),
        format_func=declared.kind.said,
        help=declared.help,
        persist_state="session",
    )
    st.caption(declared.options[chosen][1])
    return chosen


def one_of(name: str, said: Callable[[T], str] = "{:g}".format) -> T:
    """Show a choice among the values that the form offers of a setting."""
    declared, offered = STUDY_SETTINGS[name], list(OFFERED[name])
    return st.selectbox(
        declared.label,
        offered,
        index=offered.index(declared.default),
        key=key_of(name),
        format_func=said,
        help=declared.help,
        persist_state="session",
    )


def yes_no(name: str) -> bool:
    """Show a setting that is on or off."""
    declared = STUDY_SETTINGS[name]
    return st.toggle(
        declared.label, declared.default, key=key_of(name), help=declared.help, persist_state="session"
    )


def whole(name: str) -> int:
    """Show a whole number, within what the form offers or the setting allows."""
    declared = STUDY_SETTINGS[name]
    low, high = declared.kind.low, declared.kind.high
    if name in OFFERED:
        low, high = OFFERED[name][0], OFFERED[name][-1]
    chosen = st.number_input(
        declared.label,
        low,
        high,
        declared.default,
        key=key_of(name),
        help=declared.help,
        persist_state="session",
    )
    return int(chosen)


def share(name: str, low: float = 0.0, high: float = 1.0, start: float | None = None) -> float:
    """Show a slider of twentieths; it starts at the setting's default, or at ``start``."""
    declared = STUDY_SETTINGS[name]
    chosen = st.slider(
        declared.label,
        low,
        high,
        declared.default if start is None else start,
        0.05,
        key=key_of(name),
        help=declared.help,
        persist_state="session",
    )
    return round(chosen, 2)
