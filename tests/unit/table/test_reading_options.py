"""A reading that was corrected: by separator, header, missing marks, sheet, codes and missing values."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pandas as pd
import pytest

from rome.errors import ColumnError, TableError
from rome.serialize.codec import from_plain, to_plain
from rome.table import Finding, Fix, ReadingOptions, read_table
from rome.table.reading.delimited import parse
from rome.table.reading.read import Reading
from rome.table.reading.sniff import sniff

CODES = b"race,age,pay\n1,30,5\n2,99,6\n3,40,?\n1,50,8\n"


def test_a_column_of_codes_is_read_as_words_as_they_are_written():
    frame = read_table(b"zip,pay\n01,5\n02,6\n01,7\n", categories=["zip"]).frame
    assert frame["zip"].tolist() == ["01", "02", "01"]
    assert frame["pay"].dtype == np.float64


def test_a_value_counts_as_missing_in_its_own_column_only():
    frame = read_table(CODES, missing_values=[("age", "99")]).frame
    assert frame["age"].isna().tolist() == [False, True, False, False]
    assert read_table(b"a,b\n99.0,99\n1,2\n", missing_values=[("a", "99")]).frame.isna().sum().tolist() == [
        1,
        0,
    ]


def test_a_word_that_counts_as_missing_leaves_a_column_of_numbers():
    text = b"a,b\nno idea,1\nno idea,2\nno idea,3\n4,4\n5,5\n"
    assert read_table(text).frame["a"].dtype == "str"
    assert read_table(text, missing_values=[("a", "no idea")]).frame["a"].dtype == np.float64


def test_named_marks_take_the_place_of_the_usual_ones_and_are_not_told():
    table = read_table(b"a,b\n?,x\n1,-\n2,NA\n3,x\n", missing=["NA"])
    assert table.frame["b"].tolist()[:2] == ["x", "-"]
    assert table.frame["b"].isna().sum() == 1
    assert not [finding for finding in table.findings if "taken as missing 1" in finding.what]


def test_a_doubtful_mark_can_be_kept_by_its_step():
    finding = next(each for each in read_table(CODES).findings if each.mend)
    assert finding.mend == Fix("keep_mark", None, "?")
    options = ReadingOptions().with_fix(finding.mend)
    assert "?" not in options.missing
    assert options.without_fix(finding.mend) == ReadingOptions()


def test_a_header_that_was_not_seen_is_taken_when_it_is_said():
    text = b"2001,2002,3\n1,2,3\n4,5,6\n7,8,9\n"
    assert list(read_table(text, header=True).frame.columns) == ["2001", "2002", "3"]
    table = read_table(text, header=False)
    assert (len(table.frame), table.frame.columns[0]) == (4, "column 1")
    assert not [finding for finding in table.findings if "no header" in finding.what]


def test_a_workbook_is_read_from_the_sheet_that_is_named():
    written = BytesIO()
    with pd.ExcelWriter(written) as book:
        pd.DataFrame({"a": [1, 2], "b": [3, 4]}).to_excel(book, sheet_name="first", index=False)
        pd.DataFrame({"c": [5, 6], "d": [7, 8]}).to_excel(book, sheet_name="second", index=False)
    table = read_table(written.getvalue(), "book.xlsx", sheet="second")
    assert list(table.frame.columns) == ["c", "d"]
    assert table.reading.sheets == ("first", "second")
    assert table.reading.describe()["Sheet"] == "second"
    with pytest.raises(TableError, match='no sheet "third"') as raised:
        read_table(written.getvalue(), "book.xlsx", sheet="third")
    assert raised.value.option == "sheet"
    headless = read_table(written.getvalue(), "book.xlsx", header=False)
    assert headless.frame.shape == (3, 2)


def test_a_column_that_is_not_there_is_named_with_its_nearest():
    with pytest.raises(ColumnError, match='nearest name is "race"'):
        read_table(CODES, categories=["rac"])


@pytest.mark.parametrize(
    ("data", "given", "option"),
    [
        (b"a~b\n1~2\n3~4\n", {}, "separator"),
        (b"a,b\n1,2\n3,4\n", {"encoding": "klingon"}, "encoding"),
        (b"a,b\n1,2\n3,4\n", {"separator": ",", "decimal": ","}, "decimal"),
    ],
)
def test_an_error_of_reading_names_the_option_and_speaks_no_python(data, given, option):
    with pytest.raises(TableError) as raised:
        read_table(data, "t.csv", **given)
    assert raised.value.option == option
    assert "pass " not in str(raised.value).lower()
    assert f"{option}=" not in str(raised.value)


def test_numbers_are_the_same_whether_they_were_read_at_once_or_by_way_of_text():
    cells = ["1", "2.50", "-3e-7", ".5", "7.", "0.1", "123456789.123456789", "", "1e300", "+4", " 5 "]
    text = ("a,b\n" + "".join(f"{cell},x\n" for cell in cells)).encode()
    layout = sniff(text.decode(), "t.csv", None, None)
    assert layout.plain_numbers == (0,)
    at_once = parse(text, "t.csv", layout).columns[0].to_numpy()
    by_text = read_table(text).frame["a"].to_numpy()
    forced = pd.Series([float(cell) if cell.strip() else np.nan for cell in cells]).to_numpy()
    np.testing.assert_array_equal(at_once, by_text)
    np.testing.assert_array_equal(at_once, forced)
    assert parse(text, "t.csv", layout, as_text=[0]).columns[0].to_pylist()[1] == "2.50"


def test_a_number_column_with_a_word_far_down_is_still_told():
    rows = "".join(f"{row},x\n" for row in range(5000))
    table = read_table(f"a,b\n{rows}oops,x\n".encode())
    assert table.frame["a"].isna().sum() == 1
    assert "oops" in next(each.what for each in table.findings if each.column == "a")


def test_what_was_told_the_reader_goes_with_the_reading_and_comes_back_from_plain_values():
    table = read_table(CODES, categories=["race"], missing_values=[("age", "99")], header=True)
    assert table.reading.options.given == {
        "header": True,
        "categories": ("race",),
        "missing_values": (("age", "99"),),
    }
    assert from_plain(Reading, to_plain(table.reading)) == table.reading
    old = {name: value for name, value in to_plain(table.reading).items() if name != "options"}
    assert from_plain(Reading, old).options == ReadingOptions()
    plain = {"severity": "note", "column": None, "what": "w", "remedy": "r"}
    assert from_plain(Finding, plain).mend is None


@pytest.mark.parametrize(
    "mend",
    [
        Fix("as_categories", "race"),
        Fix("value_missing", "age", "99"),
        Fix("has_header"),
        Fix("decimal", None, "."),
        Fix("keep_mark", None, "?"),
    ],
)
def test_every_step_on_the_reading_can_be_taken_back(mend):
    options = ReadingOptions(categories=("zip",))
    after = options.with_fix(mend)
    assert after != options
    assert after.with_fix(mend) == after
    assert after.without_fix(mend) == options
