"""The list of studies: starred first, searched when there are many, chosen by their rows."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from math import isfinite, nan

import pandas as pd
import streamlit as st

from dashboard import state
from dashboard.screens.studies import changes, words
from rome.store import Entry
from rome.text.numbers import decimals_for, half_width

#: Studies from which there is something to search.
_MANY = 8
_ROW, _MOST_ROWS = 35, 12
#: Pixels of the columns; with the boxes to choose by, as wide as a page of 1280 with its sidebar open.
_WIDTHS = {"star": 34, "name": 176, "made": 86, "worst": 100, "change": 76}
_WIDTHS |= {"verdict": 114, "groups": 92, "advice": 106}


def show(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Show the list and return the chosen studies, the oldest first."""
    found = ordered(entries)
    if len(entries) >= _MANY:
        found = searched(found, _search())
    if not found:
        st.caption("No study fits this search.")
        return ()
    _table(found)
    st.caption(words.HOW_TO)
    return tuple(sorted(changes.chosen(found), key=lambda entry: entry.header.made))


def ordered(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return starred studies first, each part newest first."""
    return tuple(sorted(entries, key=lambda entry: (not entry.label.starred, -entry.header.made)))


def searched(entries: tuple[Entry, ...], text: str) -> tuple[Entry, ...]:
    """Return the studies that hold every word of ``text``, in any order and case."""
    wanted = text.casefold().split()
    return tuple(entry for entry in entries if all(word in _said(entry) for word in wanted))


def _said(entry: Entry) -> str:
    header = entry.header
    verdict = words.VERDICTS.get(header.verdict, "")
    parts = (entry.name, header.table, header.outcome, entry.label.note, verdict, header.study_id)
    return " ".join(parts).casefold()


def _search() -> str:
    return st.text_input(
        "Search",
        key="studies-search",
        help=words.SEARCH_HELP,
        icon=":material/search:",
        type="search",
        live=True,
        persist_state="session",
    )


def _table(found: tuple[Entry, ...]) -> None:
    names = [entry.header.study_id for entry in found]
    # Rows are chosen by their place: another order or another search is another table.
    key = "studies-" + sha256("".join(names).encode()).hexdigest()[:12]
    chosen = [place for place, name in enumerate(names) if name in state.visit().studies.chosen]
    event = st.dataframe(
        rows(found),
        hide_index=True,
        column_config=_columns(),
        height=min(38 + _ROW * len(found), 38 + _ROW * _MOST_ROWS),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": chosen}},
        key=key,
        alt="Studies",
    )
    changes.choose(tuple(names[place] for place in event.selection.rows if place < len(names)))


def rows(found: tuple[Entry, ...]) -> pd.DataFrame:
    """Return the list as a table, as wide as a small screen: the panel of a chosen study has the rest."""
    lines = [
        {
            "star": "★" if entry.label.starred else "",
            "name": words.title(entry),
            "made": pd.Timestamp.fromtimestamp(entry.header.made),
            "worst": words.error(entry.header.worst),
            "change": _percent(entry),
            "groups": words.groups(entry),
            "verdict": words.VERDICTS.get(entry.header.verdict, entry.header.verdict),
            "advice": words.advice(entry),
        }
        for entry in found
    ]
    return pd.DataFrame(lines)


def _percent(entry: Entry) -> float:
    change = entry.header.worst_change
    if entry.header.n_groups < 2 or not isfinite(change.value):
        return nan
    resolution = half_width(change.low, change.high)
    # To a tenth of the interval at most, as percentages are written elsewhere.
    decimals = 0 if resolution is None else max(decimals_for(1000 * resolution), 0)
    return round(100 * change.value, decimals)


def _columns() -> dict[str, object]:
    kinds: dict[str, object] = {
        "made": partial(st.column_config.DatetimeColumn, format="D MMM YY"),
        "change": partial(st.column_config.NumberColumn, format="%+.3g%%"),
        # Errors of several tables have no common scale to be sorted by.
        "worst": partial(st.column_config.TextColumn, alignment="right"),
    }
    return {
        name: kinds.get(name, st.column_config.TextColumn)(
            heading, help=words.HEADING_HELP.get(name), width=_WIDTHS[name]
        )
        for name, heading in words.HEADINGS.items()
    }
