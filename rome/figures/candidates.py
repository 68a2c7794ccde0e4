"""The models that a study tried, simplest first, as a table."""

from __future__ import annotations

from math import isfinite

import pandas as pd

from rome.results import StudyResult
from rome.stats.estimate import Estimate
from rome.text.advice import STANDINGS, model_name
from rome.text.numbers import format_percent, half_width


def candidates_table(result: StudyResult) -> pd.DataFrame:
    """Return one line a candidate: what it changes against the reference, with intervals, and how it ended.

    Changes are those on rows that a candidate's fits left out; empty where the study tried none.
    """
    candidates = () if result.advice is None else result.advice.candidates
    return pd.DataFrame(
        {
            "model": [model_name(each.model, each.dro_strength) for each in candidates],
            "everybody": [_said(each.overall_change) for each in candidates],
            "worst observed group": [_said(each.worst_change) for each in candidates],
            "how it ended": [STANDINGS[each.standing] for each in candidates],
        }
    )


def _said(change: Estimate) -> str:
    if not isfinite(change.value):
        return "not ranked"
    reach = half_width(change.low, change.high)
    value, low, high = (
        format_percent(each, reach, signed=True) for each in (change.value, change.low, change.high)
    )
    return f"{value} ({low} to {high})"
