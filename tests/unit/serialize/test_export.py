"""What leaves the program: CSV that is safe to open, JSON that is strict."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from rome.serialize import csv_json
from rome.serialize.csv_json import to_csv, to_json
from rome.table import read_table


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", '=HYPERLINK("x")'])
def test_cells_that_a_spreadsheet_would_execute_get_an_apostrophe(cell):
    frame = pd.read_csv(pd.io.common.BytesIO(to_csv(pd.DataFrame({"a": [cell, "b"]}))))
    assert frame["a"].tolist() == ["'" + cell, "b"]


def test_a_carriage_return_inside_a_cell_can_not_begin_a_row():
    data = to_csv(pd.DataFrame({"a": ["x\r=1", "x\n=1"], "b": [1, 2]}))
    assert data.decode("utf-8-sig") == 'a,b\r\n"x\r=1",1\r\n"x\n=1",2\r\n'


def test_headers_are_made_safe_too():
    header = to_csv(pd.DataFrame({"=1+1": [1], "safe": [2]})).decode("utf-8-sig").splitlines()[0]
    assert header == "'=1+1,safe"


def test_numbers_are_written_as_they_are():
    values = [-1.5, 1 / 3, 1e300, -7.0]
    data = to_csv(pd.DataFrame({"a": values, "b": [-1, -2, -3, -4]}))
    frame = pd.read_csv(pd.io.common.BytesIO(data))
    assert frame["a"].tolist() == values
    assert frame["b"].tolist() == [-1, -2, -3, -4]


def test_mixed_columns_and_categories_are_made_safe():
    frame = pd.DataFrame(
        {"a": pd.Series(["=1", -2, None], dtype=object), "b": pd.Categorical(["@x", "y", "@x"])}
    )
    lines = to_csv(frame).decode("utf-8-sig").splitlines()
    assert lines == ["a,b", "'=1,'@x", "-2,y", ",'@x"]


def test_a_file_opens_in_excel_as_unicode_and_reads_back():
    frame = pd.DataFrame({"a": [1.5, 2.5], "b": ["é, ü", 'x"y\nz']})
    data = to_csv(frame)
    assert data.startswith(b"\xef\xbb\xbf")
    pd.testing.assert_frame_equal(read_table(data).frame, frame, check_dtype=False)


def test_two_columns_of_the_same_name_are_both_written():
    frame = pd.DataFrame([["=a", 1]], columns=["x", "x"])
    assert to_csv(frame).decode("utf-8-sig").splitlines() == ["x,x", "'=a,1"]


def all_kinds(rows: int = 400) -> pd.DataFrame:
    """Numbers of every size and text of every danger."""
    rng = np.random.default_rng(0)
    sizes = 10.0 ** rng.integers(-12, 20, rows)
    texts = ["=1", "é, ü", 'x"y', "a\nb", "a\rb", " -2", "", "－3", "\t1", None, "plain"]
    frame = pd.DataFrame(
        {
            "fraction": rng.normal(size=rows) * sizes,
            "whole": rng.integers(0, 5, rows).astype(float),
            "integer": rng.integers(-5, 5, rows),
            "flag": rng.random(rows) < 0.5,
            "text": rng.choice(texts, rows),
            "perhaps": pd.Series([1, None] * (rows // 2), dtype="Int64"),
        }
    )
    frame.loc[:4, "fraction"] = [np.nan, np.inf, -np.inf, -0.0, 5e-324]
    return frame


def test_plain_columns_are_written_in_one_go_as_they_are_cell_by_cell():
    frame = all_kinds().drop(columns="fraction")
    assert csv_json._lines(frame) == csv_json._cell_by_cell(frame).split(b"\r\n", 1)[1]


def test_numbers_of_every_size_read_back_to_the_last_digit():
    frame = all_kinds()
    read = pd.read_csv(pd.io.common.BytesIO(to_csv(frame)))
    assert read["fraction"].equals(frame["fraction"])
    assert [str(kind) for kind in read.dtypes[["whole", "integer", "flag"]]] == ["float64", "int64", "bool"]


def test_a_long_table_has_its_header_once_and_every_row(monkeypatch):
    monkeypatch.setattr(csv_json, "_BLOCK_ROWS", 7)
    frame = all_kinds(50)
    assert to_csv(frame) == csv_json._cell_by_cell(frame.iloc[:0]) + csv_json._lines(frame)


@pytest.mark.parametrize(
    "odd",
    [
        pd.to_datetime(["2020-01-02", None]),
        pd.Series([1, "=2"], dtype=object),
        np.array([0.5, 1.5], dtype=np.float16),
        pd.Categorical(["a", "b"]),
    ],
)
def test_odd_columns_are_written_cell_by_cell(odd):
    frame = pd.DataFrame({"a": [1.5, 2.0], "odd": odd})
    assert to_csv(frame) == csv_json._cell_by_cell(frame)


def test_an_empty_cell_alone_in_its_row_is_a_row():
    assert to_csv(pd.DataFrame({"a": ["x", None, "y"]})).decode("utf-8-sig").splitlines()[2] == '""'


@dataclass(frozen=True)
class _Inner:
    low: float
    names: tuple[str, ...]


def test_json_is_strict_and_what_is_not_finite_is_null():
    values = {
        "nan": float("nan"),
        "inf": np.inf,
        "array": np.array([[1.0, np.nan], [2.0, -np.inf]]),
        "whole": np.int64(3),
        "flag": np.bool_(True),
        "inner": _Inner(np.float64(0.5), ("é", "b")),
        2: None,
    }
    assert json.loads(to_json(values)) == {
        "nan": None,
        "inf": None,
        "array": [[1.0, None], [2.0, None]],
        "whole": 3,
        "flag": True,
        "inner": {"low": 0.5, "names": ["é", "b"]},
        "2": None,
    }


def test_a_value_without_a_form_in_json_is_refused():
    with pytest.raises(TypeError, match="object has no form in JSON"):
        to_json({"a": object()})
