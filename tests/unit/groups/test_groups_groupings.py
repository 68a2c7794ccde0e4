"""Groupings: who belongs together, by responsibilities, by the gate, or by columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rome.errors import SettingError
from rome.groups import Grouped, latent, observed, predicted
from rome.groups.groupings import MOST_CELLS, from_labels
from rome.groups.profile import standardised_differences

HALF = np.array([True, False] * 50)


def cells(columns: dict[str, object], is_train=None, min_group_size: int = 5, fixed: bool = True):
    series = {name: pd.Series(values) for name, values in columns.items()}
    n = len(next(iter(series.values())))
    return observed(series, np.ones(n, bool) if is_train is None else is_train, min_group_size, fixed)


def test_latent_spreads_a_row_and_predicted_gives_it_to_one_group():
    shares = np.array([[0.9, 0.1], [0.4, 0.6]])
    assert latent(shares, ["a", "b"]).weights == pytest.approx(shares)
    assert predicted(shares, ["a", "b"]).weights.tolist() == [[1, 0], [0, 1]]


def test_a_group_is_too_small_if_few_rows_belong_to_it_or_few_hold_its_case_weight():
    grouped = Grouped(("a", "b"), np.array([[1.0, 0.0], [0.5, 0.5], [0.5, 0.5]]))
    assert grouped.sizes == pytest.approx([2.0, 1.0])
    assert grouped.too_small(np.ones(3), 2).tolist() == [False, True]
    assert grouped.too_small(np.full(3, 7.0), 2).tolist() == [False, True]
    heavy = np.append(np.ones(99), 1e4)
    halves = from_labels(np.repeat(["a", "b"], 50))
    assert halves.too_small(np.ones(100), 30).tolist() == [False, False]
    assert halves.too_small(heavy, 30).tolist() == [False, True]


def test_a_column_is_not_crossed_where_a_heavy_row_makes_the_cells_too_small():
    sex, region = pd.Series(["f", "m"] * 100), pd.Series([f"r{number // 2 % 5}" for number in range(200)])
    held_out, columns = np.arange(200) >= 100, {"sex": sex, "region": region}
    even = observed(columns, ~held_out, 10, False, np.ones(200))
    assert even[1] == ("sex", "region")
    heavy = np.where(np.arange(200) % 40 < 20, 1.0, 0.01)
    assert observed(columns, ~held_out, 10, False, np.ones(200) * 5)[1] == ("sex", "region")
    assert observed(columns, ~held_out, 10, False, np.where(np.arange(200) < 110, 1e3, 1.0))[1] == ("sex",)
    assert observed(columns, ~held_out, 10, False, heavy)[1] == ("sex",)


def test_labels_become_groups_in_alphabetical_order():
    grouped = from_labels(np.array(["b", "a", "b"]))
    assert grouped.names == ("a", "b")
    assert grouped.weights.tolist() == [[0, 1], [1, 0], [0, 1]]
    assert grouped.take(np.array([1])).weights.tolist() == [[1, 0]]


def test_numbers_are_cut_at_the_median_of_the_training_rows_only():
    values = np.where(HALF, np.tile(np.arange(10.0), 10), 1000.0 + np.arange(100))
    labels, crossed = cells({"age": values}, HALF)
    cut = float(np.median(values[HALF]))
    assert crossed == ("age",)
    assert set(labels[HALF]) == {f"age ≤ {cut:g}", f"age > {cut:g}"}
    assert set(labels[~HALF]) == {f"age > {cut:g}"}
    moved, _ = cells({"age": np.where(HALF, values, -values)}, HALF)
    assert np.array_equal(labels[HALF], moved[HALF])


@pytest.mark.parametrize(("cut", "words"), [(35400.5, "35400.5"), (2010.5, "2010.5"), (0.25, "0.25")])
def test_a_cut_reads_like_a_number_that_people_write(cut, words):
    spread = cut * np.array([-3, -2, -1, 1, 2, 3])
    labels, _ = cells({"x": cut + spread})
    assert set(labels) == {f"x ≤ {words}", f"x > {words}"}


def test_few_values_are_groups_by_value_without_a_trailing_point_zero():
    labels, _ = cells({"grade": [1.0, 2.0, 2.5, 1.0]})
    assert labels.tolist() == ["grade = 1", "grade = 2", "grade = 2.5", "grade = 1"]


def test_large_codes_that_differ_in_the_last_digit_stay_apart():
    labels, _ = cells({"code": [2010001.0, 2010002.0, 2010001.0]})
    assert set(labels) == {"code = 2010001", "code = 2010002"}


def test_missing_values_are_a_group_of_their_own_in_numbers_and_texts():
    numbers = pd.Series([np.nan, 1, 2, 3, 4, 5, 6, 7])
    texts = pd.Series(["x", None, "x", "x", "x", "y", "y", "y"], dtype="str")
    labels, _ = cells({"age": numbers, "sex": texts})
    assert labels[0] == "age missing · sex = x"
    assert labels[1] == "age ≤ 4 · sex missing"
    assert labels[-1] == "age > 4 · sex = y"


def test_rare_levels_of_a_text_are_pooled_by_their_training_counts():
    train = [f"l{number}" for number in range(9) for _ in range(10 - number)]
    held_out = ["l8"] * 50 + ["never seen"]
    is_train = np.array([True] * len(train) + [False] * len(held_out))
    labels, _ = cells({"place": train + held_out}, is_train)
    assert set(labels[: len(train)]) == {*(f"place = l{number}" for number in range(8)), "place: other"}
    assert set(labels[len(train) :]) == {"place: other"}


def test_which_of_equally_frequent_levels_are_kept_does_not_hang_on_the_order_of_rows():
    values = np.repeat([f"l{number}" for number in range(10)], 3)
    order = np.random.default_rng(0).permutation(len(values))
    labels, _ = cells({"place": values})
    shuffled, _ = cells({"place": values[order]})
    assert np.array_equal(labels[order], shuffled)


def test_long_levels_are_shortened_and_still_told_apart():
    labels, _ = cells({"text": ["a" * 5000, "a" * 4999, "b"]})
    assert len(set(labels)) == 3
    assert max(map(len, labels)) < 100


def test_a_column_is_crossed_only_where_the_cells_stay_large_enough():
    sex, region = ["f", "m"] * 100, [f"r{number % 5}" for number in range(200)]
    held_out = np.arange(200) < 100
    wide, crossed = cells({"sex": sex, "region": region}, held_out, min_group_size=10, fixed=False)
    assert crossed == ("sex", "region")
    assert "sex = f · region = r0" in wide
    narrow, crossed = cells({"sex": sex, "region": region}, held_out, min_group_size=11, fixed=False)
    assert crossed == ("sex",)
    assert set(narrow) == {"sex = f", "sex = m"}


def test_named_columns_are_crossed_whatever_the_cells():
    _, crossed = cells({"sex": ["f", "m"] * 4, "id": list("abcdabcd")}, min_group_size=1000)
    assert crossed == ("sex", "id")


def test_too_many_cells_are_refused_by_name_or_not_crossed():
    rng = np.random.default_rng(0)
    columns = {name: rng.choice(list("abcdefgh"), 20_000) for name in ("one", "two", "three")}
    with pytest.raises(SettingError, match='"one", "two", "three" make 512 groups'):
        cells(columns)
    labels, crossed = cells(columns, HALF.repeat(200), min_group_size=2, fixed=False)
    assert crossed == ("one", "two")
    assert len(set(labels)) == 64 <= MOST_CELLS


def test_without_columns_everybody_is_one_group():
    labels, crossed = observed({}, np.ones(3, bool), 2, False)
    assert set(labels) == {"everybody"}
    assert crossed == ()


def test_profiles_are_those_worked_by_hand():
    values = np.array([[0.0], [0.0], [4.0], [4.0]])
    groups = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    means, overall, differences = standardised_differences(values, groups, np.ones(4))
    assert overall == pytest.approx([2.0])
    assert means[:, 0] == pytest.approx([4 * 0.5 / 2.5, 4.0])
    assert differences[:, 0] == pytest.approx([(0.8 - 2) / 2, 1.0])


def test_profiles_of_a_constant_column_are_zero_and_of_an_empty_group_nan():
    rng = np.random.default_rng(0)
    values = np.column_stack([np.full(997, 0.1), rng.normal(size=997)])
    groups = np.column_stack([rng.random(997), np.zeros(997)])
    means, _, differences = standardised_differences(values, groups, rng.random(997))
    assert differences[0, 0] == 0
    assert np.isnan(means[1]).all()
    assert np.isnan(differences[1]).all()


def test_a_column_whose_median_is_its_largest_value_is_still_cut():
    values = pd.Series([10.0] * 60 + [1.0, 2.0, 3.0, 4.0, 5.0] * 8)
    labels, _ = observed({"hours": values}, np.ones(100, dtype=bool), 5, fixed=True)
    assert sorted(set(labels)) == ["hours > 5", "hours ≤ 5"]
    assert list(labels[:60]) == ["hours > 5"] * 60
