"""The path of five steps in the sidebar: what is done, and what comes next."""

from __future__ import annotations

import streamlit as st

from dashboard import state, wording

_DONE, _NEXT, _LATER = ":material/check_circle:", ":material/arrow_circle_right:", ":material/circle:"


def show(key: str) -> None:
    """Draw the steps as links; each says in its icon how far it is."""
    state.see(key)
    done = _done()
    following = next((page.key for page in wording.journey.PAGES if page.key not in done), None)
    with st.sidebar:
        for number, page in enumerate(wording.journey.PAGES, 1):
            is_done, is_next = page.key in done, page.key == following
            st.page_link(
                f"views/{page.key}.py",
                label=f"{number}. {page.title}",
                icon=_DONE if is_done else _NEXT if is_next else _LATER,
                width="stretch",
            )
        _whereabouts()


def _done() -> set[str]:
    done = {"data"} if state.table() is not None else set()
    if state.study() is not None:
        done |= {"data", "train"} | state.seen()
    return done


def _whereabouts() -> None:
    """Say at the foot which table and study are open."""
    study, table = state.study(), state.table()
    if study is None and table is None:
        return
    st.divider()
    if study is not None:
        st.caption(wording.train.study_line(study))
    elif table is not None:
        reading = table.table.reading
        st.caption(wording.data.table_is_open(table.table.name, reading.rows, reading.columns))
