"""A table before any model: what columns hold; cells of the outcome, their means and intervals, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from rome.table import Roles, check_table, read_table
from rome.table.guess import guess_with_reasons
from rome.table.overview import outcome_overview, overview


def _frame(n: int = 200) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "y": rng.normal(size=n),
            "x": rng.normal(size=n),
            "age": rng.integers(20, 80, n).astype(float),
            "sex": ["f", "m"] * (n // 2 - 2) + ["x"] * 4,
            "weight": rng.uniform(0.5, 2, n),
        }
    )


ROLES = Roles("y", ("x",), ("sex", "age"))


def test_a_cells_mean_and_interval_are_students():
    frame = _frame()
    sex = outcome_overview(frame, ROLES).attributes[0]
    women = frame["y"][frame["sex"] == "f"]
    cell = next(cell for cell in sex.cells if cell.label == "f")
    low, high = stats.t.interval(0.95, len(women) - 1, women.mean(), stats.sem(women))
    assert (cell.rows, cell.few) == (len(women), False)
    assert [cell.mean, cell.low, cell.high] == pytest.approx([women.mean(), low, high])


def test_cells_under_ten_rows_are_marked():
    assert [cell.label for cell in outcome_overview(_frame(), ROLES).attributes[0].cells if cell.few] == ["x"]


def test_a_quantity_is_cut_into_fifths_that_hold_every_row_once():
    frame = _frame()
    frame.loc[:10, "age"] = np.nan
    age = outcome_overview(frame, ROLES).attributes[1]
    assert age.binned
    assert [cell.label for cell in age.cells][-1] == "missing"
    assert len(age.cells) == 6
    assert sum(cell.rows for cell in age.cells) == len(frame)
    assert min(cell.rows for cell in age.cells[:5]) > 25


def test_a_share_has_wilsons_interval():
    frame = _frame()
    frame["y"] = np.where(frame["y"] > 0.5, "yes", "no")
    seen = outcome_overview(frame, ROLES)
    women = frame["y"][frame["sex"] == "f"] == "yes"
    cell = next(cell for cell in seen.attributes[0].cells if cell.label == "f")
    expected = stats.binomtest(int(women.sum()), len(women)).proportion_ci(0.95, "wilson")
    assert [cell.mean, cell.low, cell.high] == pytest.approx([women.mean(), *expected])
    assert seen.counts == ((frame["y"] == "no").sum(), (frame["y"] == "yes").sum())


def test_means_are_weighted_where_there_is_a_weight():
    frame = _frame()
    seen = outcome_overview(frame, Roles("y", ("x",), ("sex",), weight="weight"))
    women = frame[frame["sex"] == "f"]
    cell = next(cell for cell in seen.attributes[0].cells if cell.label == "f")
    assert cell.mean == pytest.approx(np.average(women["y"], weights=women["weight"]))
    assert seen.weighted


def test_many_levels_are_pooled_and_counted():
    frame = _frame()
    frame["sex"] = [f"level {row % 30}" for row in range(len(frame))]
    sex = outcome_overview(frame, ROLES).attributes[0]
    assert (sex.pooled, len(sex.cells)) == (18, 13)
    assert sex.cells[-1].label == "18 other values"
    assert sum(cell.rows for cell in sex.cells) == len(frame)


def test_the_bars_of_a_column_count_its_values():
    frame = pd.DataFrame({"a": [0.0, 0, 1, 2, 3], "b": ["x", "x", "y", None, "x"], "c": [7.0] * 5})
    a, b, c = overview(frame)
    assert (a.bars, b.bars, c.bars) == ((2, 1, 1, 1), (3, 1), (5,))


def test_the_bars_of_huge_numbers_do_not_overflow():
    assert sum(overview(pd.DataFrame({"a": [-1.7e308, 0.0, 1.7e308]}))[0].bars) == 3


def test_every_guess_has_its_reason():
    frame = _frame().assign(person_id=np.arange(200.0), same=1.0)
    guesses = guess_with_reasons(frame)
    assert "one value" in guesses["same"].why
    assert "own value" in guesses["person_id"].why
    assert "often protected" in guesses["sex"].why
    assert all(guess.why for guess in guesses.values())


def test_a_usual_code_far_from_the_other_values_may_mean_not_known():
    frame = _frame()
    frame["x"] = np.abs(frame["x"])
    frame.loc[frame.index % 8 == 0, "x"] = 999
    found = [each for each in check_table(frame, ROLES) if each.mend and each.mend.code == "value_missing"]
    assert [(each.column, each.mend.value) for each in found] == [("x", "999")]


def test_a_high_value_that_is_one_of_many_is_no_placeholder():
    frame = _frame().assign(x=np.arange(200.0) % 100)
    assert not [each for each in check_table(frame, ROLES) if each.mend and each.mend.code == "value_missing"]


def test_a_word_for_not_known_is_noted():
    frame = _frame()
    frame.loc[:40, "sex"] = "Unknown"
    found = next(each for each in check_table(frame, ROLES) if each.mend and each.mend.value == "Unknown")
    assert (found.severity, found.mend.code) == ("note", "value_missing")


def test_columns_that_say_nothing_or_too_much_can_be_left_out_at_once():
    frame = _frame().assign(same=1.0, copy=lambda each: each["y"] * 2)
    roles = Roles("y", ("x", "same", "copy"), ("sex",))
    steps = {each.column: each.mend for each in check_table(frame, roles) if each.mend}
    assert steps["same"].code == steps["copy"].code == "leave_out"
    assert not steps["same"].needs_reading


def test_ranges_levels_and_missing_values_are_counted():
    text = b"age,sex,born,empty\n30,f,2001-01-02,\n,m,2002-03-04,\n50,f,2003-05-06,\n40.5,f,2003-05-06,\n"
    age, sex, born, empty = overview(read_table(text, "t.csv").frame)
    assert (age.kind, age.low, age.high, age.missing, age.distinct) == ("numeric", 30, 50, 1, 3)
    assert age.missing_share == 0.25
    assert (sex.kind, sex.examples, sex.low) == ("text", ("f", "m"), None)
    assert (born.kind, born.examples[0]) == ("date", "2003-05-06")
    assert (empty.missing, empty.distinct, empty.low, empty.examples) == (4, 0, None, ())
