"""What a report holds besides the study: named cohorts, and the newest comparison with other models."""

from __future__ import annotations

import streamlit as st

from dashboard import cache, cohorts, state, wording
from rome import jobs
from rome.compare import ComparisonResult
from rome.errors import RomeError
from rome.report import Extras
from rome.results import StudyResult


def gather(result: StudyResult) -> Extras:
    """Return what is kept beside the study; what can't be read is told and left out."""
    kept = cohorts.kept(result)
    found = cache.cohort_errors(result, kept) if kept else ()
    return Extras(cohorts=found, comparison=_comparison(result))


def _comparison(result: StudyResult) -> ComparisonResult | None:
    """Return the newest finished comparison of the study's table in its roles."""
    fingerprint = result.data.fingerprint
    try:
        for asked in jobs.asked_comparisons(state.library(), fingerprint):
            if asked.is_kept and asked.roles == result.roles:
                return cache.comparison(fingerprint, asked.identity)
    except RomeError as error:
        st.caption(wording.plain(error))
    return None
