"""What has shifted in a new table: columns against the training rows, groups against held-out rows.

Columns have one test each, with Holm over them.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency, fisher_exact, kstwo, norm

from rome.reference import ColumnReference
from rome.score.result import ColumnShift, ScoredRows, ShareShift
from rome.score.scorer import Scorer
from rome.stats.estimate import Estimate
from rome.stats.shares import logit_interval, mean_error
from rome.stats.tests import holm
from rome.table.columns import numbers

#: Expected rows below which a cell of a table of levels is joined with others.
_LEAST_EXPECTED = 5.0
#: Distances of a column from which a shift is called moderate, and large.
MODERATE, LARGE = 0.1, 0.25


def column_shifts(frame: pd.DataFrame, scorer: Scorer) -> tuple[ColumnShift, ...]:
    """Compare every column with the training rows, those that moved most, and beyond chance, first.

    A number is compared by the two-sample test of Kolmogorov and Smirnov at the reference's knots, which can
    only understate the distance; levels, missing among them, by the chi-squared test with rare ones joined. A
    number that is missing more or less often has a second test (Fisher's), and both share the level by
    Bonferroni. Rows count once here, whatever their weight.
    """
    confidence, sensitive = scorer.study.settings.confidence, scorer.study.roles.sensitive
    shifts = [
        _shift(frame[column.column], column, column.column in sensitive, confidence)
        for column in scorer.reference.columns
        if column.known and frame[column.column].notna().any()
    ]
    if not shifts:
        return ()
    adjusted = holm(np.array([shift["p_value"] for shift in shifts]))
    found = [
        ColumnShift(**shift, p_adjusted=float(p), changed=bool(p < 1 - confidence))
        for shift, p in zip(shifts, adjusted, strict=True)
    ]
    return tuple(sorted(found, key=lambda shift: (not shift.changed, -shift.distance)))


def size_word(shift: ColumnShift) -> str:
    """Return how large a shift is, whether or not chance could explain it."""
    if shift.distance >= LARGE:
        return "large"
    return "moderate" if shift.distance >= MODERATE else "small"


def _shift(
    series: pd.Series, column: ColumnReference, sensitive: bool, confidence: float
) -> dict[str, object]:
    own = _of_numbers(series, column) if column.kind == "numeric" else _of_levels(series, column)
    reach = float(norm.isf((1 - confidence) / 2))
    errors = {f"resolution_{name}": reach * error for name, error in own.pop("errors").items()}
    return {"column": column.column, "sensitive": sensitive, "kind": column.kind, **own, **errors}


def _of_numbers(series: pd.Series, column: ColumnReference) -> dict[str, object]:
    values = numbers(series)
    known = np.sort(values[~np.isnan(values)])
    n, missing = len(known), len(values) - len(known)
    knots = np.array(column.knots)
    upto = np.searchsorted(known, knots, "right") / max(n, 1)
    below = np.searchsorted(known, knots, "left") / max(n, 1)
    distance = max(
        float(np.abs(upto - column.upto).max(initial=0.0)),
        float(np.abs(below - column.below).max(initial=0.0)),
    )
    p_value = kolmogorov_smirnov(distance, n, column.known)
    if missing or column.missing:
        table = [[n, missing], [column.known, column.missing]]
        p_value = min(1.0, 2 * min(p_value, float(fisher_exact(table).pvalue)))
    mean = float(known.mean()) if n else np.nan
    # Brought to [-1, 1], so that no square can overflow.
    scale = float(np.abs(known).max(initial=0.0)) or 1.0
    return {
        "level": None,
        "before": column.mean,
        "now": mean,
        "standardised": (mean - column.mean) / column.sd if column.sd > 0 else np.nan,
        "distance": distance,
        "missing_before": column.missing / max(column.rows, 1),
        "missing_now": missing / max(len(values), 1),
        "outside": int(((known < column.low) | (known > column.high)).sum()),
        "errors": {
            "before": _error(column.sd, column.known),
            "now": _error(float((known / scale).std()) * scale, n) if n else np.nan,
            "standardised": sqrt(1 / n + 1 / column.known) if n and column.sd > 0 else np.nan,
        },
        "p_value": p_value,
    }


def _error(sd: float, rows: int) -> float:
    """Return the standard error of a mean; NaN where it isn't known."""
    return sd / sqrt(rows) if rows and sd > 0 else np.nan


def kolmogorov_smirnov(distance: float, first: int, second: int) -> float:
    """Return the p-value of a two-sample distance, by the one-sample law at n₁n₂/(n₁ + n₂) rows."""
    rows = round(first * second / (first + second)) if first and second else 0
    return float(kstwo.sf(distance, rows)) if rows >= 1 else 1.0


def _of_levels(series: pd.Series, column: ColumnReference) -> dict[str, object]:
    spelled = column.spell(series)
    counts = {str(level): int(count) for level, count in spelled.value_counts().items()}
    known, missing = sum(counts.values()), int(spelled.isna().sum())
    names = list(dict.fromkeys([*column.counts, *counts]))
    before = np.array([column.counts.get(name, 0) for name in names], dtype=float)
    now = np.array([counts.get(name, 0) for name in names], dtype=float)
    gap = now / max(known, 1) - before / max(column.known, 1)
    most = int(np.abs(gap).argmax())
    table = np.array([[*before, column.missing], [*now, missing]])
    share_before, share_now = float(before[most] / max(column.known, 1)), float(now[most] / max(known, 1))
    return {
        "level": names[most],
        "before": share_before,
        "now": share_now,
        "standardised": np.nan,
        "distance": float(np.abs(gap).sum() / 2),
        "missing_before": column.missing / max(column.rows, 1),
        "missing_now": missing / max(len(series), 1),
        "outside": sum(count for name, count in counts.items() if name not in column.counts),
        "errors": {
            "before": _error(sqrt(share_before * (1 - share_before)), column.known),
            "now": _error(sqrt(share_now * (1 - share_now)), known),
            "standardised": np.nan,
        },
        "p_value": same_levels(table),
    }


def same_levels(table: np.ndarray) -> float:
    """Return the p-value of "both rows of counts (2, L) have the same shares".

    Levels with fewer than five expected rows on either side are joined; what still is too few for chi-squared
    in two columns is Fisher's.
    """
    table = table[:, table.sum(axis=0) > 0]
    totals, rows = table.sum(axis=0), table.sum(axis=1)
    expected = totals * rows.min() / rows.sum()
    rare = expected < _LEAST_EXPECTED
    if rare.any():
        table = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)])
    if table.shape[1] < 2:
        return 1.0
    if table.shape[1] == 2:
        return float(fisher_exact(table.astype(int)).pvalue)
    return float(chi2_contingency(table, correction=False).pvalue)


