"""A table's content as a short text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from rome.table import fingerprint


def _frame() -> pd.DataFrame:
    return pd.DataFrame(
        {"n": [1.0, np.nan, 3.0], "c": pd.Series(["a", None, "bc"], dtype="str"), "k": [1, 2, 3]}
    )


def test_equal_tables_have_equal_fingerprints_of_32_digits():
    assert fingerprint(_frame()) == fingerprint(_frame().copy())
    assert len(fingerprint(_frame())) == 32
    int(fingerprint(_frame()), 16)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.assign(n=[1.0, np.nan, np.nextafter(3, 4)]),
        lambda f: f.assign(n=[1.0, 0.0, 3.0]),
        lambda f: f.assign(c=["a", None, "bd"]),
        lambda f: f.assign(c=["ab", None, "c"]),
        lambda f: f.assign(c=["a", "", "bc"]),
        lambda f: f.rename(columns={"n": "m"}),
        lambda f: f[["c", "n", "k"]],
        lambda f: f.iloc[::-1],
        lambda f: f.iloc[:2],
        lambda f: f.assign(k=[1.0, 2.0, 3.0]),
        lambda f: f.assign(c=f["c"].astype("object")),
        lambda f: f.assign(k=[True, False, True]),
        lambda f: f.assign(k=pd.to_datetime(["2020-01-01", "2020-01-02", None])),
    ],
)
def test_any_change_gives_another_fingerprint(change):
    assert fingerprint(change(_frame())) != fingerprint(_frame())


def test_integers_beyond_exact_floats_are_told_apart():
    first, second = (pd.DataFrame({"k": [2**60, 2**60 + step]}) for step in (1, 2))
    assert fingerprint(first) != fingerprint(second)


def test_pieces_in_memory_do_not_matter():
    whole = pd.Series(["a", None, "bc", "d"], dtype="str")
    pieces = pa.chunked_array([["x", "a"], [None, "bc"], ["d"]], pa.large_string()).slice(1)
    pieced = pd.Series(pd.array(pieces, dtype="str"))
    assert fingerprint(pd.DataFrame({"c": whole})) == fingerprint(pd.DataFrame({"c": pieced}))
    sliced = pd.concat([whole, whole], ignore_index=True).iloc[4:]
    assert fingerprint(pd.DataFrame({"c": whole})) == fingerprint(pd.DataFrame({"c": sliced}))


def test_an_empty_table_has_a_fingerprint():
    assert fingerprint(_frame().head(0)) != fingerprint(pd.DataFrame())


def test_one_cell_of_a_large_table_matters():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"n": rng.normal(size=60_000), "c": rng.choice(["a", "b"], 60_000)})
    before = fingerprint(frame)
    frame.loc[41_234, "c"] = "z"
    assert fingerprint(frame) != before
