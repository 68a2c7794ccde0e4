"""A Parquet file to columns: typed numbers stay numbers, everything else becomes text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rome.errors import TableError
from rome.table.finding import Finding

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class StoredColumns:
    """Names and columns, each of float64 or text, and findings."""

    header: tuple[str, ...]
    columns: tuple[pa.ChunkedArray, ...]
    findings: tuple[Finding, ...]


def parse_parquet(data: bytes, name: str) -> StoredColumns:
    """Return the columns of a Parquet file.

    Raises
    ------
    TableError
        The file is damaged.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.ParquetFile(pa.BufferReader(data)).read()
    except (pa.ArrowException, OSError) as error:
        raise TableError(
            f'The Parquet file "{name}" is damaged ({str(error)[:200]}). Write it again, or save it as CSV.'
        ) from error
    header, columns, findings = [], [], []
    for column, values in zip(table.column_names, table.columns, strict=True):
        plain = _plain(values)
        if plain is None:
            what = (
                f'The values are of type "{values.type}", neither numbers nor text; the column was left out.'
            )
            findings.append(Finding("warning", column, what, "Turn it into columns of numbers or text."))
        else:
            header.append(column)
            columns.append(plain)
    return StoredColumns(tuple(header), tuple(columns), tuple(findings))


def _plain(values: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return a column as float64 or text; None for nested values and raw bytes."""
    import pyarrow as pa
    import pyarrow.types as kinds

    if kinds.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    kind = values.type
    if kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_decimal(kind):
        return values.cast(pa.float64(), safe=False)
    if kinds.is_nested(kind) or kinds.is_binary(kind) or kinds.is_large_binary(kind):
        return None
    if kinds.is_timestamp(kind):
        values = values.cast(pa.timestamp("s", kind.tz), safe=False)
    return values.cast(pa.large_string())
