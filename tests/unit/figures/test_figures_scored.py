"""Figures, tables and sentences of a scored table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from results_factory import make_result
from study_runs import as_table, hiring, run

from rome import store
from rome.datasets import load_sample
from rome.figures import (
    alt_text,
    caption,
    column_shifts_table,
    is_empty,
    prediction_decimals,
    rounded_predictions,
    score_errors,
    score_errors_table,
    score_shares,
    score_shares_table,
)
from rome.report.tables import text_table
from rome.score import load_scorer, score
from rome.score.words import (
    advice_sentence,
    columns_sentence,
    errors_sentence,
    novelty_sentence,
    reasons_sentence,
    shares_sentence,
    summary_lines,
)
from rome.text.numbers import format_membership


@pytest.fixture(scope="module")
def scorer(tmp_path_factory):
    finished = run(hiring(900), assess_groups=False, advise=False)
    return load_scorer(store.write_folder(finished, tmp_path_factory.mktemp("drawn") / "study"))


@pytest.fixture(scope="module")
def scored(scorer):
    frame = load_sample("hiring").iloc[900:1400].reset_index(drop=True)
    frame["age"] += 12
    frame.loc[0, "sex"] = "other"
    return score(as_table(frame), scorer)


def test_shares_are_drawn_before_and_now_with_intervals(scorer, scored):
    figure = score_shares(scored, scorer.study)
    before, now = figure.data
    assert list(before.x) == pytest.approx([shift.before.value for shift in scored.shares])
    assert list(now.x) == pytest.approx([shift.now.value for shift in scored.shares])
    assert all(length > 0 for length in now.error_x.array)
    assert "changed" in figure.layout.yaxis.ticktext[0]
    assert "Group 1" in alt_text(figure)
    table = score_shares_table(scored)
    assert table["change"].iloc[0] == pytest.approx(now.x[0] - before.x[0])


def test_one_group_has_no_shares_to_draw(scorer, scored):
    figure = score_shares(replace(scored, shares=()), scorer.study)
    assert is_empty(figure)
    assert shares_sentence(replace(scored, shares=())) == "The study has one group, and everybody is in it."


@pytest.mark.parametrize(
    ("squared", "value", "decimals", "shown"),
    [(5200.0**2, 17823.4, -2, 17800.0), (0.41**2, 3.14159, 2, 3.14), (0.0082**2, -0.00285, 4, -0.0028)],
)
def test_predictions_show_two_digits_of_their_typical_error(scorer, squared, value, decimals, shown):
    result = scorer.study
    overall = replace(result.chosen.comparison["overall"], rome=squared)
    chosen = replace(result.chosen, comparison={**result.chosen.comparison, "overall": overall})
    evaluations = tuple(chosen if each is result.chosen else each for each in result.evaluations)
    found = prediction_decimals(replace(result, evaluations=evaluations))
    assert found == decimals
    assert rounded_predictions(np.array([value]), found) == pytest.approx([shown])
    assert not np.signbit(rounded_predictions(np.array([-1e-9]), found))[0]


def test_predictions_without_a_known_error_stay_as_they_are(scorer):
    result = scorer.study
    overall = replace(result.chosen.comparison["overall"], rome=float("nan"))
    chosen = replace(result.chosen, comparison={**result.chosen.comparison, "overall": overall})
    evaluations = tuple(chosen if each is result.chosen else each for each in result.evaluations)
    assert prediction_decimals(replace(result, evaluations=evaluations)) is None
    assert rounded_predictions(np.array([0.123456]), None) == [0.123456]


def test_the_table_of_columns_shows_the_digits_that_its_rows_bear(scored):
    shift = replace(
        scored.columns[0],
        before=17823.4,
        now=17651.2,
        standardised=-0.00285,
        distance=0.00889,
        resolution_before=412.0,
        resolution_now=380.0,
        resolution_standardised=0.08,
    )
    table = column_shifts_table(replace(scored, columns=(shift,)))
    text = text_table(table)
    shown = dict(zip(text.header, text.rows[0], strict=True))
    assert (shown["study"], shown["table"], shown["in sds"]) == ("17,820", "17,650", "−0.003")
    assert shown["distance"] == "0.01"
    assert not any("resolution" in name for name in text.header)
    assert table["in_sds"].iloc[0] == -0.00285


def test_the_table_of_columns_says_the_shift_in_a_word(scored):
    table = column_shifts_table(scored)
    assert table["column"].iloc[0] == "age"
    assert table["shift"].iloc[0] == "large"
    assert "missing_share_now" not in table
    holed = replace(scored.columns[0], missing_now=0.2)
    assert "missing_share_now" in column_shifts_table(replace(scored, columns=(holed,)))


@pytest.mark.parametrize("grouping", ["latent", "predicted", "observed"])
def test_errors_are_drawn_worst_first_with_everybody_last(scorer, scored, grouping):
    figure = score_errors(scored, scorer.study, grouping)
    table = score_errors_table(scored, grouping)
    pooled = figure.data[0].x
    assert list(pooled[:-1]) == sorted(pooled[:-1], reverse=True)
    assert pooled[-1] == pytest.approx(table.set_index("group").loc["Everybody", "pooled"])
    assert "rows of this table" in figure.data[0].hovertext[0]
    assert "held-out" not in figure.data[0].hovertext[0]


def test_errors_without_an_outcome_say_why(scorer, scored):
    reason = "The table has no outcome column."
    without = replace(scored, errors=replace(scored.errors, evaluation=None, reason=reason))
    assert is_empty(score_errors(without, scorer.study, "latent"))
    assert len(score_errors_table(without, "latent")) == 0
    assert errors_sentence(without) == reason


def test_small_groups_are_named_under_the_figure(scorer, scored):
    evaluation = scored.errors.evaluation
    first, *others = evaluation.groupings["observed"]
    groups = {"observed": (replace(first, too_small=True), *others)}
    small = replace(scored, errors=replace(scored.errors, evaluation=replace(evaluation, groupings=groups)))
    assert first.group in caption(score_errors(small, scorer.study, "observed"))


def test_sentences_count_what_they_speak_of(scored):
    count = scored.novel.flagged
    assert novelty_sentence(scored).startswith(f"{count} of 500 rows (")
    assert "about 5 would be flagged by chance: this one differs" in novelty_sentence(scored)
    assert f"{scored.novel.by_reason['category']} with a category" in reasons_sentence(scored)
    assert "1 of 7 columns differs from the training rows beyond chance: age (large)" in columns_sentence(
        scored
    )
    assert "than in the study" in shares_sentence(scored)
    assert "On 500 rows with an outcome" in errors_sentence(scored)
    assert len(summary_lines(scored)) == 5


def test_nothing_strange_is_said_too(scored):
    none = replace(scored.novel, flagged=0, by_reason={"category": 0, "range": 0, "far": 0})
    assert novelty_sentence(replace(scored, novel=none)).startswith("None of 500 rows is unlike")
    assert reasons_sentence(replace(scored, novel=none)) == ""
    calm = tuple(replace(shift, changed=False) for shift in scored.columns)
    assert columns_sentence(replace(scored, columns=calm)) == (
        "No column differs from the training rows beyond chance."
    )


def test_the_advised_model_is_named_where_it_is_not_the_studys_own():
    study = make_result(2, recommended="pooled")
    assert "The study advises one line: the column advised_prediction" in advice_sentence(study)
    assert advice_sentence(make_result(2, recommended=0.3)) == ""
    assert advice_sentence(replace(study, advice=None)) == ""


def test_a_probability_is_never_said_to_be_certain():
    assert format_membership(0.998) == "over 99%"
    assert format_membership(1.0) == "100%"
    assert format_membership(0.42) == "42%"
