"""What the program does, how, and what it can't tell."""

import platform
from pathlib import Path

import streamlit as st

from dashboard import state, wording
from dashboard.components import page_head
from rome import __version__

_LICENCE = Path(__file__).resolve().parents[2] / "LICENSE"


def main() -> None:
    """Lay out the page."""
    page_head.show("about")
    words = wording.about
    st.subheader(words.DOES_TITLE, anchor=False)
    st.markdown(words.DOES)
    st.subheader(words.CANNOT_TITLE, anchor=False)
    st.markdown("\n".join(f"- {item}" for item in words.CANNOT))
    st.subheader(words.METHOD_TITLE, anchor=False)
    st.markdown("\n".join(f"{number}. {item}" for number, item in enumerate(words.METHOD, 1)))
    st.caption(words.SOURCE)
    st.subheader(words.PRIVACY_TITLE, anchor=False)
    st.markdown("\n".join(f"- {item}" for item in words.PRIVACY))
    st.caption(wording.plain(words.folder(str(state.library().root))))
    _show_keys()
    _show_version()


def _show_keys() -> None:
    words = wording.about
    st.subheader(words.KEYS_TITLE, anchor=False)
    head, rule = (f"| {' | '.join(cells)} |" for cells in (words.KEYS_HEADINGS, ("---", "---")))
    st.markdown("\n".join([head, rule, *(f"| {keys} | {does} |" for keys, does in words.KEYS)]))
    st.caption(words.MAP_KEYS)


def _show_version() -> None:
    words = wording.about
    st.subheader(words.VERSION_TITLE, anchor=False)
    st.markdown(words.version(__version__, platform.python_version()))
    st.caption(words.LICENCE_NOTE)
    with st.expander(words.LICENCE_TITLE, icon=":material/gavel:"):
        if _LICENCE.is_file():
            st.code(_LICENCE.read_text(encoding="utf-8"), language=None, wrap_lines=True)
        else:
            st.caption(words.NO_LICENCE)


main()
