"""What a file is, told by its content: text, gzip, Excel, Parquet, or something to refuse."""

from __future__ import annotations

import datetime
import gzip
import io
import json
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from openpyxl import Workbook

from rome.errors import TableError
from rome.table import read_table

CSV = b"y,sex\n1.5,m\n2.5,f\n3.5,m\n"


def _workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets:
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _parquet(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pyarrow.parquet.write_table(table, stream)
    return stream.getvalue()


def test_a_path_and_its_bytes_give_the_same_table(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(CSV)
    from_path, from_bytes = read_table(path), read_table(CSV, "people.csv")
    assert from_path.name == "people.csv"
    assert from_path.fingerprint == from_bytes.fingerprint
    assert read_table(str(path), name="shown").name == "shown"


def test_gzip_is_unpacked_whatever_it_is_called():
    table = read_table(gzip.compress(CSV, mtime=0), "people.csv")
    assert table.frame["y"].tolist() == [1.5, 2.5, 3.5]
    assert table.reading.compression == "gzip"
    assert table.reading.describe()["Format"] == "CSV, gzip-compressed"


def test_a_workbook_gives_its_values_with_their_types():
    rows = [
        ["y", "sex", "smokes", "born"],
        [1, "m", True, datetime.datetime(1990, 5, 17)],
        [2.5, "f", False, datetime.datetime(1991, 5, 17, 12, 30)],
        [None, "m", True, None],
    ]
    table = read_table(_workbook(("people", rows)))
    assert table.reading.format == "xlsx"
    np.testing.assert_array_equal(table.frame["y"], [1, 2.5, np.nan])
    assert table.frame["smokes"].tolist() == ["true", "false", "true"]
    assert table.frame["born"].tolist()[:2] == ["1990-05-17", "1991-05-17 12:30:00"]
    assert table.findings == ()


def test_a_workbook_says_which_sheet_was_read_and_what_was_skipped():
    body = [["y", "sex"], [1, "m"], [2, "f"]]
    data = _workbook(("empty", []), ("data", [["Staff report"], [], *body]), ("old", body))
    table = read_table(data)
    assert list(table.frame.columns) == ["y", "sex"]
    told = " ".join(finding.what for finding in table.findings)
    assert '"data" was read' in told
    assert '"empty", "old"' in told
    assert "Staff report" in told


def test_a_workbook_keeps_times_durations_and_what_excel_could_not_compute():
    workbook = Workbook()
    sheet = workbook.active
    for row in (
        ["y", "at", "for", "code"],
        [1, datetime.time(8, 30), datetime.timedelta(hours=30), "007"],
        [2, None, None, 8],
    ):
        sheet.append(row)
    sheet["A4"], sheet["D4"] = "#DIV/0!", "x"
    sheet["A4"].data_type = "e"
    stream = io.BytesIO()
    workbook.save(stream)
    table = read_table(stream.getvalue())
    np.testing.assert_array_equal(table.frame["y"], [1, 2, np.nan])
    assert table.frame["at"].tolist()[0] == "08:30:00"
    assert table.frame["for"].tolist()[0] == "1 day, 6:00:00"
    assert table.frame["code"].tolist() == ["007", "8", "x"]
    assert '"#DIV/0!" was taken as missing 1 time in 1 column ("y").' in [
        each.what for each in table.findings
    ]


def test_whole_numbers_of_a_workbook_read_as_categories_have_no_decimals():
    data = _workbook(("people", [["y", "race"], [1.5, 1], [-0.0, 2], [3, None]]))
    table = read_table(data, categories=["race"])
    assert table.frame["race"].tolist()[:2] == ["1", "2"]
    # No -0, which would have another fingerprint than 0.
    assert not np.signbit(table.frame["y"][1])


def test_a_cell_far_from_the_table_does_not_take_all_memory():
    workbook = Workbook()
    for row in (["y", "sex"], [1, "m"], [2, "f"]):
        workbook.active.append(row)
    workbook.active["XFD1048576"] = 7
    stream = io.BytesIO()
    workbook.save(stream)
    with pytest.raises(TableError, match=r"^The sheet .* spans 1,048,576 rows and 16,384 columns"):
        read_table(stream.getvalue())


def test_a_workbook_called_csv_is_read_with_a_warning():
    data = _workbook(("people", [["y", "sex"], [1, "m"], [2, "f"]]))
    table = read_table(data, "people.csv")
    assert table.frame.shape == (2, 2)
    finding = next(finding for finding in table.findings if "people.csv" in finding.what)
    assert finding.severity == "warning"
    assert "Excel" in finding.what


def test_parquet_gives_numbers_levels_dates_and_names_what_it_leaves_out():
    table = pa.table(
        {
            "n": pa.array([1, 2, None], pa.int32()),
            "d": pa.array([1.5, None, 2.5]),
            "b": pa.array([True, False, None]),
            "c": pa.array(["x", "y", "x"]).dictionary_encode(),
            "t": pa.array([datetime.date(2020, 1, 2)] * 3),
            "l": pa.array([[1], [2], [3]]),
        }
    )
    read = read_table(_parquet(table), "people.parquet")
    assert list(read.frame.columns) == ["n", "d", "b", "c", "t"]
    np.testing.assert_array_equal(read.frame["n"], [1, 2, np.nan])
    assert read.frame["b"].tolist()[:2] == ["true", "false"]
    assert read.frame["c"].tolist() == ["x", "y", "x"]
    assert read.frame["t"].tolist() == ["2020-01-02"] * 3
    assert [(finding.severity, finding.column) for finding in read.findings] == [("warning", "l")]
    assert "Separator" not in read.reading.describe()


def test_parquet_and_csv_of_the_same_table_have_the_same_fingerprint():
    frame = pd.DataFrame({"y": [1.5, None, 3.0], "sex": ["m", "f", None]})
    stream = io.BytesIO()
    frame.to_parquet(stream)
    parquet, text = read_table(stream.getvalue()), read_table(frame.to_csv(index=False).encode())
    pd.testing.assert_frame_equal(parquet.frame, text.frame)
    assert parquet.fingerprint == text.fingerprint


def _zip_of(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\n\n\n", "no line of data"),
        (b"y,sex\n", "header and no rows"),
        (b"y,sex\n1,m\n", "single row"),
        (b"y\n1\n2\n3\n", "only one column"),
        (_zip_of({"a.csv": CSV}), r"zip archive \(a.csv\). Unpack it first"),
        (_zip_of({"content.xml": b"<x/>"}), r"OpenDocument file \(.ods\)"),
        (_zip_of({"xl/workbook.bin": b""}), r"binary Excel workbook \(.xlsb\)"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "protected with a password"),
        (b"PK\x03\x04 and nothing more", "damaged zip"),
        (gzip.compress(CSV, mtime=0)[:-12], "damaged gzip"),
        (gzip.compress(b"", mtime=0), "gzip archive of an empty file"),
        (b"PAR1 and nothing more", "damaged"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "web page"),
        (b"<?xml version='1.0'?><a>1</a>", "XML"),
        (json.dumps([{"y": 1}]).encode(), "JSON"),
        (json.dumps({"y": [1]}).encode(), "JSON"),
        (b"%PDF-1.7 and so on", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (np.random.default_rng(0).bytes(20_000), "neither text, nor Excel, nor Parquet"),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(data, message):
    with pytest.raises(TableError, match=message):
        read_table(data, "upload.csv")


def test_a_damaged_workbook_is_refused():
    data = _workbook(("people", [["y", "sex"], [1, "m"], [2, "f"]]))
    with pytest.raises(TableError, match="damaged"):
        read_table(data[: len(data) // 2], "people.xlsx")


def test_an_empty_workbook_is_refused():
    with pytest.raises(TableError, match="Every sheet"):
        read_table(_workbook(("a", []), ("b", [])))


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(TableError, match=r'no file ".*nothing.csv"'):
        read_table(tmp_path / "nothing.csv")
    with pytest.raises(TableError, match="is a folder"):
        read_table(tmp_path)
