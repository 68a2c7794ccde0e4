"""The UMAP of a finished study, made from its table again: a result holds no model columns."""

from __future__ import annotations

import numpy as np

from rome.errors import TableError
from rome.results import StudyResult
from rome.runtime.random import stream
from rome.study.prepare import prepare
from rome.study.projection import umap_map
from rome.table import Table

#: Rows beyond these have no place on the map: umap-learn's time grows faster than the rows do.
MOST_ROWS = 10_000


def umap_of_study(table: Table, result: StudyResult, most_rows: int = MOST_ROWS) -> np.ndarray:
    """Return a UMAP of a study's rows by all model columns, (n, 2); NaN where a row was not drawn.

    Parameters
    ----------
    table : Table
        The table that the study was made of.
    result : StudyResult
    most_rows : int
        A larger study is thinned at random to so many rows.

    Raises
    ------
    TableError
        The table is not the study's.
    """
    if table.fingerprint != result.data.fingerprint:
        raise TableError(
            f'"{table.name}" is not the table of this study ("{result.data.name}"). Open that table first.'
        )
    matrix = prepare(table.frame, result.roles, result.settings).X
    places = np.full((len(matrix), 2), np.nan)
    drawn = np.arange(len(matrix))
    if len(matrix) > most_rows:
        chooser = stream(result.settings.random_state, "umap rows")
        drawn = np.sort(chooser.choice(len(matrix), most_rows, replace=False))
    places[drawn] = umap_map(matrix[drawn], result.settings.random_state)
    return places
