"""What the program does, how, and what it can't tell."""

import platform
from pathlib import Path

import streamlit as st

from dashboard import state
from dashboard.screens.about import words
from dashboard.shared import page
from dashboard.shared.words import plain
from rome import __version__

_LICENCE = Path(__file__).resolve().parents[3] / "LICENSE"


def main() -> None:
    """Lay out the page."""
    page.head("about")
    st.subheader("What it does", anchor=False)
    st.markdown(words.DOES)
    st.subheader("What it cannot tell", anchor=False)
    st.markdown("\n".join(f"- {item}" for item in words.CANNOT))
    st.subheader("How it works, in five sentences", anchor=False)
    st.markdown("\n".join(f"{number}. {item}" for number, item in enumerate(words.METHOD, 1)))
    st.caption(words.SOURCE)
    st.subheader("Where your data are", anchor=False)
    st.markdown("\n".join(f"- {item}" for item in words.PRIVACY))
    st.caption(plain(words.folder(str(state.library().root))))
    _show_keys()
    _show_version()


def _show_keys() -> None:
    st.subheader("With the keyboard", anchor=False)
    head, rule = (f"| {' | '.join(cells)} |" for cells in (words.KEYS_HEADINGS, ("---", "---")))
    st.markdown("\n".join([head, rule, *(f"| {keys} | {does} |" for keys, does in words.KEYS)]))
    st.caption(words.MAP_KEYS)


def _show_version() -> None:
    st.subheader("Version and licence", anchor=False)
    st.markdown(words.version(__version__, platform.python_version()))
    st.caption(words.LICENCE_NOTE)
    with st.expander("The licence in full", icon=":material/gavel:"):
        if _LICENCE.is_file():
            st.code(_LICENCE.read_text(encoding="utf-8"), language=None, wrap_lines=True)
        else:
            st.caption(words.NO_LICENCE)


main()
