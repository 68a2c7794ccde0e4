"""What the report will say, section by section: its words, pictures and tables, before it is downloaded."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.shared import figure_card
from dashboard.shared.words import plain
from rome.report import Extras
from rome.report.blocks import Block, Code, Heading, Listing, Picture, Points, Prose
from rome.report.contents import SECTIONS, Section, contents
from rome.report.tables import TextTable
from rome.results import StudyResult


def show(result: StudyResult, title: str, notes: str, sections: tuple[str, ...], extras: Extras) -> None:
    """Show title and notes, and every chosen section; one is drawn when it is opened."""
    st.markdown(f"**{plain(title)}**")
    if notes.strip():
        st.markdown(_lines(notes))
    for key in sections:
        fold = st.expander(
            SECTIONS[key],
            expanded=key == "answer",
            key=f"preview-{key}-{result.study_id}",
            on_change="rerun",
        )
        if fold.open:
            with fold:
                for section in contents(result, (key,), extras):
                    _section(section)


def _section(section: Section) -> None:
    for place, block in enumerate(section.blocks):
        _block(block, f"preview-{section.key}-{place}")


def _block(block: Block, key: str) -> None:
    match block:
        case Prose():
            st.markdown(plain(block.text))
        case Points():
            st.markdown("\n".join(f"- {plain(item)}" for item in block.items))
        case Heading():
            st.markdown(f"**{plain(block.text)}**")
        case Picture():
            st.markdown(f"**{plain(block.title)}**")
            figure_card.chart(key, block.figure)
        case Listing():
            if block.title:
                st.markdown(f"**{plain(block.title)}**")
            _table(block.table, key)
        case Code():
            st.markdown(f"**{plain(block.title)}**")
            st.code(block.text, wrap_lines=True)


def _table(table: TextTable, key: str) -> None:
    headings = [name.capitalize() for name in table.header] or [" ", "  "]
    st.dataframe(
        pd.DataFrame(table.rows, columns=headings), hide_index=True, height="content", key=key, alt=key
    )
    if table.note:
        st.caption(plain(table.note))


def _lines(text: str) -> str:
    """Return the user's own lines, each as it is, one below the other."""
    return "  \n".join(plain(line) for line in text.strip().splitlines())
