"""A table before any model: what each column holds, and how the outcome differs by the sensitive ones."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan, sqrt

import numpy as np
import pandas as pd

from rome.settings.study import Outcome
from rome.stats.shares import wilson
from rome.stats.sizes import effective_rows
from rome.table.columns import Kind, column_kind, is_numeric, levels, number_text, numbers
from rome.table.outcome import outcome_values
from rome.table.roles import Roles
from rome.table.split import usable_rows

_MOST_EXAMPLES = 3
#: Bars of a small histogram: of a quantity, and of the most frequent levels.
_MOST_BINS, _MOST_LEVELS = 16, 12
#: Cells with fewer rows say next to nothing, and are marked.
FEW_ROWS = 10
CONFIDENCE = 0.95
_MOST_NUMBERS = 8
_QUANTILES, _OUTCOME_BINS = 5, 30


@dataclass(frozen=True)
class ColumnOverview:
    """One column. ``low`` and ``high`` are the range of a numeric column, else None; ``examples`` are the
    most frequent levels of any other column; ``missing`` counts its missing values. ``bars`` are counts for a
    small histogram: of bins of equal width from ``low`` to ``high``, or of the most frequent levels."""

    name: str
    kind: Kind
    missing: int
    missing_share: float
    distinct: int
    low: float | None
    high: float | None
    examples: tuple[str, ...]
    bars: tuple[int, ...] = ()


def overview(frame: pd.DataFrame) -> tuple[ColumnOverview, ...]:
    """Return an overview of every column, in the table's order."""
    return tuple(_column(frame[name]) for name in frame.columns)


def _column(series: pd.Series) -> ColumnOverview:
    known = series.dropna()
    missing = len(series) - len(known)
    numeric = is_numeric(series) and len(known) > 0
    values = numbers(known) if numeric else None
    distinct = int(known.nunique())
    counts = None if numeric else levels(known).value_counts()
    return ColumnOverview(
        name=str(series.name),
        kind=column_kind(series),
        missing=missing,
        missing_share=missing / max(len(series), 1),
        distinct=distinct,
        low=float(values.min()) if numeric else None,
        high=float(values.max()) if numeric else None,
        examples=() if numeric else tuple(str(level) for level in counts.index[:_MOST_EXAMPLES]),
        bars=_bins(values, distinct) if numeric else tuple(int(count) for count in counts[:_MOST_LEVELS]),
    )


def _bins(values: np.ndarray, distinct: int) -> tuple[int, ...]:
    """Count values by bins of equal width, no more bins than there are different values."""
    low, high = float(values.min()), float(values.max())
    bins = min(_MOST_BINS, distinct)
    if bins < 2:
        return (len(values),)
    # Halved first: the range of two huge numbers may be no float.
    places = (values / 2 - low / 2) / (high / 2 - low / 2) * bins
    return tuple(np.bincount(np.clip(places.astype(np.intp), 0, bins - 1), minlength=bins).tolist())


@dataclass(frozen=True)
class Cell:
    """The rows with one value of a sensitive column: how many, their mean outcome, and its interval.

    ``mean`` is in the outcome's units, or the share of the level that counts as 1; ``low`` and ``high`` are
    NaN where one row, or equal values, give no interval. ``few`` marks cells under ``FEW_ROWS`` rows.
    """

    label: str
    rows: int
    mean: float
    low: float
    high: float

    @property
    def few(self) -> bool:
        """Whether there are too few rows to say anything."""
        return self.rows < FEW_ROWS


@dataclass(frozen=True)
class Attribute:
    """A sensitive column's cells; ``binned`` says that they are fifths of a quantity, ``pooled`` how many
    rarer levels share the last cell."""

    column: str
    binned: bool
    pooled: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class OutcomeOverview:
    """The outcome of ``rows`` usable rows before any model.

    ``edges`` (bins + 1,) and ``counts`` (bins,) are its histogram; for a binary outcome ``edges`` is empty
    and ``counts`` are the rows with 0 and with 1. ``positive`` is the level that counts as 1.
    """

    outcome: str
    kind: Outcome
    positive: str | None
    rows: int
    mean: float
    weighted: bool
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    attributes: tuple[Attribute, ...]


