"""Every hostile file is read, told about or refused: never a traceback, never a silent wrong result."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from rome.errors import RomeError
from rome.table import Finding, Roles, check_table, guess_roles, read_table

NAMES = [
    "control_valid.csv",
    "empty.csv",
    "header_only.csv",
    "one_row.csv",
    "single_column.csv",
    "duplicate_columns.csv",
    "latin1.csv",
    "utf16_bom.csv",
    "utf8_bom.csv",
    "semicolon.csv",
    "tab.csv",
    "currency_percent_thousands.csv",
    "ragged_short.csv",
    "ragged_long.csv",
    "embedded_newlines.csv",
    "all_missing_column.csv",
    "sensitive_half_missing.csv",
    "constant_outcome.csv",
    "constant_feature.csv",
    "text_outcome.csv",
    "binary_text_outcome.csv",
    "wide_1000_columns.csv",
    "inf_outcome.csv",
    "huge_integers.csv",
    "dates.csv",
    "high_cardinality_id.csv",
    "collinear.csv",
    "feature_is_outcome.csv",
    "formula_injection.csv",
    "html_script.csv",
    "very_long_strings.csv",
    "mixed_type.csv",
    "boolean_strings.csv",
    "tiny_group.csv",
    "emoji_zero_width_names.csv",
    "padded_names_values.csv",
    "reserved_names.csv",
    "preamble_lines.csv",
    "cr_only.csv",
    "identical_rows.csv",
    "pure_noise.csv",
    "numbers_as_text.csv",
    "real.csv.gz",
    "zip_as_csv.csv",
    "xlsx_as_csv.csv",
    "binary.csv",
    "html_page.csv",
    "no_header_adult.csv",
]
#: Told by its content, a workbook called .csv is read, with a warning, where the list would have it refused.
DEPARTURES = {"xlsx_as_csv.csv": "warn"}


@pytest.fixture(scope="module")
def hostile(shared_folder):
    listed = json.loads((shared_folder / "hostile" / "hostile.json").read_text(encoding="utf-8"))["files"]
    return {entry["file"]: entry for entry in listed}


@pytest.fixture(scope="module")
def control(shared_folder) -> pd.DataFrame:
    return read_table(shared_folder / "hostile" / "control_valid.csv").frame


def _findings(path, entry) -> tuple[pd.DataFrame | None, list[Finding]]:
    """The frame (None when refused) and everything that is told about it."""
    try:
        table = read_table(path)
        findings = list(table.findings)
        assert set(guess_roles(table.frame)) == set(table.frame.columns)
        if entry["outcome"]:
            roles = Roles(entry["outcome"], tuple(entry["features"]), tuple(entry["sensitive"]))
            findings += check_table(table.frame, roles)
    except RomeError as error:
        return None, [Finding("error", None, str(error), "")]
    return table.frame, findings


def test_the_list_of_hostile_files_is_complete(hostile):
    assert sorted(hostile) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_file_is_met_as_it_deserves(name, hostile, shared_folder):
    entry = hostile[name]
    frame, findings = _findings(shared_folder / "hostile" / name, entry)
    severities = {finding.severity for finding in findings}
    expect = DEPARTURES.get(name, entry["expect"])
    if expect == "error":
        assert "error" in severities
    elif expect in ("warn", "error_or_warn"):
        assert severities & {"error", "warning"}
    else:
        assert "error" not in severities
        assert frame is not None
        assert len(frame) == 200


@pytest.mark.parametrize(
    "name",
    [
        "cr_only.csv",
        "numbers_as_text.csv",
        "real.csv.gz",
        "semicolon.csv",
        "tab.csv",
        "utf16_bom.csv",
        "utf8_bom.csv",
        "padded_names_values.csv",
        "xlsx_as_csv.csv",
        "preamble_lines.csv",
    ],
)
def test_the_same_rows_in_another_dress_are_the_same_table(name, control, shared_folder):
    frame = read_table(shared_folder / "hostile" / name).frame
    pd.testing.assert_frame_equal(frame, control)


@pytest.mark.parametrize(
    ("name", "column", "words"),
    [
        ("currency_percent_thousands.csv", "x1", "currency"),
        ("currency_percent_thousands.csv", "x2", "thousands"),
        ("currency_percent_thousands.csv", "age", "percent"),
        ("ragged_short.csv", None, "29 rows (lines 2, 9, 16"),
        ("ragged_long.csv", None, "left out"),
        ("all_missing_column.csv", "x2", "missing"),
        ("sensitive_half_missing.csv", "sex", "missing in 46%"),
        ("constant_feature.csv", "x1", "constant"),
        ("inf_outcome.csv", "y", "infinite"),
        ("huge_integers.csv", "x1", "last digits"),
        ("huge_integers.csv", "x2", "squared"),
        ("dates.csv", "x1", "dates"),
        ("dates.csv", "x2", "dates"),
        ("high_cardinality_id.csv", "dept", "identifier"),
        ("collinear.csv", "x3", 'combination of "x1", "x2"'),
        ("collinear.csv", "x4", 'function of "x1"'),
        ("feature_is_outcome.csv", "x1", "outcome"),
        ("mixed_type.csv", "x1", '"unknown", "12 kg"'),
        ("boolean_strings.csv", "dept", "spelled in 6 ways"),
        ("tiny_group.csv", "sex", '"nonbinary" 2'),
        ("duplicate_columns.csv", "x1 (2)", "same name"),
        ("preamble_lines.csv", None, "Report generated 2024-01-01"),
        ("no_header_adult.csv", None, "no header"),
    ],
)
def test_the_fault_itself_is_named(name, column, words, hostile, shared_folder):
    _, findings = _findings(shared_folder / "hostile" / name, hostile[name])
    assert any(finding.column == column and words in finding.what for finding in findings)


def test_a_yes_no_outcome_is_binary(shared_folder, hostile):
    from rome.table import outcome_values

    entry = hostile["binary_text_outcome.csv"]
    table = read_table(shared_folder / "hostile" / "binary_text_outcome.csv")
    outcome = outcome_values(table.frame, Roles("y", tuple(entry["features"]), tuple(entry["sensitive"])))
    assert (outcome.kind, outcome.positive) == ("binary", "Yes")
