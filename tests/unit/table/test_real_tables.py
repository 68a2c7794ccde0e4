"""The real tables are read as their descriptions say."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from rome.table import Roles, check_table, guess_roles, outcome_values, read_table

NAMES = [
    "acs_mobility_income",
    "adult",
    "communities_crime_norm",
    "communities_crime_unnorm",
    "german_credit",
    "insurance",
    "law_school",
    "law_school_zfya",
    "rome_demo_test",
    "rome_demo_train",
    "slid_wages",
    "student_mat",
    "wage_islp",
]


@pytest.fixture(scope="module", params=NAMES)
def real(request, shared_folder):
    folder = shared_folder / "data"
    about = json.loads((folder / f"{request.param}.json").read_text(encoding="utf-8"))
    return read_table(folder / f"{request.param}.csv"), about


def _roles(about) -> Roles:
    return Roles(about["outcome"], tuple(about["features"]), tuple(about["sensitive"]))


def test_rows_columns_and_separator_are_as_described(real):
    table, about = real
    assert (table.reading.rows, table.reading.columns) == (about["rows"], about["columns"])
    assert table.frame.shape == (about["rows"], about["columns"])
    assert table.reading.separator == about["separator"]
    assert not [finding for finding in table.findings if finding.severity != "note"]


def test_missing_values_are_counted_as_described(real):
    table, about = real
    used = [about["outcome"], *about["features"], *about["sensitive"]]
    missing = {column: int(table.frame[column].isna().sum()) for column in used}
    assert {column: count for column, count in missing.items() if count} == about["missing_by_column"]


def test_the_described_roles_can_be_studied(real):
    table, about = real
    outcome = outcome_values(table.frame, _roles(about))
    assert outcome.kind == ("binary" if about["task"] == "classification" else "numeric")
    assert not [finding for finding in check_table(table.frame, _roles(about)) if finding.severity == "error"]


def test_values_agree_with_another_reader(real, shared_folder):
    table, about = real
    marks = [mark for mark in about["na_values"] if mark] + ["?"]
    other = pd.read_csv(
        shared_folder / "data" / f"{table.name}",
        sep=about["separator"],
        keep_default_na=False,
        na_values=["", *marks],
        encoding="utf-8-sig",
        low_memory=False,
    )
    for column in other.columns:
        if pd.api.types.is_numeric_dtype(other[column]):
            np.testing.assert_array_equal(table.frame[column], other[column].astype(float), err_msg=column)
        else:
            expected = other[column].str.strip()
            assert table.frame[column].fillna("\0").tolist() == expected.fillna("\0").tolist(), column


def test_most_roles_are_guessed_as_described(real):
    table, about = real
    guessed = guess_roles(table.frame)
    assert guessed[about["outcome"]] == "outcome"
    sensitive = {column for column, role in guessed.items() if role == "sensitive"}
    found = sensitive & set(about["sensitive"])
    assert len(found) >= len(about["sensitive"]) * 0.6


def test_known_leaks_and_identifiers_of_real_tables_are_told(shared_folder):
    wages = read_table(shared_folder / "data" / "wage_islp.csv").frame
    told = check_table(wages, Roles("wage", ("year", "logwage", "education"), ("race", "age")))
    assert [finding.column for finding in told if "outcome" in finding.what] == ["logwage"]
    assert wages["race"].unique().tolist()[0] == "1. White"
    people = read_table(shared_folder / "data" / "acs_mobility_income.csv").frame
    assert guess_roles(people)["index"] == "id"
    law = read_table(shared_folder / "data" / "law_school_zfya.csv").frame
    told = check_table(law, Roles("ZFYA", ("LSAT", "UGPA", "sander_index"), ("race",)))
    assert [finding.column for finding in told if "exact combination" in finding.what] == ["sander_index"]
