"""The UMAP of a finished study: of its own table only, and bounded in rows."""

from __future__ import annotations

import numpy as np
import pytest

from rome import study
from rome.errors import TableError
from rome.settings.study import Settings
from rome.study import maps
from rome.table import Roles, read_table


@pytest.fixture(scope="module")
def finished():
    """A small table and its study."""
    rng = np.random.default_rng(3)
    lines = [f"{a:.3f},{s:.3f},{a + s + e:.3f}" for a, s, e in rng.normal(size=(160, 3))]
    table = read_table("\n".join(["a,s,y", *lines]).encode(), "t.csv")
    return table, study.run(table, Roles("y", ("a",), ("s",)), Settings(n_bootstrap=100)).result


def test_every_row_has_a_place_up_to_the_bound_and_none_beyond(finished, monkeypatch):
    table, result = finished
    seen = []

    def flat(matrix, seed):
        seen.append(matrix)
        return matrix[:, :2]

    monkeypatch.setattr(maps, "umap_map", flat)
    assert np.isfinite(maps.umap_of_study(table, result)).all()
    places = maps.umap_of_study(table, result, most_rows=50)
    assert np.isfinite(places).all(axis=1).sum() == 50
    # A row that is drawn has its own place, not its neighbour's.
    drawn = np.isfinite(places).all(axis=1)
    assert np.array_equal(places[drawn], seen[0][drawn][:, :2])


def test_another_table_is_refused(finished):
    _, result = finished
    other = read_table(b"a,s,y\n1,2,3\n4,5,6\n", "other.csv")
    with pytest.raises(TableError, match=r'"other.csv" is not the table of this study \("t.csv"\)'):
        maps.umap_of_study(other, result)
