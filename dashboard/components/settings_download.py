"""The settings of a study as a file: read only when somebody takes it."""

from __future__ import annotations

import re

import streamlit as st

from dashboard import state
from dashboard.wording import settings_file as words
from rome.store.settings_file import write_settings


def show(identity: str, table: str) -> None:
    """Show the button that downloads the settings of a study of the library."""
    name = re.sub(r"[^\w-]+", "_", table.rpartition(".")[0] or table).strip("_")[:40] or "study"
    st.download_button(
        words.DOWNLOAD,
        lambda: _content(identity),
        f"{name}_settings_{identity[:6]}.json",
        "application/json",
        key=f"settings-{identity}",
        on_click="ignore",
        icon=":material/download:",
        help=words.HELP,
    )


def _content(identity: str) -> bytes:
    current = state.study()
    result = current if current is not None and current.study_id == identity else None
    result = result or state.library().load(identity)
    return write_settings(result.roles, result.settings, result.data.name)
