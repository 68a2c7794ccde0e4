"""Tables and values that leave the program: CSV that a spreadsheet won't execute, JSON that is strict."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

#: A spreadsheet takes a cell that begins so as a formula, or as something it may act on.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


#: Cells that a spreadsheet may act on (spaces before the sign don't stop every one), and that need quotes.
_DANGEROUS_CELL = f"^ *[{re.escape(''.join(_DANGEROUS))}]"
_QUOTED_CELL = '[,"\r\n]'
#: Rows that are joined to text at a time.
_BLOCK_ROWS = 50_000
_TEXT = pa.large_string()


def to_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV: commas, CRLF line ends, UTF-8 with byte-order mark, no row index.

    The mark makes Excel read accents rightly; every reader of this project skips it. Text cells and
    names that begin with = + - @, a tab or a carriage return get a leading apostrophe, so that no
    spreadsheet executes them. Numbers, negative ones too, are written as they are, to the last digit.
    """
    blocks = [frame.iloc[start : start + _BLOCK_ROWS] for start in range(0, len(frame), _BLOCK_ROWS)]
    try:
        lines = [_lines(block) for block in blocks]
    except _NoPlainColumnError:
        # Dates and columns of mixed values: slower, cell by cell, in the same layout.
        return _cell_by_cell(frame)
    return b"".join([_cell_by_cell(frame.iloc[:0]), *lines])


class _NoPlainColumnError(Exception):
    """A column is neither numbers nor text only."""


def _lines(frame: pd.DataFrame) -> bytes:
    """Return the rows of a table of plain columns, without a header."""
    columns = [_cells(frame.iloc[:, place]) for place in range(frame.shape[1])]
    if len(columns) < 2:
        # An empty cell alone in its row needs quotes, so that it is a row.
        raise _NoPlainColumnError
    return _whole(_joined(_joined(*columns, by=","), "", by="\r\n"))


def _joined(*texts: pa.Array | str, by: str) -> pa.LargeStringArray:
    """Return texts put together cell by cell; where one is missing, so is the whole."""
    plain = [pa.scalar(text, _TEXT) if isinstance(text, str) else text for text in (*texts, by)]
    return pc.binary_join_element_wise(*plain)


def _whole(texts: pa.LargeStringArray) -> bytes:
    """Return all texts one after the other."""
    as_list = pa.LargeListArray.from_arrays(pa.array([0, len(texts)], pa.int64()), texts)
    return pc.binary_join(as_list, pa.scalar("", _TEXT))[0].as_buffer().to_pybytes()


def _cells(series: pd.Series) -> pa.LargeStringArray:
    """Return a column's cells as they stand in a file, missing ones empty.

    Numbers have the fewest digits that give them back, and whole ones of a column of fractions end in .0.
    """
    kind = series.dtype
    if pd.api.types.is_bool_dtype(kind):
        cells = pc.cast(pc.if_else(pa.array(series, from_pandas=True), "True", "False"), _TEXT)
    elif pd.api.types.is_integer_dtype(kind):
        cells = pc.cast(pa.array(series, from_pandas=True), _TEXT)
    elif pd.api.types.is_float_dtype(kind) and kind.itemsize in (4, 8):
        cells = pc.cast(pa.array(series, from_pandas=True), _TEXT)
        whole = pc.match_substring_regex(cells, "^-?[0-9]+$")
        cells = pc.if_else(whole, _joined(cells, ".0", by=""), cells)
    elif pd.api.types.infer_dtype(series, skipna=True) in ("string", "empty"):
        cells = _safe_texts(pa.array(series, _TEXT, from_pandas=True))
    else:
        raise _NoPlainColumnError
    return pc.fill_null(cells, "")


def _safe_texts(cells: pa.LargeStringArray) -> pa.LargeStringArray:
    """Disarm and quote texts where they need it."""
    dangerous = pc.match_substring_regex(cells, _DANGEROUS_CELL)
    safe = pc.if_else(dangerous, _joined("'", cells, by=""), cells)
    quoted = _joined('"', pc.replace_substring(safe, '"', '""'), '"', by="")
    return pc.if_else(pc.match_substring_regex(safe, _QUOTED_CELL), quoted, safe)


def _cell_by_cell(frame: pd.DataFrame) -> bytes:
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
