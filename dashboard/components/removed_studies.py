"""Studies that were removed: undone at once, restored for a week, or deleted for good."""

from __future__ import annotations

import streamlit as st

from dashboard import shelf, state
from dashboard.wording import studies as words
from rome.store import Removed


def show_undo(removed: tuple[Removed, ...]) -> None:
    """Offer to bring back the study that was removed last."""
    last = state.visit().shelf.removed
    named = [each.entry.name for each in removed if each.entry.header.study_id == last]
    if not named:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="undo"):
        st.markdown(words.removed(named[0]))
        st.button(
            words.UNDO, key="studies-undo", icon=":material/undo:", on_click=shelf.restore, args=(last,)
        )


def show(removed: tuple[Removed, ...]) -> None:
    """Show what can be restored, and the rule by which it goes."""
    if not removed:
        return
    with st.expander(words.removed_title(len(removed)), icon=":material/delete:", key="removed"):
        st.caption(words.REMOVED_RULE)
        for each in removed:
            identity = each.entry.header.study_id
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(words.removed_line(each.entry.name, each.when))
                st.button(
                    words.RESTORE,
                    key=f"restore-{identity}",
                    icon=":material/undo:",
                    on_click=shelf.restore,
                    args=(identity,),
                )
        st.button(
            words.EMPTY, key="studies-empty", icon=":material/delete_forever:", on_click=shelf.empty_removed
        )
