"""From columns to the matrix that models see."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from rome.errors import ColumnError, TooFewRowsError
from rome.table import Design, Roles


def _frame(n: int = 100) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "y": rng.normal(size=n),
            "bmi": rng.normal(27, 4, n),
            "region": ["north"] * (n // 2) + ["south"] * (n // 4) + ["west"] * (n - n // 2 - n // 4),
            "sex": ["f", "m"] * (n // 2),
            "age": rng.integers(20, 60, n).astype(float),
        }
    )


ROLES = Roles("y", ("bmi", "region"), ("sex", "age"), allowed=("age",))


def test_terms_are_named_marked_and_in_the_order_of_the_roles():
    design = Design.fit(_frame(), ROLES)
    assert [term.name for term in design.terms] == [
        "bmi",
        "region = south",
        "region = west",
        "sex = m",
        "age",
    ]
    assert design.expert_index.tolist() == [0, 1, 2, 4]
    assert design.gate_index.tolist() == [3, 4]
    assert [term.sensitive for term in design.terms] == [False, False, False, True, True]
    assert design.references == {"region": "north", "sex": "f"}


def test_numbers_are_standardised_by_training_mean_and_sd():
    frame = _frame()
    design = Design.fit(frame.iloc[:60], ROLES)
    term = design.terms[0]
    assert term.mean == pytest.approx(frame["bmi"].iloc[:60].mean())
    assert term.scale == pytest.approx(frame["bmi"].iloc[:60].std(ddof=0))
    expected = (frame["bmi"].iloc[60:] - term.mean) / term.scale
    np.testing.assert_allclose(design.transform(frame.iloc[60:])[:, 0], expected)


def test_levels_are_zero_and_one_with_the_most_frequent_as_reference():
    frame = _frame()
    matrix = Design.fit(frame, ROLES).transform(frame)
    np.testing.assert_array_equal(matrix[:, 1], frame["region"] == "south")
    np.testing.assert_array_equal(matrix[:, 2], frame["region"] == "west")
    np.testing.assert_array_equal(matrix[:, 3], frame["sex"] == "m")


def test_a_missing_number_takes_the_mean_and_says_so():
    frame = _frame()
    frame.loc[:11, "bmi"] = np.nan
    design = Design.fit(frame, ROLES)
    assert design.terms[1].name == "bmi is missing"
    assert design.terms[1].kind == "missing"
    matrix = design.transform(frame)
    np.testing.assert_array_equal(matrix[:12, 0], 0)
    np.testing.assert_array_equal(matrix[:, 1], frame["bmi"].isna())


def test_a_few_missing_numbers_have_no_term_of_their_own():
    frame = _frame()
    frame.loc[:8, "bmi"] = np.nan
    design = Design.fit(frame, ROLES)
    assert "bmi is missing" not in [term.name for term in design.terms]
    np.testing.assert_array_equal(design.transform(frame)[:9, 0], 0)


def test_missing_levels_are_a_level():
    frame = _frame()
    frame.loc[:19, "sex"] = None
    design = Design.fit(frame, ROLES)
    place = [term.name for term in design.terms].index("sex is missing")
    np.testing.assert_array_equal(design.transform(frame)[:, place], frame["sex"].isna())


def test_a_few_missing_levels_join_the_pool():
    frame = _frame()
    frame["region"] = ["north"] * 80 + [f"place {number}" for number in range(18)] + [None] * 2
    design = Design.fit(frame, ROLES)
    names = [term.name for term in design.terms]
    assert "region is missing" not in names
    assert design.transform(frame)[-2:, names.index("region: other levels")].tolist() == [1, 1]


def test_rare_levels_are_pooled_and_unseen_ones_join_them_and_are_counted():
    frame = _frame()
    frame["region"] = ["north"] * 80 + [f"place {number}" for number in range(20)]
    design = Design.fit(frame, ROLES)
    place = [term.name for term in design.terms].index("region: other levels")
    assert design.terms[place].level is None
    new = frame.head(3).assign(region=["north", "place 3", "moon"])
    assert design.transform(new)[:, place].tolist() == [0, 1, 1]
    assert design.unseen(new) == {"region": {"moon": 1}}


def test_a_pool_with_too_few_rows_counts_as_the_reference():
    frame = _frame()
    frame.loc[:1, "sex"] = "x"
    design = Design.fit(frame, ROLES)
    assert [term.name for term in design.terms if term.column == "sex"] == ["sex = m"]
    assert design.transform(frame)[:2, 3].tolist() == [0, 0]
    assert design.unseen(frame) == {}


def test_no_more_than_max_levels_have_a_term():
    frame = _frame(600)
    frame["region"] = [f"r{place % 30:02d}" for place in range(600)]
    design = Design.fit(frame, ROLES, max_levels=5)
    names = [term.name for term in design.terms if term.column == "region"]
    assert names == ["region = r01", "region = r02", "region = r03", "region = r04", "region: other levels"]


def test_constant_columns_are_dropped_with_the_reason():
    frame = _frame().assign(bmi=3.0)
    design = Design.fit(frame, ROLES)
    assert design.dropped == {"bmi": "it is 3 in every training row"}
    assert "bmi" not in [term.column for term in design.terms]
    assert design.transform(frame).shape == (100, len(design.terms))


def test_a_level_that_is_constant_but_for_a_few_rows_is_dropped():
    frame = _frame()
    frame["region"] = ["north"] * 95 + ["south"] * 5
    assert "fewer than 10 training rows" in Design.fit(frame, ROLES).dropped["region"]


def test_booleans_and_categories_are_levels():
    frame = _frame().assign(region=pd.Categorical(_frame()["region"]), sex=[True, False] * 50)
    design = Design.fit(frame, ROLES)
    assert [term.name for term in design.terms][1:4] == ["region = south", "region = west", "sex = true"]


def test_a_new_file_may_spell_yes_and_no_in_its_own_way():
    frame = _frame().assign(sex=["true", "false"] * 50)
    design = Design.fit(frame, ROLES)
    new = frame.head(3).assign(sex=["Yes", "0", "maybe"])
    assert design.transform(new)[:, 3].tolist() == [1, 0, 0]
    assert design.unseen(new) == {"sex": {"maybe": 1}}


def test_a_number_column_that_comes_as_text_is_read_and_the_rest_is_counted():
    frame = _frame()
    design = Design.fit(frame, ROLES)
    new = frame.head(2).assign(bmi=["27.5", "heavy"])
    term = design.terms[0]
    np.testing.assert_allclose(design.transform(new)[:, 0], [(27.5 - term.mean) / term.scale, 0])
    assert design.unseen(new) == {"bmi": {"heavy": 1}}


def test_the_largest_floats_do_not_overflow():
    frame = _frame()
    frame["bmi"] = np.where(np.arange(100) % 2, 1e308, -1e308)
    matrix = Design.fit(frame, ROLES).transform(frame)
    np.testing.assert_allclose(matrix[:, 0], np.where(np.arange(100) % 2, 1, -1))


def test_a_row_far_beyond_training_is_capped_not_infinite():
    frame = _frame().assign(bmi=np.linspace(0, 1e-300, 100))
    design = Design.fit(frame, ROLES)
    assert design.transform(frame.assign(bmi=1e300))[:, 0].max() == 1e6


def test_a_design_survives_json_exactly():
    frame = _frame()
    frame.loc[:19, ["sex", "bmi"]] = None
    design = Design.fit(frame, ROLES)
    again = Design.from_dict(json.loads(json.dumps(design.as_dict())))
    assert again == design
    np.testing.assert_array_equal(again.transform(frame), design.transform(frame))


def test_a_missing_column_of_a_new_file_is_named():
    design = Design.fit(_frame(), ROLES)
    with pytest.raises(ColumnError, match=r'"region" is not in the table .* "regio"'):
        design.transform(_frame().rename(columns={"region": "regio"}))


def test_a_design_without_feature_or_sensitive_term_is_refused():
    with pytest.raises(ColumnError, match="No feature varies"):
        Design.fit(_frame().assign(bmi=1.0, region="x"), Roles("y", ("bmi", "region"), ("sex",)))
    with pytest.raises(ColumnError, match="No sensitive column varies"):
        Design.fit(_frame().assign(sex="f"), Roles("y", ("bmi",), ("sex",)))
    with pytest.raises(TooFewRowsError):
        Design.fit(_frame().head(0), ROLES)


def test_terms_of_colliding_names_are_told_apart():
    frame = _frame().assign(**{"a": ["b = c", "d"] * 50, "a = b": ["c", "d"] * 50})
    frame.loc[0, ["a", "a = b"]] = "d"
    names = [term.name for term in Design.fit(frame, Roles("y", ("a", "a = b"), ("sex",))).terms]
    assert names[:2] == ["a = b = c", "a = b = c (2)"]
