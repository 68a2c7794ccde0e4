"""Rows of a table under a stored study: the study's own numbers, order, missing values, flags."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from study_runs import ROLES, as_table, hiring, run

from rome import store
from rome.errors import ColumnError, StoreError, TooFewRowsError
from rome.score import load_scorer, score
from rome.score.rows import doubt_of
from rome.score.run import many_flagged


def changed(table, **values):
    return replace(table, frame=table.frame.assign(**values), fingerprint="other")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"n_groups": 1},
        {"n_groups": 3, "noise": "t"},
        {"gate": "flexible"},
        {"predictor": "aggregate", "criterion": "reward"},
        {"dro_strength": 0.37},
    ],
)
def test_the_training_table_gets_the_studys_own_memberships_and_predictions(settings, tmp_path):
    finished = run(hiring(500), assess_groups=False, advise=False, **settings)
    scored = score(as_table(hiring(500)), load_scorer(store.write_folder(finished, tmp_path)))
    own, rows = finished.result.rows, scored.rows
    places = own.row - 1
    for name in ("membership", "group_predictions", "rome", "pooled", "responsibilities"):
        assert getattr(rows, name)[places] == pytest.approx(getattr(own, name), rel=1e-9, abs=1e-12), name
    assert np.array_equal(rows.predicted_group[places], own.predicted_group)
    assert np.array_equal(rows.outcome[places], own.outcome)


def test_a_binary_study_with_weights_gets_its_own_numbers_too(weighted):
    own = weighted.study.rows
    frame = hiring(700)
    frame["rating"] = (frame["rating"] > frame["rating"].median()).map({True: "good", False: "poor"})
    frame["w"] = [1.0, 2.0] * 350
    rows = score(as_table(frame), weighted).rows
    assert rows.rome == pytest.approx(own.rome, rel=1e-9)
    assert rows.responsibilities == pytest.approx(own.responsibilities, rel=1e-8, abs=1e-12)
    assert rows.outcome == pytest.approx(own.outcome)
    assert rows.weight == pytest.approx(own.weight)


def test_the_observed_groups_are_those_of_the_study(finished, scorer):
    table = as_table(hiring(900))
    labels = scorer.reference.observed(table.frame)
    assert np.array_equal(labels[finished.result.rows.row - 1], finished.result.rows.observed_group)


def test_rows_keep_their_order_across_blocks(scorer, new, monkeypatch):
    whole = score(new, scorer).rows
    monkeypatch.setattr("rome.score.rows.BLOCK_ROWS", 7)
    parts = score(replace(new, fingerprint="again"), scorer).rows
    assert parts.membership == pytest.approx(whole.membership, rel=1e-12)
    assert list(parts.reason) == list(whole.reason)
    assert list(parts.row) == list(range(1, len(new.frame) + 1))


def test_a_missing_value_is_filled_as_in_training_and_named(scorer, new):
    frame = new.frame.copy()
    frame.loc[3, "work_sample"] = np.nan
    frame.loc[4, ["sex", "age"]] = [None, np.nan]
    scored = score(changed(new, **{name: frame[name] for name in ("work_sample", "sex", "age")}), scorer)
    assert scored.rows.filled[3] == "work_sample"
    assert scored.rows.filled[4] == "age, sex"
    assert (scored.rows.filled != "").sum() == 2
    filled = frame.copy()
    coding = next(each for each in scorer.model.design.codings if each.column == "work_sample")
    filled.loc[3, "work_sample"] = coding.mean
    again = score(changed(new, work_sample=filled["work_sample"]), scorer)
    assert scored.rows.rome[3] == pytest.approx(again.rows.rome[3])
    found = {finding.column: finding.what for finding in scored.findings}
    assert "1 row of 340 has no value; as in training, the mean" in found["work_sample"]


def test_all_columns_that_are_missing_are_named_with_the_nearest(scorer, new):
    frame = new.frame.drop(columns=["sex", "work_sample"]).rename(columns={"age": "Age"})
    with pytest.raises(ColumnError, match=r'"work_sample", "age", "sex" are not in the table.*needs them'):
        score(replace(new, frame=frame), scorer)


def test_columns_that_the_study_did_not_have_are_ignored_with_a_note(scorer, new):
    plain, more = score(new, scorer), score(changed(new, shoe_size=44.0), scorer)
    assert more.rows.rome == pytest.approx(plain.rows.rome)
    assert any('"shoe_size") was ignored' in finding.what for finding in more.findings)


def test_text_in_the_place_of_a_number_is_refused_by_name(scorer, new):
    with pytest.raises(ColumnError, match=r'"work_sample" holds text \("good"\) in 340 of 340 rows'):
        score(changed(new, work_sample="good"), scorer)


def test_numbers_in_the_place_of_words_are_refused_by_name(scorer, new):
    with pytest.raises(ColumnError, match=r'"origin" holds numbers \("3"\) of which the study has seen none'):
        score(changed(new, origin=3.0), scorer)


def test_a_few_words_among_numbers_count_as_missing_and_are_told(scorer, new):
    values = new.frame["work_sample"].astype(object)
    values.iloc[[2, 5]] = "absent"
    scored = score(changed(new, work_sample=values.astype("str")), scorer)
    assert list(np.flatnonzero(scored.rows.filled != "")) == [2, 5]
    assert any('2 values ("absent") are no number' in finding.what for finding in scored.findings)


def test_a_new_category_a_new_number_and_an_odd_row_are_flagged_with_their_reason(scorer, new):
    sex, age = new.frame["sex"].copy(), new.frame["age"].copy()
    sex.iloc[0], age.iloc[1] = "Female ", 140.0
    scored = score(changed(new, sex=sex, age=age), scorer)
    assert scored.rows.reason[0] == 'sex is "Female ", which no training row had (written "female" there)'
    assert scored.rows.reason[1] == "age is 140, above all training rows (66)"
    assert scored.novel.by_reason["category"] == 1
    assert scored.novel.by_reason["range"] >= 1
    assert scored.novel.flagged == scored.rows.flagged.sum()
    assert ((scored.rows.reason != "") == scored.rows.flagged).all()


def test_a_table_of_strange_rows_is_more_than_chance_and_one_like_the_studys_is_not(scorer, new):
    assert not score(new, scorer).novel.more_than_chance
    assert score(changed(new, age=new.frame["age"] + 100), scorer).novel.more_than_chance


@pytest.mark.parametrize("held_out", [60, 1000])
def test_a_large_table_like_the_studys_is_seldom_called_strange(held_out):
    """Limits are quantiles of few held-out rows; their luck is not the new table's doing."""
    drawn = np.random.default_rng(3)
    above = max(int((held_out + 1) * 0.005), 1)
    shares = drawn.beta(above, held_out + 1 - above, size=(2000, 2))
    counts = drawn.binomial(5000, shares.sum(axis=1))
    rate = 2 * max(0.005, 1 / (held_out + 1))
    called = np.mean([many_flagged(count, 5000, rate, held_out) < 0.05 for count in counts])
    assert 0.005 < called <= 0.06


