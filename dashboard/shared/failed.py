"""Who is failed, as Groups and Compare show it: the sentence, the figure, and its table."""

from __future__ import annotations

import streamlit as st

from dashboard.shared import figure_card
from dashboard.shared.words import plain
from rome import figures
from rome.results import StudyResult
from rome.text.failed import failed_sentence, latent_sentence

TITLE = "Who is failed"
SLICE_HELP = (
    "A slice is a rule on any columns, found by a shallow tree on one half of the held-out errors and scored "
    "on the other half. Observed groups are the crossed sensitive columns. Typical error is the root mean "
    "squared error, in the outcome's units."
)


def show(result: StudyResult) -> None:
    """Show under a heading whom one model fails; nothing for a study that was stored without it."""
    if not result.failed:
        return
    st.subheader(TITLE, anchor=False, help=SLICE_HELP)
    st.markdown(plain(failed_sentence(result)))
    figure_card.show("failed", figures.failed(result), figures.failed_table(result), result=result)
    said = latent_sentence(result)
    if said:
        st.caption(plain(said))
