"""Copies of tables that are kept on this computer: said plainly, and forgotten on request."""

from __future__ import annotations

import streamlit as st

from dashboard import kept_tables, state
from dashboard.state import OpenTable
from dashboard.wording import plain
from dashboard.wording import studies as words
from rome.store.tables import limit


def show_line(opened: OpenTable) -> None:
    """Say whether a copy of the open table is kept, with the button that changes it."""
    if opened.sample is not None:
        return
    if state.visit().shelf.problem:
        st.warning(plain(state.visit().shelf.problem))
        state.visit().shelf.problem = ""
    kept = kept_tables.is_kept(opened)
    with st.container(horizontal=True, vertical_alignment="center", key="copy-line"):
        if kept:
            st.caption(words.COPY_IS_KEPT, width="content")
            _button(words.FORGET_COPY, "copy-forget", kept_tables.forget, opened.table.fingerprint)
        elif kept_tables.can_keep():
            st.caption(words.COPY_IS_NOT_KEPT, width="content")
            _button(words.KEEP_COPY, "copy-keep", kept_tables.keep, opened)
        else:
            st.caption(words.NO_COPIES)


def _button(label: str, key: str, turn, argument: object) -> None:
    st.button(label, key=key, type="tertiary", on_click=turn, args=(argument,))


def wanted(opened: OpenTable) -> bool:
    """Ask before training whether a copy is to be kept; return the answer."""
    if kept_tables.is_kept(opened) or not kept_tables.can_keep():
        return False
    return st.toggle(
        words.KEEP_LABEL,
        not state.visit().shelf.forget_table,
        key=f"keep-table-{opened.table.fingerprint[:8]}",
        help=words.KEEP_HELP,
        persist_state="session",
    )


def show_all() -> None:
    """Show every copy, the room that they may take, and a button to forget each."""
    copies = state.library().tables.kept()
    if not copies:
        return
    with st.expander(words.copies_title(copies), icon=":material/table:", key="copies"):
        st.caption(words.COPIES_RULE)
        st.caption(words.copies_limit(limit() // 1_000_000))
        for copy in copies:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(words.copy_line(copy))
                st.button(
                    words.FORGET,
                    key=f"forget-{copy.fingerprint}",
                    icon=":material/delete:",
                    on_click=kept_tables.forget,
                    args=(copy.fingerprint,),
                )
