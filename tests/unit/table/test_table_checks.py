"""What an analyst is told before a study is run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rome.errors import ColumnError
from rome.table import Roles, check_table
from rome.table.checks import spikes

N = 300
ROLES = Roles("y", ("x", "job"), ("sex", "age"))


def _frame(**changes: object) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "y": rng.normal(size=N),
            "x": rng.normal(size=N),
            "job": rng.choice(["desk", "field", "shop"], N),
            "sex": rng.choice(["f", "m"], N),
            "age": rng.integers(20, 60, N).astype(float),
        }
    )
    return frame.assign(**changes)


def _told(frame: pd.DataFrame, roles: Roles = ROLES) -> list[tuple[str, str | None, str]]:
    return [(finding.severity, finding.column, finding.what) for finding in check_table(frame, roles)]


def test_a_clean_table_has_nothing_to_tell():
    assert check_table(_frame(), ROLES) == ()


def test_the_gravest_findings_come_first():
    frame = _frame(y=5.0, x=1.0)
    severities = [severity for severity, _, _ in _told(frame)]
    assert severities == sorted(severities, key=["error", "warning", "note"].index)
    assert severities[0] == "error"


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"x": 1.0}, "x", "constant"),
        ({"x": np.nan}, "x", "Every value is missing"),
        ({"job": [f"2020-01-{day % 28 + 1:02d}" for day in range(N)]}, "job", "dates"),
        ({"job": [f"{day % 28 + 1}/3/19 10:30" for day in range(N)]}, "job", "dates"),
        ({"job": pd.date_range("2020-01-01", periods=N)}, "job", "dates"),
        ({"job": [f"ID-{row}" for row in range(N)]}, "job", "identifier"),
        ({"x": np.arange(N)}, "x", "identifier"),
        ({"job": [f"place {row % 60}" for row in range(N)]}, "job", "60 levels"),
        ({"x": [1.0, 2.0, *[np.nan] * (N - 2)]}, "x", "99% of the values are missing"),
        ({"job": ["Desk", "desk", "shop"] * 100}, "job", '"Desk", "desk"'),
        ({"sex": [None] * 100 + ["f", "m"] * 100}, "sex", "missing in 33%"),
        ({"sex": ["f"] * 150 + ["m"] * 148 + ["x"] * 2}, "sex", '"x" 2'),
        ({"age": [1.0] * 150 + [2.0] * 148 + [3.0] * 2}, "age", '"3" 2'),
    ],
)
def test_a_doubtful_column_is_named_with_what_is_wrong(changes, column, words):
    findings = check_table(_frame(**changes), ROLES)
    found = [finding for finding in findings if finding.column == column and words in finding.what]
    assert [finding.severity for finding in found] == ["warning"]
    assert found[0].remedy.endswith(".")


def test_a_very_long_level_is_cut_in_what_is_told():
    long = "x" * 200_000
    told = _told(_frame(sex=["f"] * 150 + ["m"] * 148 + [long] * 2, job=long))
    assert len(told) == 2
    assert all(len(what) < 250 for _, _, what in told)


def test_the_threshold_of_small_levels_is_the_callers():
    frame = _frame(sex=["f"] * 150 + ["m"] * 130 + ["x"] * 20)
    assert any("fewer than 30 rows" in what for _, _, what in _told(frame))
    assert check_table(frame, ROLES, min_level_rows=20) == ()


def test_numbers_that_may_be_codes_are_noted():
    frame = _frame(age=np.arange(N) % 5)
    assert [(severity, column) for severity, column, _ in _told(frame)] == [("note", "age")]


@pytest.mark.parametrize(
    "leak",
    [
        lambda y: 3 - 2 * y,
        np.exp,
        lambda y: y + np.random.default_rng(0).normal(size=len(y)) * 0.001,
        lambda y: np.where(np.arange(len(y)) < 100, np.nan, y),
    ],
    ids=["linear", "monotone", "nearly equal", "where known"],
)
@pytest.mark.parametrize("column", ["x", "age"])
def test_a_column_that_gives_the_outcome_away_is_told(leak, column):
    frame = _frame()
    frame[column] = leak(frame["y"].to_numpy())
    assert [(s, c) for s, c, what in _told(frame) if "equals the outcome" in what] == [("warning", column)]


def test_levels_that_determine_the_outcome_are_told():
    job = np.arange(N) % 3
    frame = _frame(
        job=np.array(["b", "a", "c"])[job], y=np.array([0.0, 5.0, 1.0])[job] + _frame()["y"] * 1e-6
    )
    assert [c for _, c, what in _told(frame) if "3 values determine the outcome" in what] == ["job"]


def test_a_number_that_separates_a_binary_outcome_is_told():
    x = _frame()["x"]
    told = _told(_frame(y=np.where(x > 0.3, "yes", "no")))
    assert [column for _, column, what in told if "without error" in what] == ["x"]


def test_a_strong_but_honest_feature_is_not_called_a_leak():
    frame = _frame()
    frame["x"] = frame["y"] + np.random.default_rng(0).normal(size=N) * 0.5 * frame["y"].std()
    assert 0.85 < frame["x"].corr(frame["y"]) < 0.95
    assert _told(frame) == []


@pytest.mark.parametrize("bent", [lambda values: values, lambda values: -np.exp(3 * values)])
def test_a_column_that_is_nearly_the_outcome_is_told_with_its_correlation(bent):
    frame = _frame()
    frame["x"] = bent(frame["y"] + np.random.default_rng(0).normal(size=N) * 0.2 * frame["y"].std())
    told = [
        (severity, column, what) for severity, column, what in _told(frame) if "nearly the outcome" in what
    ]
    assert [(severity, column) for severity, column, _ in told] == [("warning", "x")]
    assert "their correlation is 0.9" in told[0][2]


def test_exact_combinations_are_named_with_their_parts():
    frame = _frame()
    frame["z"] = 2 * frame["x"] + 1
    frame["v"] = np.random.default_rng(1).normal(size=N)
    frame["u"] = frame["x"] - 3 * frame["v"]
    roles = Roles("y", ("x", "v", "z", "u", "job"), ("sex",))
    told = {column: what for _, column, what in _told(frame, roles)}
    assert told == {
        "z": 'It is an exact linear function of "x".',
        "u": 'It is an exact combination of "x", "v".',
    }


def test_nearly_collinear_columns_are_left_alone():
    frame = _frame()
    frame["z"] = frame["x"] + np.random.default_rng(1).normal(size=N) * 1e-3
    assert _told(frame, Roles("y", ("x", "z"), ("sex",))) == []


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (5.0, "5 in every row"),
        (np.nan, "all are missing"),
        (["low", "mid", "high"] * 100, "3 levels"),
    ],
)
def test_an_outcome_that_can_not_be_modelled_is_an_error(y, words):
    severity, column, what = _told(_frame(y=y))[0]
    assert (severity, column) == ("error", "y")
    assert words in what


def test_doubtful_outcomes_are_told():
    missing = _frame()
    missing.loc[:9, "y"] = np.nan
    assert "10 rows of 300" in _told(missing)[0][2]
    few = _frame(y=np.random.default_rng(0).integers(0, 4, N))
    assert "only 4 values" in _told(few)[0][2]
    rare = _frame(y=["yes"] * 5 + ["no"] * (N - 5))
    assert "5 rows: too few" in _told(rare)[0][2]


def test_weights_are_checked():
    roles = Roles("y", ("x", "job"), ("sex",), weight="age")
    weights = np.ones(N)
    weights[:2] = [-1, 0]
    weights[2:5] = np.nan
    told = [
        (severity, what) for severity, column, what in _told(_frame(age=weights), roles) if column == "age"
    ]
    assert told == [
        ("error", "The weight is negative in 1 row."),
        ("warning", "The weight is missing in 3 rows."),
        ("warning", "The weight is zero in 1 row."),
    ]
    assert _told(_frame(age=0.0), roles)[0][0] == "error"


def test_an_outcome_that_varies_only_where_weights_are_zero_is_an_error():
    frame = _frame(y=[1.0, 2.0, 3.0] + [4.0] * (N - 3), age=[0.0] * 3 + [1.0] * (N - 3))
    told = _told(frame, Roles("y", ("x", "job"), ("sex",), weight="age"))
    assert ("error", "y", "Among the usable rows the outcome does not vary.") in told


@pytest.mark.parametrize(("rows", "severity"), [(39, "error"), (60, "warning")])
def test_too_few_rows_are_told(rows, severity):
    told = _told(_frame().head(rows))
    assert (severity, None) in [(s, c) for s, c, what in told if "can be used" in what]


def test_more_model_columns_than_rows_is_an_error_and_nearly_so_a_warning():
    rng = np.random.default_rng(0)
    extra = {f"f{place}": rng.normal(size=N) for place in range(N)}
    frame = pd.concat([_frame(), pd.DataFrame(extra)], axis=1)
    many = Roles("y", tuple(extra), ("sex",))
    some = Roles("y", tuple(extra)[:50], ("sex",))
    assert [severity for severity, _, what in _told(frame, many) if "model columns" in what] == ["error"]
    assert [severity for severity, _, what in _told(frame, some) if "model columns" in what] == ["warning"]


def test_a_table_in_which_no_feature_or_no_sensitive_column_varies_can_not_be_studied():
    errors = [
        what
        for severity, _, what in _told(_frame(x=1.0, job="desk", sex="f", age=30.0))
        if severity == "error"
    ]
    assert errors == [
        "No feature varies among the usable rows.",
        "No sensitive column varies among the usable rows.",
    ]


def test_roles_that_do_not_fit_the_table_raise():
    with pytest.raises(ColumnError, match='"xx" is not in the table'):
        check_table(_frame(), Roles("y", ("xx",), ("sex",)))


def _spiked(values: np.ndarray) -> list[float]:
    return [value for value, _ in spikes(np.asarray(values, dtype=float))]


def test_a_value_that_holds_far_more_rows_than_those_beside_it_is_a_spike():
    rng = np.random.default_rng(1)
    amounts, drawn = rng.lognormal(1, 1, 500), rng.random(500)
    assert _spiked(np.where(drawn < 0.2, 0, amounts)) == [0]
    assert _spiked(np.minimum(amounts, 8)) == [8]
    assert _spiked(np.where(drawn < 0.4, 40, rng.integers(10, 70, 500))) == [40]
    assert _spiked(np.where(drawn < 0.4, 0, rng.poisson(6, 500))) == [0]
    assert _spiked(np.where(drawn < 0.04, 0, amounts)) == []


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng: rng.integers(1, 6, 500),
        lambda rng: rng.integers(0, 11, 500),
        lambda rng: rng.poisson(0.5, 500),
        lambda rng: rng.poisson(8, 500),
        lambda rng: rng.geometric(0.5, 5_000),
        lambda rng: np.round(rng.normal(3, 0.5, 500), 1),
        lambda rng: np.round(rng.normal(50, 20, 500), -1),
        lambda rng: rng.integers(0, 100, 100),
        lambda rng: rng.normal(size=500),
        lambda rng: np.array([]),
    ],
)
def test_scales_counts_and_rounded_numbers_have_no_spike(draw):
    for seed in range(5):
        assert _spiked(draw(np.random.default_rng(seed))) == []


@pytest.mark.parametrize(
    ("value", "says", "advises"),
    [(0.0, "far more than the values beside it", "yes/no outcome"), (2.5, "a limit", "lies above it")],
)
def test_a_spike_is_told_with_its_share_and_what_to_do(value, says, advises):
    values = np.linspace(0.1, 2.4, N)
    values[:60] = value
    (found,) = check_table(_frame(y=values), ROLES)
    assert (found.severity, found.column) == ("warning", "y")
    assert found.what.startswith(f"20% of the rows (60) have the outcome {value:g}: ")
    assert says in found.what
    assert advises in found.remedy


def test_a_spike_between_other_values_may_be_a_habit_or_a_filled_gap():
    values = np.linspace(0.1, 2.4, N)
    values[:60] = 1.5
    (found,) = check_table(_frame(y=values), ROLES)
    assert "round" in found.what
    assert "count it as missing" in found.remedy
