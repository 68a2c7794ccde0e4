"""Rows in Parquet files, read batch by batch: memory holds a batch, however many rows there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rome.em.rows import Chunk, Sum
from rome.em.scaling import Moments
from rome.errors import ColumnError, TableError, TooFewRowsError, nearest

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.dataset as ds

#: Rows that are decoded at a time.
BATCH_ROWS = 65_536
#: Bytes of a column that are read ahead; without this a row group's columns are read whole.
_READ_AHEAD = 1 << 20


@dataclass(frozen=True)
class ParquetPart:
    """One row group: where it lies and which columns are read from it; can be sent to another machine."""

    fragment: ds.ParquetFileFragment
    group: int
    first_row: int
    n_rows: int
    features: tuple[str, ...]
    outcome: str
    weight: str | None

    def load(self) -> Chunk:
        """Return the whole row group."""
        parts = list(self.chunks())
        return tuple(np.concatenate([part[place] for part in parts]) for place in range(3))

    def chunks(self) -> Iterator[Chunk]:
        """Walk the rows of the group that have weight."""
        row = self.first_row
        for batch in _batches(self.fragment, self.group, self._columns()):
            yield self._chunk(batch, row)
            row += batch.num_rows

    def _columns(self) -> list[str]:
        return [*self.features, self.outcome, *([self.weight] if self.weight else [])]

    def _chunk(self, batch: pa.RecordBatch, row: int) -> Chunk:
        names = self._columns()
        values = np.empty((len(names), batch.num_rows))
        for place, name in enumerate(names):
            values[place] = _numbers(batch, name, self.fragment)
        # One finite sum says that every value is finite, which is all that sound files need.
        if not np.isfinite(values.sum()):
            self._require_finite(values, names, row)
        width = len(self.features)
        X, y = values[:width].T, values[width]
        if self.weight is None:
            return X, y, np.ones(len(y))
        weights = values[-1]
        if (weights < 0).any():
            found = int(np.argmax(weights < 0))
            raise ColumnError(
                f'Weight column "{self.weight}" of {_name(self.fragment)} holds {weights[found]:g} in row '
                f"{row + found + 1:,}. Weights can't be negative."
            )
        used = weights > 0
        return (X, y, weights) if used.all() else (X[used], y[used], weights[used])

    def _require_finite(self, values: np.ndarray, names: Sequence[str], row: int) -> None:
        bad = ~np.isfinite(values)
        for place in np.flatnonzero(bad.any(axis=1)):
            found = int(np.argmax(bad[place]))
            seen = values[place, found]
            what = "no number" if np.isnan(seen) else "an infinite number"
            raise ColumnError(
                f'Column "{names[place]}" of {_name(self.fragment)} holds {what} in row {row + found + 1:,}. '
                "Fill the gaps or leave such rows out before the fit."
            )


class ParquetRows:
    """Rows of a Parquet file, or of a folder of Parquet files, that are never in memory together.

    Parameters
    ----------
    path : str or Path
        A file, or a folder of files with the same columns (also one that is split by ``column=value``
        folders). The files must stay as they are for as long as the fit lasts.
    outcome : str
        The column to predict.
    features : sequence of str or None
        Columns of X, in this order; ``None`` takes all but the outcome and the weights.
    weight : str or None
        Column of case weights; a weight of 2 counts a row twice, rows of weight 0 are left out.

    Raises
    ------
    TableError
        There is no such file, or it is not Parquet.
    ColumnError
        A column is missing, is given twice or holds no numbers, in whichever of the files; or files have
        columns that others lack while ``features`` doesn't say which count.
    """

    in_memory = False

    def __init__(
        self,
        path: str | Path,
        *,
        outcome: str,
        features: Sequence[str] | None = None,
        weight: str | None = None,
    ) -> None:
        dataset = _opened(path)
        if isinstance(features, str):
            raise ColumnError(f'features is "{features}"; it takes a list of columns. Write ["{features}"].')
        named = features is not None
        if not named:
            features = [name for name in dataset.schema.names if name not in (outcome, weight)]
        _require_numbers(dataset.schema, [*features, outcome, *([weight] if weight else [])], path)
        self.names: tuple[str, ...] | None = tuple(features)
        self.n_features = len(self.names)
        _require_same(dataset, [*self.names, outcome, *([weight] if weight else [])], named)
        self.parts = tuple(_parts(dataset, self.names, outcome, weight))
        if not self.parts:
            raise TooFewRowsError(f'"{path}" holds no rows. Choose another file.')

    def moments(self) -> Moments:
        """Return the weighted moments of all rows."""
        return self.add_up(Moments.of)

    def add_up(self, function: Callable[[Chunk], Sum]) -> Sum:
        """Return the sum of ``function`` over batches that hold every row with weight once."""
        chunks = self.chunks()
        first = next(chunks, None)
        if first is None:
            raise TooFewRowsError("No row of the files has any weight. Choose other weights.")
        return reduce(add, map(function, chunks), function(first))

    def chunks(self) -> Iterator[Chunk]:
        """Walk the rows batch by batch."""
        for part in self.parts:
            yield from (chunk for chunk in part.chunks() if len(chunk[1]))

    def take(self, positions: np.ndarray | None) -> Chunk:
        """Return the rows at ascending positions (all that have weight, if None)."""
        found, start = [], 0
        for X, y, weights in self.chunks():
            stop = start + len(y)
            rows = slice(None)
            if positions is not None:
                first, last = np.searchsorted(positions, [start, stop])
                rows = positions[first:last] - start
            found.append((X[rows], y[rows], weights[rows]))
            start = stop
        return tuple(np.concatenate([part[place] for part in found]) for place in range(3))


def _opened(path: str | Path) -> ds.Dataset:
    import pyarrow as pa
    import pyarrow.dataset as ds

    try:
        return ds.dataset(path, format="parquet", partitioning="hive")
    except (pa.ArrowException, OSError) as error:
        raise TableError(
            f'"{path}" can\'t be read as Parquet ({str(error)[:200]}). '
            "Choose a Parquet file or a folder of them."
        ) from error


def _require_numbers(schema: pa.Schema, columns: Sequence[str], path: str | Path) -> None:
    for column in columns:
        if schema.get_field_index(column) < 0:
            raise ColumnError(
                f'Column "{column}" is not in "{path}" ({len(schema)} columns).'
                f"{nearest(column, schema.names)}"
            )
        if list(columns).count(column) > 1:
            raise ColumnError(f'Column "{column}" is named twice; give it once.')
        _require_number(schema.field(column), f'"{path}"')


def _require_number(field: pa.Field, where: str) -> None:
    import pyarrow.types as kinds

    plain = (kinds.is_integer, kinds.is_floating, kinds.is_boolean, kinds.is_decimal)
    if not any(check(field.type) for check in plain):
        raise ColumnError(
            f'Column "{field.name}" of {where} is of type "{field.type}". A fit on files takes numbers only: '
            "encode it first, or leave it out of features."
        )


def _require_same(dataset: ds.Dataset, columns: Sequence[str], named: bool) -> None:
    """Raise unless every file holds ``columns`` as numbers and, where they were not ``named``, no others.

    A dataset takes its columns and their types from one of its files, and says nothing of the rest.
    """
    import pyarrow.dataset as ds

    for fragment in dataset.get_fragments():
        schema = _schema(fragment)
        stated = ds.get_partition_keys(fragment.partition_expression)
        for column in columns:
            if schema.get_field_index(column) >= 0:
                _require_number(schema.field(column), _name(fragment))
            elif column not in stated:
                raise ColumnError(_lacks(column, fragment))
        further = [column for column in schema.names if column not in columns]
        if further and not named:
            raise ColumnError(
                f'Column "{further[0]}" is in {_name(fragment)} but not in all files. Name the columns that '
                "count in features, or give all files the same columns."
            )


def _schema(fragment: ds.ParquetFileFragment) -> pa.Schema:
    import pyarrow as pa

    try:
        return fragment.physical_schema
    except (pa.ArrowException, OSError) as error:
        raise TableError(
            f"{_name(fragment)} can't be read as Parquet ({str(error)[:200]}). Take it out of the folder."
        ) from error


def _lacks(column: str, fragment: ds.ParquetFileFragment) -> str:
    return f'Column "{column}" is not in {_name(fragment)}. All files need the same columns.'


def _parts(
    dataset: ds.Dataset, features: tuple[str, ...], outcome: str, weight: str | None
) -> Iterator[ParquetPart]:
    for fragment in dataset.get_fragments():
        first = 0
        for group in fragment.row_groups:
            if group.num_rows:
                yield ParquetPart(fragment, group.id, first, group.num_rows, features, outcome, weight)
            first += group.num_rows


def _batches(fragment: ds.ParquetFileFragment, group: int, columns: list[str]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with fragment.open() as opened:
            file = parquet.ParquetFile(opened, buffer_size=_READ_AHEAD)
            yield from file.iter_batches(BATCH_ROWS, row_groups=[group], columns=columns, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise TableError(
            f"{_name(fragment)} can't be read ({str(error)[:200]}). Files must stay as they are during a fit."
        ) from error


def _numbers(batch: pa.RecordBatch, name: str, fragment: ds.ParquetFileFragment) -> np.ndarray | float:
    """Return a column as float64 with NaN for what is missing, or the value that its folder states."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    place = batch.schema.get_field_index(name)
    if place < 0:
        stated = ds.get_partition_keys(fragment.partition_expression)
        if name not in stated:
            raise ColumnError(_lacks(name, fragment))
        return float(stated[name])
    column = batch.column(place)
    return column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)


def _name(fragment: ds.ParquetFileFragment) -> str:
    return f'"{Path(fragment.path).name}"'
