"""How a text file is laid out: separator, encoding, decimal mark, header, ragged rows."""

from __future__ import annotations

import numpy as np
import pytest

from rome.errors import TableError
from rome.table import read_table

ROWS = [("y", "sex", "note"), ("1.5", "m", "a"), ("2.5", "f", "é"), ("3.25", "m", "b")]


def _file(separator: str = ",", end: str = "\n") -> str:
    return end.join(separator.join(row) for row in ROWS) + end


def _severities(table, word: str) -> list[str]:
    return [finding.severity for finding in table.findings if word in finding.what]


@pytest.mark.parametrize(
    ("separator", "word"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "vertical bar")]
)
def test_every_separator_is_found_and_described(separator, word):
    table = read_table(_file(separator).encode())
    assert list(table.frame.columns) == ["y", "sex", "note"]
    assert table.frame["y"].tolist() == [1.5, 2.5, 3.25]
    assert table.reading.separator == separator
    assert table.reading.describe()["Separator"] == word
    assert table.findings == ()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(end):
    table = read_table(_file(end=end).encode())
    assert table.frame.shape == (3, 3)
    assert table.frame["note"].tolist() == ["a", "é", "b"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_every_encoding_gives_the_same_table(encoding):
    table = read_table(_file().encode(encoding))
    assert list(table.frame.columns) == ["y", "sex", "note"]
    assert table.frame["note"].tolist() == ["a", "é", "b"]


def test_a_file_that_is_not_unicode_says_so():
    table = read_table(_file().encode("cp1252"))
    assert table.reading.describe()["Encoding"] == "Windows-1252 (Western European)"
    assert _severities(table, "UTF-8") == ["note"]


def test_cyrillic_is_not_taken_for_western_european():
    text = "имя,возраст\nИван,30\nПётр,41\nМария,22\nОльга,20\n"
    table = read_table(text.encode("cp1251"))
    assert list(table.frame.columns) == ["имя", "возраст"]
    assert table.frame["имя"].tolist() == ["Иван", "Пётр", "Мария", "Ольга"]


def test_an_encoding_that_is_asked_for_is_used_or_refused():
    data = "a,b\n1,ж\n2,д\n".encode("cp1251")
    assert read_table(data, encoding="cp1251").frame["b"].tolist() == ["ж", "д"]
    with pytest.raises(TableError, match=r"not in the encoding utf-8"):
        read_table(data, encoding="utf-8")
    with pytest.raises(TableError, match=r'no encoding "utf-9"'):
        read_table(data, encoding="utf-9")


def test_a_decimal_comma_is_found_where_it_is_certain():
    table = read_table(b"a;b\n1,5;2,25\n3,5;4\n1.234,50;5,5\n")
    assert table.frame["a"].tolist() == [1.5, 3.5, 1234.5]
    assert table.frame["b"].tolist() == [2.25, 4.0, 5.5]
    assert table.reading.describe()["Decimal mark"] == "comma"


def test_quoted_decimal_commas_between_commas_are_read():
    table = read_table(b'a,b\n"1,5",x\n"2,75",y\n')
    assert table.frame["a"].tolist() == [1.5, 2.75]
    assert table.reading.decimal == ","


def test_a_comma_that_could_mark_thousands_is_told_and_can_be_settled():
    data = b"a;b\n1,500;x\n2,750;y\n"
    doubtful = read_table(data)
    assert doubtful.frame["a"].tolist() == [1.5, 2.75]
    assert _severities(doubtful, "decimal comma") == ["warning"]
    assert read_table(data, decimal=".").frame["a"].tolist() == [1500, 2750]


def test_thousands_with_decimal_dots_are_no_decimal_commas():
    table = read_table(b"a;b\n1,234.50;x\n2,500.25;y\n")
    assert table.frame["a"].tolist() == [1234.5, 2500.25]


def test_quoted_values_keep_separators_newlines_and_quotes():
    table = read_table(b'a,b\n1,"north\nwing, ""A"""\n2,south\n')
    assert table.frame["b"].tolist() == ['north\nwing, "A"', "south"]


def test_spaces_before_quotes_do_not_break_the_quotes():
    table = read_table(b'a, b, c\n1, "x, y", 3\n2, "z", 4\n3, "", 5\n')
    assert table.frame["b"].tolist()[:2] == ["x, y", "z"]
    assert table.frame["c"].tolist() == [3, 4, 5]


def test_a_value_longer_than_the_csv_modules_limit_is_read_whole():
    long = "x" * 200_000
    table = read_table(f"a,b\n1,{long}\n2,y\n3,y\n".encode())
    assert len(table.frame["b"].iloc[0]) == 200_000


def test_a_value_longer_than_a_block_is_read_whole():
    long = "x" * 9_000_000
    table = read_table(f"a,b\n1,short\n2,{long}\n3,y\n".encode())
    assert [len(text) for text in table.frame["b"]] == [5, 9_000_000, 1]


def test_lines_before_the_header_are_left_out_and_named():
    table = read_table(b"Report generated 2024\nSource: HR\n\ny,sex\n1,m\n2,f\n3,m\n")
    assert list(table.frame.columns) == ["y", "sex"]
    assert table.reading.header_row == 4
    assert _severities(table, "Report generated 2024") == ["warning"]


def test_a_missing_header_keeps_the_first_row_and_names_it():
    table = read_table(b"39, State-gov, 13\n50, Private, 13\n38, Private, 9\n")
    assert list(table.frame.columns) == ["column 1", "column 2", "column 3"]
    assert table.frame["column 1"].tolist() == [39, 50, 38]
    assert table.reading.describe()["Header"] == "none; columns are numbered"
    finding = next(finding for finding in table.findings if "no header" in finding.what)
    assert finding.severity == "warning"
    assert "39" in finding.what
    assert "Add a line" in finding.remedy


def test_years_as_column_names_are_a_header():
    table = read_table(b"country,2019,2020\nA,1,2\nB,3,4\n")
    assert list(table.frame.columns) == ["country", "2019", "2020"]


def test_the_separator_line_of_excel_is_honoured():
    table = read_table(b"sep=;\na;b\n1;2\n3;4\n")
    assert list(table.frame.columns) == ["a", "b"]
    assert table.frame["b"].tolist() == [2, 4]


def test_a_separator_at_the_end_of_every_row_adds_no_column():
    table = read_table(b"a,b\n1,2,\n3,4,\n5,6,\n")
    assert list(table.frame.columns) == ["a", "b"]
    assert table.frame["b"].tolist() == [2, 4, 6]


def test_row_names_without_a_name_of_their_own_do_not_shift_the_header():
    table = read_table(b"a,b\nr1,2,3\nr2,5,6\nr3,8,9\n")
    assert list(table.frame.columns) == ["column 1", "a", "b"]
    assert table.frame["a"].tolist() == [2, 5, 8]


def test_short_rows_are_filled_with_missing_values_and_counted():
    table = read_table(b'a,b,c\nu,x,2\n\n"v\nw",y\nx,z,4\ny\n')
    assert table.frame["a"].tolist() == ["u", "v\nw", "x", "y"]
    np.testing.assert_array_equal(table.frame["c"], [2, np.nan, 4, np.nan])
    finding = next(finding for finding in table.findings if "too few" in finding.what)
    assert finding.severity == "warning"
    assert "2 rows (lines 4, 7)" in finding.what


def test_long_rows_are_left_out_and_counted_never_shifted():
    table = read_table(b"a,b\n1,2\n3,4,5\n6,7\n8,9,,\n")
    assert table.frame["a"].tolist() == [1, 6, 8]
    assert table.frame["b"].tolist() == [2, 7, 9]
    finding = next(finding for finding in table.findings if "left out" in finding.what)
    assert "1 row (line 3)" in finding.what


def test_a_header_longer_than_every_row_keeps_its_columns():
    table = read_table(b"a,b,c\n1,2\n3,4\n5,6\n")
    assert list(table.frame.columns) == ["a", "b", "c"]
    assert table.frame["c"].isna().all()


@pytest.mark.parametrize("text", ['a,b\n1,2\n3,"x\n4,5\n6,7\n', 'a,b\n1,2\n"3,x\n4,5\n6,7\n'])
def test_a_quotation_mark_that_is_never_closed_is_named_with_its_line(text):
    with pytest.raises(TableError, match=r"opens on line 3 .* never closed"):
        read_table(text.encode())


def test_names_are_stripped_filled_and_told_apart():
    table = read_table(b" y ,x,x,,x\n1,2,3,4,5\n6,7,8,9,10\n")
    assert list(table.frame.columns) == ["y", "x", "x (2)", "column 4", "x (3)"]
    assert _severities(table, "same name") == ["warning"]
    assert _severities(table, "no name") == ["note"]


def test_a_new_name_never_takes_one_that_the_file_uses():
    table = read_table(b"x,x,x (2)\n1,2,3\n4,5,6\n")
    assert list(table.frame.columns) == ["x", "x (3)", "x (2)"]


def test_other_scripts_and_zero_width_characters_stay_as_they_are():
    table = read_table("x\u200b1,قسم\n1,女\n2,男\n".encode())
    assert list(table.frame.columns) == ["x\u200b1", "قسم"]
    assert table.frame["قسم"].tolist() == ["女", "男"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"separator": "::"}, "separator is '::'"),
        ({"decimal": ";"}, "decimal mark is ';'"),
        ({"separator": ",", "decimal": ","}, "both separator and decimal"),
    ],
)
def test_marks_that_make_no_sense_are_refused(options, message):
    with pytest.raises(TableError, match=message):
        read_table(_file().encode(), **options)


def test_a_separator_that_is_asked_for_is_used():
    assert read_table(b"a:b\n1:2\n3:4\n", separator=":").frame["b"].tolist() == [2, 4]
