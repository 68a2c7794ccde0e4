"""What was changed since the table was opened, each step with a way back."""

from __future__ import annotations

import streamlit as st

from dashboard import state, tables, wording


def show() -> None:
    """Show the steps that were taken on findings, and the way back from the last change of any kind."""
    now = state.visit()
    if now.version is None or not now.past:
        return
    with st.container(border=True, key="changes"):
        st.markdown(f"**{wording.data.CHANGES_TITLE}**")
        for place, mended in enumerate(now.version.mended):
            with st.container(
                horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
            ):
                st.markdown(wording.data.mended(mended.mend))
                st.button(
                    wording.data.TAKE_BACK,
                    key=f"take-back-{place}",
                    icon=":material/undo:",
                    on_click=tables.take_back,
                    args=(mended,),
                )
        if not now.version.mended:
            st.caption(wording.data.ONLY_EDITS)
        with st.container(horizontal=True):
            st.button(wording.data.UNDO, key="undo", icon=":material/undo:", on_click=tables.undo)
            st.button(wording.data.UNDO_ALL, key="undo-all", type="tertiary", on_click=tables.undo_all)
