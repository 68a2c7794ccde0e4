"""Rows chosen by columns, and who they are against everybody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from results_factory import make_result

from rome.cohorts import ColumnFilter, column_levels, column_reach, filter_words, filtered_rows, rows_profile
from rome.errors import ColumnError
from rome.table.roles import Roles


@pytest.fixture
def result():
    """A study of the even rows of a table of 1,212."""
    return replace(make_result(weights=True), roles=Roles("y", ("bmi",), ("age", "sex")))


@pytest.fixture
def frame():
    """The table: the study uses its data rows 2, 4, 6, …."""
    rng = np.random.default_rng(3)
    n = 1212
    age = rng.integers(18, 80, n).astype(float)
    age[3] = np.nan
    sex = pd.Series(rng.choice(["f", "m"], n), dtype="str")
    sex[5] = None
    return pd.DataFrame({"age": age, "sex": sex, "bmi": rng.normal(25, 4, n), "y": rng.normal(size=n)})


def test_every_condition_must_hold_and_a_missing_value_fulfils_none(result, frame):
    filters = [ColumnFilter("age", 30, 50), ColumnFilter("sex", levels=("f",))]
    rows = filtered_rows(result, frame, filters)
    chosen = frame.iloc[np.array(rows) - 1]
    assert chosen["age"].between(30, 50).all()
    assert (chosen["sex"] == "f").all()
    used = frame.iloc[result.rows.row - 1]
    assert len(rows) == (used["age"].between(30, 50) & (used["sex"] == "f")).sum()
    assert 4 not in filtered_rows(result, frame, [ColumnFilter("age")])
    assert 6 not in filtered_rows(result, frame, [ColumnFilter("sex", levels=("f", "m"))])


def test_no_condition_chooses_nobody_and_only_used_rows_are_chosen(result, frame):
    assert filtered_rows(result, frame, []) == ()
    assert set(filtered_rows(result, frame, [ColumnFilter("bmi")])) == set(result.rows.row.tolist())


def test_conditions_are_said_in_words():
    filters = [
        ColumnFilter("age", 30, 50),
        ColumnFilter("bmi", low=18.5),
        ColumnFilter("debt", high=-2),
        ColumnFilter("sex", levels=("f", "x")),
        ColumnFilter("town"),
    ]
    assert filter_words(filters) == (
        "age from 30 to 50 and bmi from 18.5 and debt up to -2 and sex is f or x and town is known"
    )


def test_an_unknown_column_is_named_with_the_nearest(result, frame):
    with pytest.raises(ColumnError, match=r'"agee".*nearest name is "age"'):
        filtered_rows(result, frame, [ColumnFilter("agee", 1, 2)])


def test_a_number_with_few_values_can_be_chosen_by_value(result, frame):
    coded = frame.assign(code=np.arange(len(frame)) % 3)
    assert set(column_levels(coded, "code")) == {"0", "1", "2"}
    rows = filtered_rows(result, coded, [ColumnFilter("code", levels=("1",))])
    assert {(row - 1) % 3 for row in rows} == {1}


def test_a_profile_holds_weighted_means_shares_and_missing_values(result, frame):
    rows = filtered_rows(result, frame, [ColumnFilter("age", 18, 40)])
    entries = {entry.term: entry for entry in rows_profile(result, rows, frame)}
    assert next(iter(entries)) == "y"
    used = frame.iloc[result.rows.row - 1].reset_index(drop=True)
    inside = np.isin(result.rows.row, rows)
    weight = result.rows.weight
    age = entries["age"]
    assert age.group_mean == pytest.approx(np.average(used["age"][inside], weights=weight[inside]))
    known = used["age"].notna().to_numpy()
    mean = np.average(used["age"][known], weights=weight[known])
    spread = np.sqrt(np.average((used["age"][known] - mean) ** 2, weights=weight[known]))
    assert age.standardised_difference == pytest.approx((age.group_mean - mean) / spread)
    assert age.sensitive
    assert age.low < age.standardised_difference < age.high < 0
    assert entries["sex = f"].is_share
    assert 0 <= entries["sex = f"].group_low <= entries["sex = f"].group_high <= 1
    assert entries["age missing"].group_mean == 0
    assert entries["sex missing"].overall_mean > 0


def test_intervals_of_a_profile_hold_the_truth_as_often_as_they_say(frame):
    """Cohorts drawn at random differ from everybody by chance alone."""
    result = replace(make_result(rows=606), roles=Roles("y", ("bmi",), ("age", "sex")))
    rng = np.random.default_rng(11)
    held = []
    for _ in range(150):
        table = frame.assign(bmi=rng.normal(size=len(frame)), y=rng.exponential(size=len(frame)))
        rows = rng.choice(result.rows.row, 90, replace=False)
        entries = [entry for entry in rows_profile(result, rows, table) if entry.term in ("bmi", "y")]
        held += [entry.low <= 0 <= entry.high for entry in entries]
    assert 0.91 <= np.mean(held) <= 0.98


def test_everybody_and_a_single_row_have_no_interval(result, frame):
    everybody = rows_profile(result, result.rows.row, frame)
    assert all(abs(entry.standardised_difference) < 1e-9 for entry in everybody)
    one = rows_profile(result, result.rows.row[:1], frame)
    assert all(np.isnan(entry.low) for entry in one)


def test_huge_values_overflow_nothing(result, frame):
    entries = rows_profile(result, result.rows.row[:50], frame.assign(bmi=frame["bmi"] * 1e150))
    assert np.isfinite([entry.standardised_difference for entry in entries]).all()


@pytest.mark.parametrize(
    ("values", "reach"),
    [
        ([18, 64, 30], (18.0, 64.0, 1.0)),
        ([0.123, 0.987], (0.123, 0.987, 0.001)),
        ([1121.87, 63770.43], (1100.0, 63800.0, 100.0)),
        ([5, 5], None),
        ([np.nan, np.inf], None),
    ],
)
def test_a_columns_numbers_are_chosen_in_steps_that_cut_nobody_off(values, reach):
    found = column_reach(pd.DataFrame({"x": np.array(values, dtype=float)}), "x")
    assert found == (None if reach is None else pytest.approx(reach))
    if found is not None:
        assert found[0] <= min(values) + 1e-12
        assert found[1] >= max(values) - 1e-12


def test_a_text_has_no_steps(frame):
    assert column_reach(frame, "sex") is None
