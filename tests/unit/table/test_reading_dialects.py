"""Quotation marks, escapes and separators other than the usual ones."""

from __future__ import annotations

import time

import pytest

from rome.errors import TableError
from rome.table import Table, read_table

WORDS = ("plain, with comma", "north", "don't know")


def _told(table: Table) -> str:
    return " ".join(finding.what for finding in table.findings)


def _rows(quote: str, escape: str, n: int = 40) -> bytes:
    """A table whose text is quoted by ``quote``, which inside a text is written with ``escape`` before it."""
    lines = ["y,where,age"]
    for row in range(n):
        text = WORDS[row % 3].replace(quote, f"{escape}{quote}")
        lines.append(f"{row}.5,{quote}{text}{quote},{20 + row}")
    return "\n".join(lines).encode()


def test_single_quotation_marks_are_found_and_told():
    table = read_table(_rows("'", "'"))
    assert table.frame["where"].tolist()[:3] == list(WORDS)
    assert table.frame.shape == (40, 3)
    assert "quoted by '" in _told(table)


def test_apostrophes_in_a_file_of_double_quotation_marks_stay():
    table = read_table(_rows('"', '"'))
    assert table.frame["where"].tolist()[:3] == list(WORDS)
    assert table.findings == ()


def test_apostrophes_without_any_quotation_mark_stay():
    lines = [
        "y,who",
        *(f"{row},{name}" for row, name in enumerate(["O'Brien", "'tis", "d'Arc", "Smith"] * 10)),
    ]
    table = read_table("\n".join(lines).encode())
    assert table.frame["who"].tolist()[:4] == ["O'Brien", "'tis", "d'Arc", "Smith"]
    assert table.findings == ()


def test_a_backslash_before_a_quotation_mark_is_an_escape():
    lines = ["y,said,age"]
    lines += [f'{row},"he said \\"no\\", and left",{20 + row}' for row in range(30)]
    table = read_table("\n".join(lines).encode())
    assert table.frame["said"][0] == 'he said "no", and left'
    assert table.frame.shape == (30, 3)
    assert "backslash" in _told(table)


def test_the_backslashes_of_paths_stay():
    lines = ["y,path", *(f'{row},"C:\\data\\{row}.csv"' for row in range(30))]
    table = read_table("\n".join(lines).encode())
    assert table.frame["path"][3] == "C:\\data\\3.csv"


def test_single_quotation_marks_that_begin_late_in_the_file_are_found():
    lines = ["y,where,age", *(f"{row}.5,north,30" for row in range(150))]
    # The table looks plain in its first lines, and is as wide either way.
    lines += [f"{row}.5,'south {row}',30" for row in range(150)]
    table = read_table("\n".join(lines).encode())
    assert table.frame["where"].tolist()[149:151] == ["north", "south 0"]


@pytest.mark.parametrize(("mark", "word"), [(":", "colon"), ("^", '"^"'), (" ", "space")])
def test_a_rarer_separator_is_taken_where_it_cuts_every_line_and_told(mark, word):
    lines = ["y sex age", *(f"{row}.5 m {20 + row}" for row in range(30))]
    table = read_table("\n".join(lines).replace(" ", mark).encode())
    assert table.reading.separator == mark
    assert table.frame.shape == (30, 3)
    assert f"separated by the {word}" in _told(table)
    named = read_table("\n".join(lines).replace(" ", mark).encode(), separator=mark)
    assert named.fingerprint == table.fingerprint
    assert named.findings == ()


def test_a_single_column_of_times_is_no_table_of_colons():
    with pytest.raises(TableError, match="only one column"):
        read_table("\n".join(["time", *(f"12:{row}" for row in range(10, 40))]).encode())


def test_a_single_quotation_mark_that_never_closes_is_named():
    with pytest.raises(TableError, match=r"line 42 .* never closed"):
        read_table(_rows("'", "'") + b"\n7,'open,3\n8,north,4\n")


def test_strange_text_does_not_take_long():
    noise = "\n".join("'`~\\\":^#&*! a1" * 60 for _ in range(2_000))
    started = time.process_time()
    with pytest.raises(TableError):
        read_table(noise.encode())
    assert time.process_time() - started < 5
