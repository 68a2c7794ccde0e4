"""Why rows are flagged: many rows at a time say what each would say alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rome.score import rows
from rome.score.columns import fitting_columns, known_outcome
from rome.score.rows import score_rows


@pytest.fixture
def strange(new) -> pd.DataFrame:
    """Rows that are strange in none to five ways, by turns."""
    frame, turn = new.frame.copy(), np.arange(len(new.frame))
    frame["age"] = np.where(turn % 2, frame["age"] + 100, frame["age"])
    frame["school_rank"] = np.where(turn % 3, frame["school_rank"], -1e6 - turn)
    frame["sex"] = np.where(turn % 5, frame["sex"], "new " + pd.Series(turn % 4).astype(str))
    frame["origin"] = np.where(turn % 7, frame["origin"], "elsewhere")
    frame["referral"] = np.where(turn % 11, frame["referral"], "unheard of")
    return frame


def reasons_in(frame: pd.DataFrame, scorer) -> list[str]:
    scored, _ = score_rows(fitting_columns(frame, scorer).frame, scorer, known_outcome(frame, scorer))
    return list(scored.reason)


def test_rows_together_say_what_each_says_alone(strange, scorer, monkeypatch):
    together = reasons_in(strange, scorer)
    monkeypatch.setattr(rows, "BLOCK_ROWS", 1)
    assert reasons_in(strange, scorer) == together
    assert len(set(together)) > 50


def test_the_first_three_reasons_are_told_and_the_others_counted(strange, scorer):
    frame = strange.iloc[[0]].assign(
        age=150.0, school_rank=-1e6, sex="x", origin="elsewhere", referral="unheard of"
    )
    [said] = reasons_in(frame, scorer)
    assert said.count("which no training row had") == 3
    assert said.endswith("; and 2 more")


def test_columns_of_an_odd_combination_are_named_the_most_odd_first(scorer, new):
    frame = new.frame.iloc[[0, 1]].assign(years_experience=[0.0, 34.0], age=[66.0, 22.0])
    assert all(
        said.startswith("an unusual combination, most of all of ") for said in reasons_in(frame, scorer)
    )
    assert all("years_experience" in said and "age" in said for said in reasons_in(frame, scorer))


def test_a_value_that_many_rows_share_is_worded_once(scorer, new, monkeypatch):
    worded = []
    known = rows.number_text
    monkeypatch.setattr(rows, "number_text", lambda value: worded.append(value) or known(value))
    frame = pd.concat([new.frame] * 20, ignore_index=True).assign(age=140.0)
    assert all("age is 140, above" in said for said in reasons_in(frame, scorer))
    # The value itself, and both ends of each range that it is held against.
    assert len(worded) < 20
