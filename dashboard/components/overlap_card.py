"""Whether the latent groups are only the observed ones under other names."""

from __future__ import annotations

import streamlit as st

from dashboard import cache, wording
from dashboard.components import figure_card
from rome import figures
from rome.results import StudyResult


def show(result: StudyResult) -> None:
    """Show the sentence, the heat map, and the measures behind both."""
    found = cache.overlap(result)
    st.subheader(wording.others.overlap_title(result.data.observed_columns), anchor=False)
    st.markdown(wording.plain(figures.overlap_sentence(result, found)))
    st.caption(wording.others.OVERLAP_LEAD)
    figure_card.show("overlap", cache.overlap_figure(result), figures.overlap_table(found), result=result)
    with st.expander(wording.others.OVERLAP_MEASURES, icon=":material/function:"):
        st.caption(wording.others.OVERLAP_NOTE)
        figure_card.listing("overlap-measures", figures.overlap_measures(result, found), result)
