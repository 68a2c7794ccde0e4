"""How a table differs from the study's: groups' shares, columns, and errors by group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2_contingency, ks_2samp
from study_runs import as_table, hiring

from rome.datasets import load_sample
from rome.groups import evaluate
from rome.groups.groupings import from_labels
from rome.reference.columns import reference_column
from rome.score import score
from rome.score.shifts import column_shifts, same_levels
from rome.stats.bootstrap import Resampling


def changed(table, **values):
    return replace(table, frame=table.frame.assign(**values), fingerprint="other")


def shift_of(scored, name):
    return next(shift for shift in scored.columns if shift.column == name)


def test_shares_are_mean_memberships_of_held_out_and_of_new_rows(scorer, new):
    scored = score(new, scorer)
    own = scorer.study.rows
    for k, shift in enumerate(scored.shares):
        assert shift.before.value == pytest.approx(own.membership[own.is_test, k].mean())
        assert shift.now.value == pytest.approx(scored.rows.membership[:, k].mean())
        assert shift.difference.value == pytest.approx(shift.now.value - shift.before.value)
        assert shift.now.low < shift.now.value < shift.now.high
        assert not shift.changed


def test_a_share_that_changed_is_found_with_an_interval_without_zero(scorer):
    frame = load_sample("hiring").iloc[900:]
    scored = score(as_table(frame[frame["sex"] == "female"]), scorer)
    assert all(shift.changed for shift in scored.shares)
    for shift in scored.shares:
        assert not shift.difference.low <= 0 <= shift.difference.high
    # Two groups are one question: nothing is paid for the second.
    assert [shift.p_adjusted for shift in scored.shares] == [shift.p_value for shift in scored.shares]


def test_weights_count_in_the_shares_and_rows_without_them_do_not(weighted):
    frame = load_sample("hiring").iloc[900:1100].copy()
    frame["w"] = np.where(frame["sex"] == "female", 5.0, 1.0)
    frame.iloc[:10, frame.columns.get_loc("w")] = 0.0
    scored = score(as_table(frame), weighted)
    counted = scored.rows.weight > 0
    assert counted.sum() == 190
    mean = np.average(scored.rows.membership[counted], axis=0, weights=scored.rows.weight[counted])
    assert [shift.now.value for shift in scored.shares] == pytest.approx(mean)
    assert any("10 rows without a positive weight" in finding.what for finding in scored.findings)
    without = score(as_table(frame.drop(columns="w")), weighted)
    assert any("no column of weights" in finding.what for finding in without.findings)


def test_the_distance_of_a_number_is_scipys_where_every_value_is_kept(scorer, new):
    train = scorer.study.rows.row[~scorer.study.rows.is_test] - 1
    mine = as_table(hiring(900)).frame["work_sample"].iloc[train]
    theirs = new.frame["work_sample"]
    oracle = ks_2samp(mine, theirs)
    shift = shift_of(score(new, scorer), "work_sample")
    assert len(reference_column(mine, "numeric").knots) == mine.nunique()
    assert shift.distance == pytest.approx(oracle.statistic, abs=0.01)
    assert shift.p_value == pytest.approx(oracle.pvalue, abs=0.05)


def test_a_column_that_moved_is_found_and_comes_first(scorer, new):
    scored = score(changed(new, age=new.frame["age"] + 8, school_rank=new.frame["school_rank"]), scorer)
    first, *others = scored.columns
    assert (first.column, first.changed, first.sensitive) == ("age", True, True)
    assert first.standardised == pytest.approx((first.now - first.before) / first_sd(scorer, "age"))
    assert first.outside == (new.frame["age"] + 8 > 66).sum()
    assert not any(shift.changed for shift in others)


def first_sd(scorer, name):
    return scorer.reference.column(name).sd


def test_numbers_know_how_finely_they_are_known(scorer, new):
    shifts = {shift.column: shift for shift in column_shifts(new.frame, scorer)}
    age, known = shifts["age"], scorer.reference.column("age")
    assert age.resolution_before == pytest.approx(1.96 * known.sd / np.sqrt(known.known), rel=1e-3)
    assert age.resolution_now == pytest.approx(1.96 * new.frame["age"].std(ddof=0) / np.sqrt(340), rel=1e-3)
    assert age.resolution_standardised == pytest.approx(1.96 * np.sqrt(1 / 340 + 1 / known.known), rel=1e-3)
    sex = shifts["sex"]
    assert sex.resolution_now == pytest.approx(1.96 * np.sqrt(sex.now * (1 - sex.now) / 340), rel=1e-3)
    assert np.isnan(sex.resolution_standardised)


def test_a_column_of_one_value_is_known_exactly_and_without_a_warning(scorer, new):
    frame = new.frame.assign(age=41.0)
    age = next(shift for shift in column_shifts(frame, scorer) if shift.column == "age")
    assert np.isnan(age.resolution_now)
    assert np.isfinite(age.resolution_before)


def test_levels_are_compared_by_chi_squared_and_the_one_that_moved_most_is_named(scorer, new):
    moved = new.frame["origin"].where(np.arange(len(new.frame)) % 2 == 0, "born here")
    shift = shift_of(score(changed(new, origin=moved), scorer), "origin")
    assert (shift.level, shift.changed) == ("born here", True)
    assert shift.now == pytest.approx((moved == "born here").mean())
    counts = scorer.reference.column("origin").counts
    table = np.array([list(counts.values()), [int((moved == level).sum()) for level in counts]])
    assert shift.p_value == pytest.approx(chi2_contingency(table, correction=False).pvalue)
    gap = table[1] / table[1].sum() - table[0] / table[0].sum()
    assert shift.distance == pytest.approx(np.abs(gap).sum() / 2)


def test_values_that_go_missing_are_a_shift_of_their_own(scorer, new):
    values = new.frame["work_sample"].copy()
    values.iloc[::4] = np.nan
    shift = shift_of(score(changed(new, work_sample=values), scorer), "work_sample")
    assert shift.changed
    assert (shift.missing_before, shift.missing_now) == (0, 0.25)


def test_rare_levels_are_joined_before_they_are_tested():
    assert same_levels(np.array([[50, 50, 1, 0, 0], [50, 50, 0, 1, 1]])) > 0.2
    assert same_levels(np.array([[100, 0], [0, 100]])) < 1e-9
    assert same_levels(np.array([[7, 0], [9, 0]])) == 1


def test_errors_are_those_that_the_studys_own_scoring_gives(scorer, new):
    scored = score(new, scorer)
    rows, evaluation = scored.rows, scored.errors.evaluation
    truth = (rows.outcome - rows.rome) ** 2
    assert evaluation.overall.scores["rome"]["mse"].value == pytest.approx(truth.mean())
    labels = scorer.reference.observed(new.frame)
    oracle = evaluate(
        rows.outcome,
        {"rome": rows.rome},
        {"observed": from_labels(labels)},
        rows.weight,
        kind="numeric",
        resampling=Resampling(len(labels), 100, 0),
        min_group_size=30,
    )
    mine = {score.group: score.scores["rome"]["mse"].value for score in evaluation.groupings["observed"]}
    theirs = {score.group: score.scores["rome"]["mse"].value for score in oracle.groups["observed"]}
    assert mine == pytest.approx(theirs)
    for k, group in enumerate(evaluation.groupings["latent"]):
        weight = rows.responsibilities[:, k]
        assert group.scores["rome"]["mse"].value == pytest.approx(np.average(truth, weights=weight))


def test_small_groups_are_shown_and_never_ranked(scorer, new):
    scored = score(replace(new, frame=new.frame.iloc[:60], fingerprint="few"), scorer)
    groups = scored.errors.evaluation.groupings["observed"]
    assert all(group.too_small == (group.n < 30) for group in groups)
    assert any(group.too_small for group in groups)


def test_without_an_outcome_there_are_no_errors_and_the_reason_is_said(scorer, new):
    table = replace(new, frame=new.frame.drop(columns="rating"))
    scored = score(table, scorer)
    assert scored.errors.evaluation is None
    assert scored.errors.reason == 'The table has no outcome column "rating", so errors can\'t be told.'
    assert np.isnan(scored.rows.responsibilities).all()
    assert scored.rows.rome == pytest.approx(score(new, scorer).rows.rome)


def test_rows_without_an_outcome_are_scored_and_count_in_no_error(scorer, new):
    outcome = new.frame["rating"].copy()
    outcome.iloc[:40] = np.nan
    scored = score(changed(new, rating=outcome), scorer)
    assert (scored.errors.known, scored.errors.rows) == (300, 300)
    assert np.isfinite(scored.rows.rome).all()
    assert np.isnan(scored.rows.responsibilities[:40]).all()
    assert any("40 rows have no outcome" in finding.what for finding in scored.findings)


def test_an_outcome_of_other_words_is_told_and_one_of_a_single_value_is_read(weighted):
    frame = load_sample("hiring").iloc[900:1000].copy().assign(w=1.0)
    frame["rating"] = "good"
    only = score(as_table(frame), weighted)
    assert (only.rows.outcome == 1).all()
    frame["rating"] = "splendid"
    other = score(as_table(frame), weighted)
    assert other.errors.evaluation is None
    assert any('("splendid") can\'t be read' in finding.what for finding in other.findings)


def test_the_studys_own_table_is_recognised_and_its_errors_are_called_flattering(scorer):
    scored = score(as_table(hiring(900)), scorer)
    assert scored.same_table
    assert "Errors on them flatter" in scored.findings[0].remedy


def test_a_very_large_table_is_scored_whole_and_its_errors_on_a_sample(scorer, new, monkeypatch):
    monkeypatch.setattr("rome.score.scores.MOST_ROWS", 100)
    scored = score(replace(new, fingerprint="large"), scorer)
    assert (scored.errors.known, scored.errors.rows) == (340, 100)
    assert len(scored.rows.rome) == 340
