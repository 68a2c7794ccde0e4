"""Tables and values that leave the program: CSV that a spreadsheet won't execute, JSON that is strict."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass

import numpy as np
import pandas as pd

#: A spreadsheet takes a cell that begins so as a formula, or as something it may act on.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def to_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV: commas, CRLF line ends, UTF-8 with byte-order mark, no row index.

    The mark makes Excel read accents rightly; every reader of this project skips it. Text cells and
    names that begin with = + - @, a tab or a carriage return get a leading apostrophe, so that no
    spreadsheet executes them. Numbers, negative ones too, are written as they are, to the last digit.
    """
    safe = pd.DataFrame(
        {place: _safe_column(frame.iloc[:, place]) for place in range(frame.shape[1])}, index=frame.index
    )
    header = [_safe_text(str(name)) for name in frame.columns]
    # With CRLF as line end, a lone carriage return in a cell is quoted too, and can't begin a new row.
    text = safe.to_csv(index=False, header=header, lineterminator="\r\n")
    return text.encode("utf-8-sig", "replace")


def to_json(values: object) -> bytes:
    """Return plain values, dataclasses and arrays as strict JSON in UTF-8; what is not finite is null.

    Raises
    ------
    TypeError
        A value has no form in JSON.
    """
    return json.dumps(_plain(values), allow_nan=False, ensure_ascii=False, indent=1).encode(
        "utf-8", "backslashreplace"
    )


def _safe_column(series: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(series) or pd.api.types.is_datetime64_any_dtype(series):
        return series
    return series.astype(object).map(_safe_cell, na_action="ignore")


def _safe_cell(value: object) -> object:
    return _safe_text(value) if isinstance(value, str) else value


def _safe_text(text: str) -> str:
    # Spaces before the sign do not stop every spreadsheet.
    return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) else text


def _plain(value: object) -> object:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(entry) for entry in value]
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if value is pd.NA or value is pd.NaT:
        return None
    raise TypeError(f"{type(value).__name__} has no form in JSON; turn it into plain values first.")