def test_groups_crossed_from_a_column_that_the_table_lacks_are_scored_as_missing_and_told(new, tmp_path):
    frame = hiring(500)
    frame["site"] = ["north", "south"] * 250
    roles = ROLES.from_dict({**ROLES.as_dict(), "ignored": ["site"]})
    finished = run(frame, roles, assess_groups=False, advise=False, observed=("sex", "site"))
    scored = score(new, load_scorer(store.write_folder(finished, tmp_path)))
    labels = [group.group for group in scored.errors.evaluation.groupings["observed"]]
    assert labels == ["sex = female · site missing", "sex = male · site missing"]
    assert any('"site", not in the table' in finding.what for finding in scored.findings)


def test_one_row_can_be_scored_and_none_can_not(scorer, new):
    scored = score(replace(new, frame=new.frame.iloc[[5]]), scorer)
    assert scored.rows.membership.shape == (1, 2)
    assert scored.errors.evaluation is None
    assert not any(shift.changed for shift in scored.shares)
    with pytest.raises(TooFewRowsError, match="has no row to score"):
        score(replace(new, frame=new.frame.iloc[:0]), scorer)


def test_sensitive_columns_do_not_touch_the_experts_nor_the_pooled_prediction(scorer, new):
    before = score(new, scorer).rows
    after = score(changed(new, age=30.0, sex="male", origin="born here"), scorer).rows
    assert after.group_predictions == pytest.approx(before.group_predictions)
    assert after.pooled == pytest.approx(before.pooled)
    assert not np.allclose(after.membership, before.membership)


def test_doubt_is_none_where_a_group_is_certain_and_full_where_all_are_as_likely():
    assert doubt_of(np.array([[1.0, 0.0], [0.5, 0.5]])) == pytest.approx([0, 1])
    assert doubt_of(np.full((1, 5), 0.2)) == pytest.approx([1])
    assert doubt_of(np.array([[0.9, 0.1]])) == pytest.approx(-0.9 * np.log2(0.9) - 0.1 * np.log2(0.1))
    assert doubt_of(np.ones((3, 1))) == pytest.approx([0, 0, 0])


def test_a_study_without_a_reference_can_not_score(finished, tmp_path):
    folder = store.write_folder(finished, tmp_path)
    (folder / "model" / "reference.json").unlink()
    assert store.read_folder(folder).study_id == finished.result.study_id
    with pytest.raises(StoreError, match="make the study again to score rows with it"):
        load_scorer(folder)


def test_a_column_that_was_constant_in_training_may_be_absent_and_is_watched(tmp_path):
    frame = hiring(400).assign(country="here")
    roles = finished_roles(frame)
    scorer = load_scorer(store.write_folder(run(frame, roles, assess_groups=False, advise=False), tmp_path))
    absent = score(as_table(frame.drop(columns="country")), scorer)
    assert np.isfinite(absent.rows.rome).all()
    moved = score(as_table(frame.assign(country=["there"] + ["here"] * 399)), scorer)
    assert moved.rows.flagged[0]
    assert 'country is "there"' in moved.rows.reason[0]


def finished_roles(frame: pd.DataFrame):
    from study_runs import ROLES

    return ROLES.from_dict({**ROLES.as_dict(), "features": [*ROLES.features, "country"]})


def test_a_reference_of_another_study_is_refused_in_words(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "study")
    path = tmp_path / "study" / "model" / "reference.json"
    path.write_text(path.read_text().replace('"column": "age"', '"column": "years"', 1))
    with pytest.raises(StoreError, match="are of other columns"):
        load_scorer(tmp_path / "study")
