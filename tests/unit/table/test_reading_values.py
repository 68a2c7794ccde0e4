"""What the values of a column become, and what is said about it."""

from __future__ import annotations

import numpy as np
import pytest

from rome.table import read_table


def _column(*values: str, **options):
    """Read one column of a small file, beside a plain one."""
    quoted = ['"' + value.replace('"', '""') + '"' for value in values]
    lines = [f"{value},{place}" for place, value in enumerate(quoted)]
    table = read_table("\n".join(["a,b", *lines, ""]).encode(), **options)
    return table.frame["a"], [finding for finding in table.findings if finding.column == "a"]


def test_numbers_in_quotes_are_numbers():
    values, findings = _column("1", "-2.5", "+3", "1e3", ".5")
    assert values.tolist() == [1, -2.5, 3, 1000, 0.5]
    assert values.dtype == np.float64
    assert findings == []


@pytest.mark.parametrize("mark", ["", "NA", "N/A", "NaN", "null", "NULL", "None", "?", "-", ".", " NA "])
def test_every_missing_mark_is_missing_among_numbers_and_among_words(mark):
    numbers, _ = _column("1", mark, "3")
    assert numbers.isna().tolist() == [False, True, False]
    assert numbers.dtype == np.float64
    words, _ = _column("x", mark, "y")
    assert words.isna().tolist() == [False, True, False]


def test_none_in_small_letters_is_a_level():
    values, _ = _column("none", "guarantor", "none")
    assert values.tolist() == ["none", "guarantor", "none"]


def test_doubtful_marks_are_told_once_for_all_columns():
    table = read_table(b"a,b,c\n?,x,1\n2,?,-\n3,?,4\n")
    told = {finding.what for finding in table.findings}
    assert told == {
        '"?" was taken as missing 3 times in 2 columns ("a", "b").',
        '"-" was taken as missing 1 time in 1 column ("c").',
    }
    assert {finding.severity for finding in table.findings} == {"note"}


def test_currency_thousands_and_percent_are_read_and_told():
    money, findings = _column("$1.20", "€3", "-$4", "£1,234.50", "7 €")
    assert money.tolist() == [1.2, 3, -4, 1234.5, 7]
    assert [finding.severity for finding in findings] == ["warning", "warning"]
    assert "5 numbers are written with a currency sign" in findings[0].what
    assert "1 number is written with thousands marks" in findings[1].what
    percent, findings = _column("45%", "7.5 %")
    assert percent.tolist() == [45, 7.5]
    assert "45% was read as the number 45" in findings[0].what


def test_the_minus_sign_of_typesetters_is_a_minus():
    values, _ = _column("−5", "3")
    assert values.tolist() == [-5, 3]


def test_seven_numbers_of_ten_make_a_numeric_column_and_the_rest_is_told():
    values, findings = _column(*["1", "2", "3", "4", "5", "6", "7"], "unknown", "unknown", "12 kg")
    assert values.tolist()[:7] == [1, 2, 3, 4, 5, 6, 7]
    assert values.isna().sum() == 3
    assert findings[0].severity == "warning"
    assert '3 values of 10 are no number ("unknown", "12 kg")' in findings[0].what


def test_six_numbers_of_ten_make_a_column_of_words():
    values, findings = _column(*["1", "2", "3", "4", "5", "6"], "a", "b", "c", "d")
    assert values.dtype == "str"
    assert values.tolist()[:2] == ["1", "2"]
    assert findings == []


def test_missing_values_do_not_count_against_numbers():
    values, _ = _column("1", "2", *[""] * 8)
    assert values.dtype == np.float64


@pytest.mark.parametrize("text", ["1. White", "<0 DM", "2020-01-01", "0x10", "1_000", "12,34,5"])
def test_words_with_digits_are_no_numbers(text):
    values, _ = _column(text, "other")
    assert values.tolist() == [text, "other"]


def test_yes_and_no_in_many_spellings_become_one_column():
    values, findings = _column("T", "no", "TRUE", "False", "1", "0", "Yes", "F", "")
    assert values.tolist()[:8] == ["true", "false", "true", "false", "true", "false", "true", "false"]
    assert values.isna().tolist()[-1] is True
    assert findings[0].severity == "note"


def test_two_spellings_stay_as_they_are():
    values, findings = _column("Yes", "No", "Yes")
    assert values.tolist() == ["Yes", "No", "Yes"]
    assert findings == []


def test_zeros_and_ones_are_numbers():
    values, _ = _column("0", "1", "1")
    assert values.tolist() == [0, 1, 1]


def test_infinities_are_missing_and_counted():
    values, findings = _column("1", "inf", "-Infinity", "1e400", "2")
    assert values.isna().tolist() == [False, True, True, True, False]
    assert findings[0].what == "3 values are infinite and were taken as missing."
    assert findings[0].severity == "warning"


def test_numbers_too_large_for_a_float_are_told():
    _, exact = _column("9007199254740991", "1")
    assert exact == []
    _, inexact = _column("1180591620717411303424", "1")
    assert "last digits are lost" in inexact[0].what
    _, overflow = _column("1e308", "1.5")
    assert "too large to be squared" in overflow[0].what
    assert overflow[0].severity == "warning"


def test_spaces_around_values_are_stripped():
    words, _ = _column(" male ", "female", "male")
    assert words.tolist() == ["male", "female", "male"]
    numbers, _ = _column(" 1 ", "2")
    assert numbers.tolist() == [1, 2]


def test_rows_keep_the_order_of_the_file():
    lines = "\n".join(f"{place},{'abc'[place % 3]}" for place in range(1000))
    frame = read_table(f"n,c\n{lines}\n".encode()).frame
    assert frame["n"].tolist() == list(range(1000))
    assert frame["c"].tolist() == ["abc"[place % 3] for place in range(1000)]
    assert frame.index.tolist() == list(range(1000))
