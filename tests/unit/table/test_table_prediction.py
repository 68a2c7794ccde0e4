"""Columns of predictions: what they mean, what is refused, and how they are found."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rome.errors import ColumnError, PredictionError
from rome.table import Roles, check_table, guess_roles
from rome.table.outcome import outcome_values
from rome.table.prediction import prediction_values


def values_of(outcome, prediction):
    frame = pd.DataFrame({"y": outcome, "yhat": prediction})
    return prediction_values(frame, "yhat", outcome_values(frame, Roles("y", (), ())), "y")


@pytest.mark.parametrize(
    ("outcome", "prediction"),
    [
        (["no", "yes", "no", "yes"], ["yes", "no", "no", "yes"]),
        (["<=50K", ">50K", "<=50K", ">50K"], [">50K", "<=50K", "<=50K", ">50K"]),
        (["no", "yes", "no", "yes"], [1, 0, 0, 1]),
        ([0, 1, 0, 1], [True, False, False, True]),
        ([1, 2, 1, 2], [2, 1, 1, 2]),
        ([1, 2, 1, 2], [1, 0, 0, 1]),
    ],
)
def test_decisions_are_read_in_the_outcomes_words_or_as_yes_and_no(outcome, prediction):
    found = values_of(outcome, prediction)
    assert found.kind == "decisions"
    assert found.values.tolist() == [1, 0, 0, 1]


def test_probabilities_and_values_stay_as_they_are():
    assert values_of([0, 1, 0], [0.2, 0.9, np.nan]).kind == "probabilities"
    found = values_of([1.0, 2.0, 3.5], [0.2, 90.0, np.nan])
    assert found.kind == "values"
    assert np.isnan(found.values[2])


@pytest.mark.parametrize(
    ("outcome", "prediction", "said"),
    [
        ([0, 1, 0], [1, 7, 10], "goes from 1 to 10"),
        (["no", "yes", "no"], ["high", "low", "medium"], "other words than the outcome"),
        ([1.0, 2.0, 3.5], ["a", "b", "c"], "is text"),
        ([1.0, 2.0, 3.5], [np.nan] * 3, "holds no value"),
    ],
)
def test_what_is_no_prediction_of_the_outcome_is_refused_with_a_remedy(outcome, prediction, said):
    with pytest.raises(PredictionError, match=said) as caught:
        values_of(outcome, prediction)
    assert caught.value.remedy


def people(rows: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"hours": rng.normal(40, 5, rows), "sex": rng.choice(["f", "m"], rows)})
    frame["income"] = 100 * frame["hours"] + rng.normal(0, 300, rows)
    frame["score"] = 100 * frame["hours"]
    return frame


def test_a_column_called_and_near_like_a_prediction_is_guessed_as_one():
    assert guess_roles(people())["score"] == "prediction"
    assert guess_roles(people())["income"] == "outcome"


def test_a_score_on_another_scale_is_none():
    frame = people()
    frame["score"] /= 1000
    assert "prediction" not in guess_roles(frame).values()


def test_a_feature_that_reads_as_a_prediction_is_offered_that_role():
    found = check_table(people(), Roles("income", ("hours", "score"), ("sex",)))
    (offer,) = (each for each in found if each.column == "score" and each.mend.code == "as_prediction")
    assert "give it that role" in offer.remedy


def test_a_copy_of_the_outcome_and_its_opposite_are_warned_of():
    frame = people()
    copied = check_table(
        frame.assign(score=frame["income"]), Roles("income", ("hours",), ("sex",), prediction="score")
    )
    assert any("nearly equals the outcome" in each.what for each in copied)
    turned = check_table(
        frame.assign(score=-frame["income"]), Roles("income", ("hours",), ("sex",), prediction="score")
    )
    assert any("lower where the outcome is higher" in each.what for each in turned)


def test_a_prediction_has_no_other_role_and_is_written_only_where_it_is_given():
    with pytest.raises(ColumnError, match="given twice"):
        Roles("y", ("yhat",), ("s",), prediction="yhat")
    roles = Roles("y", ("a",), ("s",), prediction="yhat")
    assert Roles.from_dict(roles.as_dict()) == roles
    assert "prediction" not in Roles("y", ("a",), ("s",)).as_dict()
