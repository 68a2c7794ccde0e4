"""A word where a recommendation was made on validation rows and held-out rows do not bear it out."""

from __future__ import annotations

import streamlit as st

from dashboard import wording
from rome.results import StudyResult
from rome.text import sentences


def show(result: StudyResult) -> None:
    """Say so where ROME is recommended but no improvement can be claimed at that strength."""
    recommended = result.dro.recommended
    if recommended == "pooled" or sentences.claim(result, recommended).level == "improvement":
        return
    st.warning(wording.compare.unconfirmed(result), icon=":material/warning:")
