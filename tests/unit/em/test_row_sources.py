"""Rows in memory and in Parquet files: the same sums, the same fit, and errors that name the place."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from row_tables import FEATURES, some_parameters, two_groups, write_parts

from rome.em import ArrayRows, ParquetRows, RomeEM, fitting, parquet_rows
from rome.em.rows import StandardisedRows, drawn, standardised
from rome.em.scaling import Moments, Scaling
from rome.em.sufficient_statistics import one_pass
from rome.errors import ColumnError, OutcomeError, SettingError, TableError, TooFewRowsError

EXPERTS, GATE = np.array([0, 1, 2]), np.array([3, 4])


def arrays(frame: pd.DataFrame) -> ArrayRows:
    return ArrayRows(frame[FEATURES], frame["y"], frame.get("w"))


def source(rows):
    moments = rows.moments()
    return standardised(rows, Scaling.measured(moments, EXPERTS, GATE, "numeric"), moments)


def assert_same_sums(first, second, rel=1e-10):
    parameters, experts = some_parameters()
    one, two = (one_pass(rows, parameters, experts) for rows in (first, second))
    for field in fields(one):
        expected = np.asarray(getattr(one, field.name))
        # Sums that cancel are known to the digits of what was added up.
        room = rel * max(1.0, float(np.abs(expected).max()))
        assert np.asarray(getattr(two, field.name)) == pytest.approx(expected, rel=rel, abs=room)


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(parquet_rows, "BATCH_ROWS", 256)


@pytest.mark.parametrize("weighted", [True, False])
def test_sums_over_files_are_those_in_memory(tmp_path, small_batches, weighted):
    frame = two_groups(5000, weighted=weighted)
    folder = write_parts(frame, tmp_path / "rows")
    rows = ParquetRows(folder, outcome="y", features=FEATURES, weight="w" if weighted else None)
    assert isinstance(source(rows), StandardisedRows)
    assert_same_sums(source(arrays(frame)), source(rows))


def test_how_rows_are_cut_into_files_changes_nothing(tmp_path):
    frame = two_groups(3000)
    one = write_parts(frame, tmp_path / "one", files=1, group_rows=3000)
    many = write_parts(frame, tmp_path / "many", files=7, group_rows=50)
    first, second = (ParquetRows(folder, outcome="y", weight="w") for folder in (one, many))
    assert len(first.parts) == 1
    assert len(second.parts) > 50
    assert_same_sums(source(first), source(second))


def test_the_order_of_rows_changes_no_sum(tmp_path):
    frame = two_groups(2000)
    first = ParquetRows(write_parts(frame, tmp_path / "a"), outcome="y", weight="w")
    mixed = frame.sample(frac=1, random_state=3)
    second = ParquetRows(write_parts(mixed, tmp_path / "b"), outcome="y", weight="w")
    assert_same_sums(source(first), source(second), rel=1e-9)


def test_moments_of_parts_join_to_those_of_the_whole():
    rng = np.random.default_rng(1)
    X, y, weights = 1e6 + rng.standard_normal((1000, 3)), rng.standard_normal(1000), rng.uniform(0, 2, 1000)
    whole = Moments.of((X, y, weights))
    joined = Moments.of((X[:100], y[:100], weights[:100])) + Moments.of((X[100:], y[100:], weights[100:]))
    expected = np.append(weights @ (X - np.average(X, axis=0, weights=weights)) ** 2, whole.squares[-1])
    assert joined.n_rows == 1000
    assert joined.mean == pytest.approx(whole.mean, rel=1e-14)
    assert joined.squares == pytest.approx(expected, rel=1e-9)


def test_drawn_rows_are_the_same_from_files_as_from_memory(tmp_path):
    frame = two_groups(4000)
    held = arrays(frame)
    rows = ParquetRows(write_parts(frame, tmp_path / "rows"), outcome="y", weight="w")
    positions = drawn(held.moments().n_rows, 300, np.random.default_rng(0))
    for mine, theirs in zip(rows.take(positions), held.take(positions), strict=True):
        assert np.array_equal(mine, theirs)


def test_a_fit_on_files_is_the_fit_in_memory(tmp_path):
    frame = two_groups(30_000)
    rows = ParquetRows(write_parts(frame, tmp_path / "rows", group_rows=4000), outcome="y", weight="w")
    settings = {"gate_features": ["s", "t"], "n_init": 2, "random_state": 0}
    expected = RomeEM(2, **settings).fit(frame[FEATURES], frame["y"], sample_weight=frame["w"])
    fitted = RomeEM(2, **settings).fit_blocks(rows)
    assert fitted.log_likelihood_ == pytest.approx(expected.log_likelihood_, rel=1e-10)
    assert fitted.coef_ == pytest.approx(expected.coef_, rel=1e-8, abs=1e-8)
    # The robust proportions are solved to a tolerance of their own.
    assert fitted.predict(frame[FEATURES]) == pytest.approx(expected.predict(frame[FEATURES]), abs=1e-3)
    assert fitted.membership(frame[FEATURES]).sum(axis=1) == pytest.approx(np.ones(len(frame)))
    assert list(fitted.feature_names_in_) == FEATURES
    # The groups of the table are found: one slope is 14, the other −7.
    assert np.sort(fitted.coef_[:, 0]) == pytest.approx([-7, 14], abs=0.2)


def test_a_fit_on_array_rows_is_fit_to_the_digit():
    frame = two_groups(1500)
    settings = {"gate_features": ["s"], "gate": "flexible", "n_init": 2, "random_state": 1}
    expected = RomeEM(2, **settings).fit(frame[FEATURES], frame["y"], sample_weight=frame["w"])
    fitted = RomeEM(2, **settings).fit_blocks(arrays(frame))
    assert np.array_equal(fitted.predict(frame[FEATURES]), expected.predict(frame[FEATURES]))
    assert fitted.log_likelihood_ == expected.log_likelihood_


def test_robust_proportions_from_a_sample_is_close_to_that_on_all_rows(tmp_path, monkeypatch):
    frame = two_groups(12_000, weighted=False)
    rows = ParquetRows(write_parts(frame, tmp_path / "rows"), outcome="y")
    settings = {"gate_features": ["s", "t"], "n_init": 1, "random_state": 0}
    expected = RomeEM(2, **settings).fit_blocks(rows)
    monkeypatch.setattr(fitting, "DRO_ROWS", 4000)
    sampled = RomeEM(2, **settings).fit_blocks(rows)
    assert sampled.log_likelihood_ == expected.log_likelihood_
    assert not np.array_equal(sampled.prior_, expected.prior_)
    assert sampled.prior_ == pytest.approx(expected.prior_, abs=0.05)


def test_cross_fitting_refuses_more_rows_than_are_held(tmp_path, monkeypatch):
    monkeypatch.setattr(fitting, "DRO_ROWS", 500)
    rows = ParquetRows(write_parts(two_groups(1000), tmp_path / "rows"), outcome="y", weight="w")
    model = RomeEM(2, predictor="aggregate", criterion="reward", gamma="cross_fitted")
    with pytest.raises(SettingError, match='take gamma="plain"'):
        model.fit_blocks(rows)


def test_numbers_of_any_kind_and_columns_from_folder_names_are_read(tmp_path):
    frame = pd.DataFrame({"x": np.arange(6, dtype="int32"), "flag": [True, False] * 3, "y": np.ones(6)})
    for year in (2020, 2021):
        (tmp_path / f"year={year}").mkdir()
        frame.to_parquet(tmp_path / f"year={year}" / "rows.parquet")
    X, y, _ = ParquetRows(tmp_path, outcome="y", features=["year", "flag", "x"]).take(None)
    assert X[:, 0].tolist() == [2020] * 6 + [2021] * 6
    assert X[:6, 1:].tolist() == [[flag, x] for flag, x in zip([1, 0] * 3, range(6), strict=True)]
    assert y.tolist() == [1.0] * 12


@pytest.mark.parametrize(
    ("column", "value", "words"), [("b", np.nan, "no number"), ("y", np.inf, "an infinite number")]
)
def test_a_value_that_is_no_number_names_its_column_file_and_row(tmp_path, column, value, words):
    frame = two_groups(2000, weighted=False)
    frame.loc[1234, column] = value
    folder = write_parts(frame, tmp_path / "rows", files=2, group_rows=100)
    rows = ParquetRows(folder, outcome="y")
    with pytest.raises(ColumnError, match=f'"{column}" of "part-1.parquet" holds {words} in row 235'):
        rows.moments()


def test_a_negative_weight_names_its_row(tmp_path):
    frame = two_groups(300)
    frame.loc[42, "w"] = -1.0
    rows = ParquetRows(write_parts(frame, tmp_path / "rows", files=1), outcome="y", weight="w")
    with pytest.raises(ColumnError, match=r"holds -1 in row 43\. Weights can't be negative"):
        rows.moments()


def test_rows_without_any_weight_are_refused(tmp_path):
    frame = two_groups(300).assign(w=0.0)
    rows = ParquetRows(write_parts(frame, tmp_path / "rows"), outcome="y", weight="w")
    with pytest.raises(TooFewRowsError, match="any weight"):
        rows.moments()


def test_text_is_refused_with_its_type(tmp_path):
    two_groups(50).assign(a="high").to_parquet(tmp_path / "t.parquet")
    with pytest.raises(ColumnError, match=r'Column "a" .* takes numbers only'):
        ParquetRows(tmp_path / "t.parquet", outcome="y")


def two_files(folder, first: pd.DataFrame, second: pd.DataFrame):
    for number, frame in enumerate((first, second)):
        frame.to_parquet(folder / f"part-{number}.parquet", index=False)
    return folder


@pytest.mark.parametrize("values", [["high"] * 50, pd.Categorical(["1", "2"] * 25), ["7"] * 50])
def test_text_in_a_later_file_is_refused_with_its_file(tmp_path, values):
    frame = two_groups(50, weighted=False)
    two_files(tmp_path, frame, frame.assign(a=values))
    with pytest.raises(ColumnError, match=r'Column "a" of "part-1.parquet" .* takes numbers only'):
        ParquetRows(tmp_path, outcome="y", features=FEATURES)


def test_whole_numbers_in_one_file_and_fractions_in_another_are_both_numbers(tmp_path):
    frame = two_groups(50, weighted=False)
    two_files(tmp_path, frame.assign(a=range(50)), frame.assign(a=0.5))
    X, _, _ = ParquetRows(tmp_path, outcome="y").take(None)
    assert X[[49, 50], 0].tolist() == [49.0, 0.5]


def test_a_further_column_in_a_later_file_is_refused_unless_features_are_named(tmp_path):
    frame = two_groups(50, weighted=False)
    two_files(tmp_path, frame, frame.assign(added=1.0))
    with pytest.raises(ColumnError, match=r'"added" is in "part-1.parquet" but not in all files'):
        ParquetRows(tmp_path, outcome="y")
    assert ParquetRows(tmp_path, outcome="y", features=FEATURES).take(None)[0].shape == (100, 5)


def test_a_column_that_a_later_file_lacks_is_refused_before_any_row_is_read(tmp_path):
    frame = two_groups(50, weighted=False)
    two_files(tmp_path, frame, frame.drop(columns="b"))
    with pytest.raises(ColumnError, match=r'"b" is not in "part-1.parquet"'):
        ParquetRows(tmp_path, outcome="y")


def test_a_later_file_that_is_no_parquet_is_refused_with_its_name(tmp_path):
    two_groups(50).to_parquet(tmp_path / "part-0.parquet")
    (tmp_path / "part-1.parquet").write_bytes(b"no parquet at all")
    with pytest.raises(TableError, match=r'"part-1.parquet" can\'t be read as Parquet'):
        ParquetRows(tmp_path, outcome="y")


def test_a_missing_column_gives_the_nearest_name(tmp_path):
    two_groups(50).rename(columns={"y": "hourly_wage"}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(ColumnError, match='The nearest name is "hourly_wage"'):
        ParquetRows(tmp_path / "t.parquet", outcome="wage")


@pytest.mark.parametrize("content", [None, b"no parquet at all"])
def test_what_is_not_parquet_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "t.parquet").write_bytes(content)
    with pytest.raises(TableError, match="can't be read as Parquet"):
        ParquetRows(tmp_path / "t.parquet", outcome="y")


def test_a_binary_outcome_in_a_file_holds_only_two_values(tmp_path):
    frame = two_groups(200, weighted=False).assign(y=np.arange(200) % 3)
    rows = ParquetRows(write_parts(frame, tmp_path / "rows"), outcome="y")
    with pytest.raises(OutcomeError, match="but 2 was seen"):
        RomeEM(2, outcome="binary").fit_blocks(rows)
