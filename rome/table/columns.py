"""What one column holds: numbers, levels or dates, and how to get at them whatever their dtype."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from rome.errors import ColumnError, nearest

Kind = Literal["numeric", "text", "date"]

#: Spellings of yes and no, in small letters.
TRUE_WORDS = frozenset({"true", "t", "yes", "y", "1"})
FALSE_WORDS = frozenset({"false", "f", "no", "n", "0"})
#: The square of anything larger may overflow a float, alone or in a sum.
LARGEST_SQUARABLE = 1e150
_ISO_DATE = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
_DAY_FIRST_DATE = r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{2}|\d{4})"
_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?)?"
_DATE = rf"(?:{_ISO_DATE}|{_DAY_FIRST_DATE}){_TIME}"
_DATE_SAMPLE = 500
_DATE_SHARE = 0.9


def require_column(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return a column, or raise ``ColumnError`` with the nearest name."""
    if column not in frame.columns:
        raise ColumnError(
            f'Column "{column}" is not in the table ({frame.shape[1]} columns).'
            f"{nearest(column, frame.columns)} Rename the column in the file, or choose another one."
        )
    return frame[column]


def is_numeric(series: pd.Series) -> bool:
    """Whether the column holds numbers (booleans are two levels, not numbers)."""
    return pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series)


def column_kind(series: pd.Series) -> Kind:
    """Return ``numeric``, ``date`` (as dates, or as text that reads as dates) or ``text``."""
    if is_numeric(series):
        return "numeric"
    return "date" if _is_date(series) else "text"


def numbers(series: pd.Series) -> np.ndarray:
    """Return a float64 copy of a column; what is no finite number becomes NaN."""
    if is_numeric(series):
        values = series.to_numpy(dtype=np.float64, na_value=np.nan).copy()
    else:
        values = pd.to_numeric(levels(series), errors="coerce").to_numpy(np.float64, na_value=np.nan).copy()
    values[~np.isfinite(values)] = np.nan
    return values


def levels(series: pd.Series) -> pd.Series:
    """Return a column as text levels of dtype ``str``, with missing values kept missing.

    Booleans become "true" and "false"; whole numbers lose their ".0".
    """
    if pd.api.types.is_bool_dtype(series):
        spelled = series.map({True: "true", False: "false"}, na_action="ignore")
        return spelled.astype("str")
    if is_numeric(series):
        return _number_levels(series)
    return series if series.dtype == "str" else series.astype("str")


def number_text(value: float) -> str:
    """Return a number as a level: 2.0 is "2", 0.5 is "0.5"."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 2**53 else repr(float(value))


def as_boolean_levels(series: pd.Series) -> pd.Series:
    """Return text levels with every known spelling of yes and no turned to "true" and "false"."""
    words = dict.fromkeys(TRUE_WORDS, "true") | dict.fromkeys(FALSE_WORDS, "false")
    spelled = levels(series)
    return spelled.str.lower().map(words, na_action="ignore").astype("str").fillna(spelled)


def _number_levels(series: pd.Series) -> pd.Series:
    values = numbers(series)
    codes, distinct = pd.factorize(values)
    names = np.array([number_text(value) for value in distinct] + [None], dtype=object)
    return pd.Series(names[codes], index=series.index, name=series.name).astype("str")


def _is_date(series: pd.Series) -> bool:
    if pd.api.types.is_datetime64_any_dtype(series):
        return True
    if pd.api.types.is_bool_dtype(series):
        return False
    sample = levels(series.dropna().head(_DATE_SAMPLE))
    return len(sample) > 0 and bool(sample.str.fullmatch(_DATE).mean() >= _DATE_SHARE)
