"""A table's content as a short text: the same for the same table, another when one cell changes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rome.table.columns import is_numeric

if TYPE_CHECKING:
    from hashlib import _Hash

    import pyarrow as pa

_BYTES = 16


def fingerprint(frame: pd.DataFrame) -> str:
    """Return 32 hexadecimal digits that stand for the whole content, column names, order and dtypes."""
    digest = hashlib.blake2b(digest_size=_BYTES)
    _add(digest, f"{len(frame)} rows, {frame.shape[1]} columns".encode())
    for place, column in enumerate(frame.columns):
        series = frame.iloc[:, place]
        _add(digest, str(column).encode("utf-8", "surrogatepass"))
        _add(digest, str(series.dtype).encode())
        if is_numeric(series) or pd.api.types.is_datetime64_any_dtype(series):
            _add_numbers(digest, series)
        else:
            _add_texts(digest, series)
    return digest.hexdigest()


def _add(digest: _Hash, data: bytes | memoryview) -> None:
    """Add data with its length, so that ("ab", "c") is not ("a", "bc")."""
    digest.update(len(data).to_bytes(8, "little"))
    digest.update(data)


def _add_numbers(digest: _Hash, series: pd.Series) -> None:
    # One spelling of NaN: its unused bits may differ between equal tables.
    absent = series.isna().to_numpy()
    if pd.api.types.is_datetime64_any_dtype(series):
        values = series.to_numpy().astype("datetime64[ns]").view(np.int64).copy()
    elif pd.api.types.is_integer_dtype(series):
        values = series.fillna(0).to_numpy(np.uint64 if series.dtype.kind == "u" else np.int64).copy()
    else:
        values = series.to_numpy(np.float64, na_value=np.nan).copy()
    values[absent] = 0
    _add(digest, memoryview(np.ascontiguousarray(values)).cast("B"))
    _add(digest, np.packbits(absent).tobytes())


def _add_texts(digest: _Hash, series: pd.Series) -> None:
    import pyarrow.compute as pc

    texts = _as_arrow(series)
    lengths = pc.fill_null(pc.binary_length(texts), -1)
    _add(digest, memoryview(np.ascontiguousarray(lengths.to_numpy(zero_copy_only=False))).cast("B"))
    filled = pc.fill_null(texts, "")
    _, offsets, data = filled.buffers()
    if data is None or offsets is None:
        _add(digest, b"")
        return
    ends = np.frombuffer(offsets, np.int64)[filled.offset : filled.offset + len(filled) + 1]
    _add(digest, memoryview(data)[ends[0] : ends[-1]])


def _as_arrow(series: pd.Series) -> pa.LargeStringArray:
    import pyarrow as pa

    if series.dtype == "str":
        texts = pa.array(series, pa.large_string())
    else:
        cells = zip(series, series.isna(), strict=True)
        spelled = [None if absent else f"{type(value).__name__}:{value}" for value, absent in cells]
        texts = pa.array(spelled, pa.large_string())
    if isinstance(texts, pa.ChunkedArray):
        # One piece, whatever pieces the column came in: equal tables have equal bytes.
        texts = pa.concat_arrays(texts.chunks) if texts.num_chunks else pa.array([], pa.large_string())
    return texts
