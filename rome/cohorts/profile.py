"""Who the chosen rows are: every column's mean or share among them, against everybody's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import hypot, isfinite
from statistics import NormalDist

import numpy as np
import pandas as pd

from rome.results import ProfileEntry, StudyResult
from rome.stats.sizes import effective_rows
from rome.table.columns import is_numeric, levels

#: A text column is described by its most frequent levels; the rest would fill the page.
MOST_LEVELS = 8


def rows_profile(result: StudyResult, rows: Iterable[int], frame: pd.DataFrame) -> tuple[ProfileEntry, ...]:
    """Compare chosen rows with all used rows in every column of the study, the outcome included.

    With f the cohort's share of the case weight, s everybody's standard deviation, and g and r the cohort and
    the rest, the difference is (1 − f)(mean_g − mean_r)/s, and its standard error
    (1 − f) √(s_g²/(n_g − 1) + s_r²/(n_r − 1))/s, with Kish's effective numbers of rows. Intervals are NaN
    where the cohort or the rest has fewer than two effective rows. They take the rows as given: that somebody
    chose them is not in them.

    Parameters
    ----------
    result : StudyResult
    rows : iterable of int
        Data row numbers; those that the study did not use are ignored.
    frame : DataFrame
        The table that the study was made of.
    """
    arrays, roles = result.rows, result.roles
    inside = np.isin(arrays.row, np.fromiter(rows, dtype=int))
    used = frame.iloc[np.asarray(arrays.row) - 1]
    z = NormalDist().inv_cdf(0.5 + result.settings.confidence / 2)
    entries = []
    for column in dict.fromkeys((roles.outcome, *roles.sensitive, *roles.features)):
        sensitive = column in roles.sensitive
        for term, values, is_share in _terms(column, used[column]):
            entries.append(_entry(term, column, sensitive, values, inside, arrays.weight, is_share, z))
    return tuple(entries)


def _terms(column: str, series: pd.Series) -> Iterator[tuple[str, np.ndarray, bool]]:
    """Yield what describes a column: (term, values (n,) with NaN where missing, whether they are 0/1)."""
    absent = series.isna().to_numpy()
    if is_numeric(series):
        yield column, series.to_numpy(dtype=float, na_value=np.nan), False
    else:
        text = levels(series)
        for level in text.value_counts().index[:MOST_LEVELS]:
            held = (text == level).to_numpy(dtype=float, na_value=0.0)
            yield f"{column} = {level}", np.where(absent, np.nan, held), True
    if absent.any():
        yield f"{column} missing", absent.astype(float), True


def _entry(
    term: str,
    column: str,
    sensitive: bool,
    values: np.ndarray,
    inside: np.ndarray,
    weights: np.ndarray,
    is_share: bool,
    z: float,
) -> ProfileEntry:
    known = np.isfinite(values) & (weights > 0)
    everybody = _Moments.of(values[known], weights[known])
    here = _Moments.of(values[known & inside], weights[known & inside])
    rest = _Moments.of(values[known & ~inside], weights[known & ~inside])
    nan = float("nan")
    spread = everybody.variance**0.5
    flat = spread <= 1e-12 * max(abs(everybody.mean), 1e-300)
    gap = 0.0 if flat else (here.mean - everybody.mean) / spread
    share = here.total / everybody.total if everybody.total else nan
    low, high = here.mean - z * here.error, here.mean + z * here.error
    if is_share and isfinite(low):
        low, high = max(low, 0.0), min(high, 1.0)
    reach = nan if flat else z * (1 - share) * hypot(here.error, rest.error) / spread
    return ProfileEntry(
        term=term,
        column=column,
        sensitive=sensitive,
        group_mean=here.mean,
        overall_mean=everybody.mean,
        standardised_difference=gap,
        low=gap - reach,
        high=gap + reach,
        group_low=low,
        group_high=high,
        is_share=is_share,
    )


class _Moments:
    """Weighted mean, variance and standard error of some values; NaN where they can't be had."""

    def __init__(self, mean: float, variance: float, total: float, rows: float) -> None:
        self.mean, self.variance, self.total = mean, variance, total
        self.error = (variance / (rows - 1)) ** 0.5 if rows >= 2 else float("nan")

    @classmethod
    def of(cls, values: np.ndarray, weights: np.ndarray) -> _Moments:
        """Return the moments of values (n,) with case weights (n,)."""
        total = float(weights.sum())
        if total <= 0:
            return cls(float("nan"), float("nan"), 0.0, 0.0)
        # Scaled, so that no column's squares overflow.
        size = float(np.abs(values).max()) or 1.0
        scaled = values / size
        mean = float(weights @ scaled) / total
        variance = float(weights @ (scaled - mean) ** 2) / total
        return cls(mean * size, variance * size * size, total, float(effective_rows(weights)))