def share_shifts(rows: ScoredRows, scorer: Scorer) -> tuple[ShareShift, ...]:
    """Compare each group's mean membership on two sets of rows, neither of which the gate was fitted on.

    The variance of a weighted mean m̄ is Σ w²(m − m̄)²/(Σ w)² · n/(n − 1); the difference is tested as normal.
    With two groups the second share follows from the first, so that there is one test. No group, no shift:
    empty for a study of one group.
    """
    held_out = scorer.study.rows.is_test
    names, confidence = scorer.group_names, scorer.study.settings.confidence
    if len(names) < 2:
        return ()
    before = _means(scorer.study.rows.membership[held_out], scorer.study.rows.weight[held_out])
    counted = rows.weight > 0
    now = _means(rows.membership[counted], rows.weight[counted])
    gap, error = now[0] - before[0], np.sqrt(now[1] ** 2 + before[1] ** 2)
    p_values = np.where(error > 0, 2 * norm.sf(np.abs(gap) / np.where(error > 0, error, 1.0)), np.nan)
    tests = len(names) if len(names) > 2 else 1
    adjusted = np.array(holm(p_values)) if tests > 1 else p_values
    wide = norm.isf((1 - confidence) / (2 * tests))
    return tuple(
        ShareShift(
            group=name,
            before=_interval(before[0][k], before[1][k], confidence),
            now=_interval(now[0][k], now[1][k], confidence),
            difference=Estimate(
                float(gap[k]), float(gap[k] - wide * error[k]), float(gap[k] + wide * error[k])
            ),
            p_value=float(p_values[k]),
            p_adjusted=float(adjusted[k]),
            changed=bool(adjusted[k] < 1 - confidence),
        )
        for k, name in enumerate(names)
    )


def _means(membership: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return weighted means (K,) of memberships (n, K) and their standard errors; NaN from one row."""
    return weight @ membership / weight.sum(), mean_error(membership, weight)


def _interval(share: float, error: float, confidence: float) -> Estimate:
    return Estimate(float(share), *logit_interval(float(share), float(error), confidence))
