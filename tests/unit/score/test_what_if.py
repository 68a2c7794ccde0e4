"""One row by hand: the same answers as in a table, and what leaves the training range."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest
from results_factory import make_result

from rome.errors import ColumnError
from rome.figures import alt_text, is_empty, what_if_membership, what_if_predictions, what_if_table
from rome.score import answer_of, edited, fields_of, row_at, score, typical_row
from rome.score.words import outside_sentence, what_if_sentence


def test_a_row_gets_the_answer_that_it_gets_in_its_table(scorer, new):
    scored = score(new, scorer).rows
    for place in (0, 17, 339):
        answer = answer_of(row_at(new.frame, scorer, place), scorer)
        assert answer.membership == pytest.approx(scored.membership[place])
        assert answer.predictions == pytest.approx(scored.group_predictions[place])
        assert answer.rome == pytest.approx(scored.rome[place])
        assert answer.pooled == pytest.approx(scored.pooled[place])
        assert answer.strange == scored.reason[place]


def test_a_missing_value_is_missing_in_the_form_too(scorer, new):
    frame = new.frame.copy()
    frame.loc[frame.index[0], ["age", "sex"]] = [np.nan, None]
    row = row_at(frame, scorer, 0)
    assert (row["age"], row["sex"]) == (None, None)
    table = replace(new, frame=frame, fingerprint="holed")
    assert answer_of(row, scorer).rome == pytest.approx(score(table, scorer).rows.rome[0])


def test_a_table_without_the_studys_columns_offers_no_row(scorer, new):
    with pytest.raises(ColumnError, match="needs it"):
        row_at(new.frame.drop(columns="sex"), scorer, 0)


def test_the_form_asks_for_every_column_with_its_training_range(scorer):
    fields = {field.column: field for field in fields_of(scorer)}
    assert set(fields) == {
        "years_experience", "school_rank", "work_sample", "referral", "age", "sex", "origin",
    }  # fmt: skip
    age, sex, years = fields["age"], fields["sex"], fields["years_experience"]
    assert (age.kind, age.whole, age.sensitive, age.high) == ("numeric", True, True, 66)
    assert set(sex.levels) == {"female", "male"}
    assert (age.step, age.digits) == (1, 0)
    assert years.digits == 1
    assert years.step == pytest.approx(1.0)


def test_typical_values_are_inside_the_range_and_not_strange(scorer):
    answer = answer_of(typical_row(scorer), scorer)
    assert (answer.outside, answer.strange) == ((), "")
    assert answer.spread == pytest.approx([group.sigma for group in scorer.study.groups])


def test_values_outside_the_training_rows_are_named(scorer):
    row = typical_row(scorer) | {"age": 67.0, "sex": "other"}
    answer = answer_of(row, scorer)
    assert answer.outside == ("age", "sex")
    assert "age, sex leave what the training rows held" in outside_sentence(answer)
    assert outside_sentence(answer_of(typical_row(scorer), scorer)) == ""


def test_a_sensitive_edit_moves_membership_and_no_expert(scorer):
    before = answer_of(typical_row(scorer), scorer)
    now = answer_of(typical_row(scorer) | {"sex": "female", "age": 25.0}, scorer)
    assert now.predictions == pytest.approx(before.predictions)
    assert now.pooled == pytest.approx(before.pooled)
    assert now.membership != pytest.approx(before.membership)
    assert now.rome != pytest.approx(before.rome)


def test_only_what_differs_was_edited():
    assert edited({"a": 1.0, "b": "x", "c": None}, {"a": 1.0, "b": "y", "c": 2.0}) == [
        ("b", "x", "y"),
        ("c", None, 2.0),
    ]


def test_an_answer_is_said_and_drawn_with_what_was_before(scorer):
    before = answer_of(typical_row(scorer), scorer)
    now = answer_of(typical_row(scorer) | {"age": 64.0}, scorer)
    said = what_if_sentence(before, now, scorer.study)
    assert said.startswith("rating: ROME predicts ")
    assert "(before the edit " in said
    assert "one model for everybody" in said
    table = what_if_table(scorer.study, before, now)
    assert list(table["prediction"]) == ["Group 1", "Group 2", "rome", "pooled"]
    assert table["change"].iloc[2] == pytest.approx(now.rome - before.rome)
    figure = what_if_predictions(scorer.study, before, now)
    assert list(figure.data[1].x) == pytest.approx([*now.predictions, now.rome, now.pooled])
    assert figure.data[1].error_x.array[0] == pytest.approx(now.spread[0])
    bars = what_if_membership(scorer.study, before, now)
    assert list(bars.data[0].x) == pytest.approx(now.membership)
    assert list(bars.data[1].x) == pytest.approx(before.membership)
    assert not is_empty(bars)
    assert bars.layout.yaxis.ticktext[0].endswith("</b>")
    assert "Membership now: Group 1" in alt_text(bars)


def test_a_binary_outcome_has_probabilities_and_no_spread(weighted):
    answer = answer_of(typical_row(weighted), weighted)
    assert answer.spread is None
    assert 0 < answer.rome < 1
    figure = what_if_predictions(weighted.study, answer, answer)
    assert figure.layout.xaxis.title.text == "Probability of good"
    said = what_if_sentence(answer, answer, weighted.study)
    assert said.startswith("Probability of rating = good: ")
    assert "%, one model for everybody " in said


def test_the_model_that_the_study_advises_is_said_first(weighted):
    answer = answer_of(typical_row(weighted), weighted)
    line, own = (make_result(2, "binary", recommended=which).advice for which in ("pooled", 0.3))
    said = what_if_sentence(answer, answer, replace(weighted.study, advice=line))
    assert "good: one model for everybody predicts " in said
    assert "good: ROME predicts " in what_if_sentence(answer, answer, replace(weighted.study, advice=own))


def test_an_answer_takes_no_longer_than_a_blink(scorer):
    row = typical_row(scorer)
    answer_of(row, scorer)
    started = perf_counter()
    for _ in range(5):
        answer_of(row, scorer)
    # An answer takes some milliseconds; what fits or reads a file again would take seconds.
    assert (perf_counter() - started) / 5 < 1
