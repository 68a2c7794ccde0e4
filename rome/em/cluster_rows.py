"""Rows on other machines: parameters go out, about ten kilobytes of sums come back.

Every part of the rows is the result of a pure function that loads or cuts it, and stays with the worker that
computed it. A worker that is lost takes its parts along; the scheduler then computes them again from their
source on another one, and the answer is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import numpy as np

from rome.em.parquet_rows import ParquetPart, ParquetRows
from rome.em.rows import ArrayRows, Chunk, Sum
from rome.em.scaling import Moments
from rome.em.sufficient_statistics import BLOCK_ROWS
from rome.errors import SettingError, TooFewRowsError
from rome.runtime.threads import one_blas_thread

if TYPE_CHECKING:
    from distributed import Client

#: Bytes of X in a part that is cut from memory. The scheduler keeps a copy, to be able to make it again.
_PART_BYTES = 4 << 20
#: Seconds that a scheduler has to answer, and that a fit waits for a first worker, or for a new one after the
#: last was lost.
PATIENCE = 30.0


class ClusterRows:
    """Rows held by the workers of a ``distributed`` cluster.

    Parameters
    ----------
    cluster : distributed.Client or str
        A client, or a scheduler's address such as ``"tcp://10.0.0.5:8786"``. The workers need ``rome`` too.
    rows : ArrayRows or ParquetRows
        Arrays are cut into parts that are sent out once; of Parquet files each worker reads its own row
        groups, for which the path has to mean the same everywhere.

    Raises
    ------
    SettingError
        ``distributed`` is not installed, no scheduler answers, or it has no worker.
    """

    def __init__(self, cluster: Client | str, rows: ArrayRows | ParquetRows) -> None:
        self._source = rows
        self.names, self.n_features, self.in_memory = rows.names, rows.n_features, rows.in_memory
        self._owned = isinstance(cluster, str)
        self._client = connect(cluster) if isinstance(cluster, str) else cluster
        try:
            _require_worker(self._client)
        except SettingError:
            if self._owned:
                self._client.close()
            raise
        parts = _cut(rows.take(None)) if isinstance(rows, ArrayRows) else rows.parts
        self._parts = [self._client.submit(_load, part, pure=False) for part in parts]

    def moments(self) -> Moments:
        """Return the weighted moments of all rows; of arrays as a fit in memory takes them."""
        return self._source.moments() if self.in_memory else self.add_up(Moments.of)

    def add_up(self, function: Callable[[Chunk], Sum]) -> Sum:
        """Return the sum of ``function`` over all rows; only ``function`` and its sums travel.

        Raises
        ------
        TooFewRowsError
            There are no rows, or none has weight.
        """
        asked = [self._client.submit(_answer, part, function, pure=False) for part in self._parts]
        _wait_for(asked, self._client)
        # In the order of the parts, so that no digit depends on which worker was faster.
        answers = [answer for answer in self._client.gather(asked) if answer is not None]
        if not answers:
            raise TooFewRowsError("No row on the cluster has any weight. Choose other rows or weights.")
        return reduce(add, answers)

    def chunks(self) -> Iterator[Chunk]:
        """Walk the rows here."""
        return self._source.chunks()

    def take(self, positions: np.ndarray | None) -> Chunk:
        """Return the rows at ascending positions, or all."""
        return self._source.take(positions)

    def close(self) -> None:
        """Let the workers forget the rows, and leave the cluster if it was joined for them."""
        self._client.cancel(self._parts)
        self._parts = []
        if self._owned:
            self._client.close()

    def __enter__(self) -> ClusterRows:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connect(address: str) -> Client:
    """Return a client of the scheduler at ``address``.

    Raises
    ------
    SettingError
        ``distributed`` is not installed, or nothing answers there.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise SettingError(
            "Rows on other machines need the package distributed, which is not installed. "
            'Install it with: pip install "rome-studio[cluster]".'
        ) from error
    try:
        return Client(address, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise SettingError(
            f'No scheduler answers at "{address}". Start one with "dask scheduler", its workers with '
            '"dask worker", and give its address, for example tcp://10.0.0.5:8786.'
        ) from error


def _require_worker(client: Client) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        raise SettingError(
            f'The scheduler at "{client.scheduler.address}" has no worker. Start some with "dask worker".'
        ) from error


def _wait_for(futures: list, client: Client) -> None:
    """Wait until all futures are done, but no longer than ``PATIENCE`` for a cluster without workers."""
    from distributed import wait

    while True:
        try:
            wait(futures, timeout=PATIENCE)
            return
        except TimeoutError:
            _require_worker(client)


def _cut(rows: Chunk) -> list[Chunk]:
    """Return rows in parts of whole blocks."""
    X, y, weights = rows
    blocks = max(1, _PART_BYTES // (8 * max(1, X.shape[1]) * BLOCK_ROWS))
    size = blocks * BLOCK_ROWS
    slices = [slice(start, start + size) for start in range(0, len(y), size)]
    return [(np.ascontiguousarray(X[rows]), y[rows], weights[rows]) for rows in slices]


def _load(part: Chunk | ParquetPart) -> Chunk:
    """Return the rows of a part, on the worker."""
    return part.load() if isinstance(part, ParquetPart) else part


def _answer(rows: Chunk, function: Callable[[Chunk], Sum]) -> Sum | None:
    """Return ``function`` of the rows of a part, on the worker; None where no row has weight."""
    with one_blas_thread():
        return function(rows) if len(rows[1]) else None
