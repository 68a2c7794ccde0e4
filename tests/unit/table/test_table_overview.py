"""What each column holds, in a line."""

from __future__ import annotations

from rome.table import read_table
from rome.table.overview import overview


def test_ranges_levels_and_missing_values_are_counted():
    text = b"age,sex,born,empty\n30,f,2001-01-02,\n,m,2002-03-04,\n50,f,2003-05-06,\n40.5,f,2003-05-06,\n"
    age, sex, born, empty = overview(read_table(text, "t.csv").frame)
    assert (age.kind, age.low, age.high, age.missing, age.distinct) == ("numeric", 30, 50, 1, 3)
    assert age.missing_share == 0.25
    assert (sex.kind, sex.examples, sex.low) == ("text", ("f", "m"), None)
    assert (born.kind, born.examples[0]) == ("date", "2003-05-06")
    assert (empty.missing, empty.distinct, empty.low, empty.examples) == (4, 0, None, ())
