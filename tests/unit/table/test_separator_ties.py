"""Which separator is taken where two of them cut the records equally well, or nearly."""

from __future__ import annotations

import pytest

from rome.table import read_table


def european(rows: int, with_an_end: int) -> bytes:
    """A file of decimal commas between semicolons; some of its rows end in a semicolon too many.

    A comma cuts all rows alike, into three, but not the header; a semicolon cuts the header as most rows.
    """
    lines = [f"{place},5;{place + 1},25" + ";" * (place < with_an_end) for place in range(rows)]
    return "\n".join(["y;group", *lines, ""]).encode()


@pytest.mark.parametrize(("rows", "with_an_end"), [(12, 1), (40, 1), (100, 1), (100, 4), (190, 1), (190, 8)])
def test_a_separator_that_cuts_the_header_too_wins_over_one_that_cuts_as_many_rows(rows, with_an_end):
    table = read_table(european(rows, with_an_end))
    assert table.reading.separator == ";"
    assert table.reading.decimal == ","
    assert list(table.frame.columns) == ["y", "group"]
    assert table.frame["y"].tolist() == [place + 0.5 for place in range(rows)]


def test_the_header_decides_nothing_between_separators_that_are_further_apart():
    lines = [f"{place},5;{place + 1},25" + ";" * (place % 2) for place in range(100)]
    assert read_table("\n".join(["y;group", *lines]).encode()).reading.separator == ","


def test_among_separators_that_cut_every_record_alike_the_one_with_more_fields_wins():
    assert read_table(b"a;b,c;d\nx;1,y;2\nx;3,y;4\n").reading.separator == ";"
    assert read_table(b"a,b;c,d\nx,1;y,2\nx,3;y,4\n").reading.separator == ","


@pytest.mark.parametrize(
    ("header", "expected"),
    [("a,b;c", ","), ("a;b,c", ","), ("a\tb;c", ";"), ("a|b\tc", "\t"), ("a|b,c", ",")],
)
def test_a_full_tie_goes_to_comma_then_semicolon_then_tab_then_bar(header, expected):
    row = header.replace("a", "x").replace("b", "1 y").replace("c", "2 z")
    assert read_table("\n".join([header, row, row, ""]).encode()).reading.separator == expected
