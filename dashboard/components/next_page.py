"""The way on: the one primary button of a page that has done its work."""

from __future__ import annotations

import streamlit as st


def button(page: str, label: str, disabled: bool = False) -> None:
    """Show the button, and go to the page called ``page`` when it is pressed."""
    pressed = st.button(
        label,
        key=f"next-{page}",
        type="primary",
        icon=":material/arrow_forward:",
        icon_position="right",
        disabled=disabled,
    )
    if pressed:
        st.switch_page(f"views/{page}.py")