def outcome_overview(frame: pd.DataFrame, roles: Roles) -> OutcomeOverview:
    """Return the outcome's spread, and its mean for every value of every sensitive column.

    Quantities with more than eight values are cut at their fifths. Means are weighted where there is a
    weight. The interval of a mean is Student's, with the variance of a weighted mean linearised and Kish's
    (1965) effective rows; that of a share is Wilson's (1927) on the effective rows. Nothing here is adjusted
    for other columns.

    Raises
    ------
    ColumnError, OutcomeError
        The roles, the weights or the outcome can't be used.
    """
    outcome, usable = outcome_values(frame, roles), usable_rows(frame, roles)
    values, weight = outcome.values[usable.index], usable.weight
    edges, counts = _histogram(values, outcome.kind)
    used = frame if len(usable.index) == len(frame) else frame.iloc[usable.index]
    return OutcomeOverview(
        outcome=roles.outcome,
        kind=outcome.kind,
        positive=outcome.positive,
        rows=len(values),
        mean=float(np.average(values, weights=weight)) if len(values) else nan,
        weighted=roles.weight is not None,
        edges=edges,
        counts=counts,
        attributes=tuple(
            _attribute(used[column], values, weight, outcome.kind == "binary") for column in roles.sensitive
        ),
    )


def _histogram(values: np.ndarray, kind: Outcome) -> tuple[tuple[float, ...], tuple[int, ...]]:
    if kind == "binary":
        ones = int((values == 1).sum())
        return (), (len(values) - ones, ones)
    if not len(values):
        return (), ()
    distinct = np.unique(values)
    bins = min(_OUTCOME_BINS, max(len(distinct), 1))
    counts, edges = np.histogram(values, bins)
    return tuple(edges.tolist()), tuple(int(count) for count in counts)


def _attribute(series: pd.Series, values: np.ndarray, weight: np.ndarray, binary: bool) -> Attribute:
    codes, labels, binned, pooled = _coded(series)
    cells = []
    for code, label in enumerate(labels):
        inside = codes == code
        if inside.any():
            low_mean_high = _mean(values[inside], weight[inside], binary)
            cells.append(Cell(label, int(inside.sum()), *low_mean_high))
    return Attribute(str(series.name), binned, pooled, tuple(cells))


def _coded(series: pd.Series) -> tuple[np.ndarray, list[str], bool, int]:
    """Return the cell of every row, the cells' labels, whether they are fifths, and how many are pooled."""
    absent = series.isna().to_numpy()
    if is_numeric(series) and series.nunique() > _MOST_NUMBERS:
        codes, labels = _fifths(numbers(series))
        pooled, binned = 0, True
    else:
        codes, labels, pooled = _frequent(series)
        binned = False
    codes[absent] = len(labels)
    return codes, [*labels, "missing"], binned, pooled


def _fifths(values: np.ndarray) -> tuple[np.ndarray, list[str]]:
    known = values[~np.isnan(values)]
    inner = np.quantile(known, np.arange(1, _QUANTILES) / _QUANTILES, method="inverted_cdf")
    inner = np.unique(inner[inner < known.max()])
    codes = np.searchsorted(inner, values, side="left")
    labels = []
    for code in range(len(inner) + 1):
        inside = known[np.searchsorted(inner, known, side="left") == code]
        labels.append(_span(float(inside.min()), float(inside.max())))
    return codes, labels


def _span(low: float, high: float) -> str:
    ends = [number_text(end) if end.is_integer() else f"{end:.4g}" for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _frequent(series: pd.Series) -> tuple[np.ndarray, list[str], int]:
    """Codes of the most frequent levels; numbers in their order, words by how many rows they have."""
    text = levels(series)
    counts = text.value_counts()
    kept = list(counts.index[:_MOST_LEVELS])
    if is_numeric(series):
        kept = sorted(kept, key=float)
    pooled = len(counts) - len(kept)
    position = {level: place for place, level in enumerate(kept)}
    places, distinct = pd.factorize(text)
    codes = np.array([*(position.get(level, len(kept)) for level in distinct), -1])[places]
    what = "dates" if column_kind(series) == "date" else "values"
    return codes, kept + ([f"{pooled:,} other {what}"] if pooled else []), pooled


def _mean(values: np.ndarray, weight: np.ndarray, binary: bool) -> tuple[float, float, float]:
    """Return a weighted mean and its interval, as (mean, low, high)."""
    total = float(weight.sum())
    mean = float(weight @ values) / total
    rows = float(effective_rows(weight))
    if binary:
        return mean, *wilson(mean, rows, CONFIDENCE)
    if len(values) < 2:
        return mean, nan, nan
    spread = float((weight**2) @ (values - mean) ** 2)
    error = sqrt(spread * len(values) / (len(values) - 1)) / total
    if not isfinite(error) or error == 0:
        return mean, nan, nan
    from scipy.special import stdtrit

    reach = float(stdtrit(max(rows - 1, 1), 0.5 + CONFIDENCE / 2)) * error
    return mean, mean - reach, mean + reach
