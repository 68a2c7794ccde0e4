"""Laws of scoring that hold for every table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from study_runs import as_table, hiring, run

from rome import store
from rome.datasets import load_sample
from rome.score import load_scorer, score


@pytest.fixture(scope="module")
def scorer(tmp_path_factory):
    finished = run(hiring(500), assess_groups=False, advise=False)
    return load_scorer(store.write_folder(finished, tmp_path_factory.mktemp("law") / "study"))


@pytest.fixture(scope="module")
def table():
    frame = load_sample("hiring").iloc[500:700].reset_index(drop=True)
    frame.loc[3, "age"], frame.loc[7, "origin"], frame.loc[11, "work_sample"] = 160, "the moon", np.nan
    return as_table(frame)


_CALM = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_CALM
@given(seed=st.integers(0, 10_000))
def test_permuting_rows_permutes_the_scores(scorer, table, seed):
    plain = score(table, scorer)
    order = np.random.default_rng(seed).permutation(len(table.frame))
    shuffled = replace(table, frame=table.frame.iloc[order].reset_index(drop=True), fingerprint=str(seed))
    moved = score(shuffled, scorer)
    for name in ("membership", "rome", "pooled", "doubt", "responsibilities"):
        assert getattr(moved.rows, name) == pytest.approx(getattr(plain.rows, name)[order], nan_ok=True)
    assert list(moved.rows.reason) == list(plain.rows.reason[order])
    assert list(moved.rows.filled) == list(plain.rows.filled[order])
    assert {each.column: each.p_value for each in moved.columns} == pytest.approx(
        {each.column: each.p_value for each in plain.columns}
    )


@_CALM
@given(seed=st.integers(0, 10_000))
def test_memberships_sum_to_one_and_rome_lies_between_the_experts(scorer, table, seed):
    some = np.random.default_rng(seed).choice(len(table.frame), 30, replace=False)
    rows = score(
        replace(table, frame=table.frame.iloc[some].reset_index(drop=True), fingerprint=str(seed)), scorer
    ).rows
    assert rows.membership.sum(axis=1) == pytest.approx(np.ones(30))
    assert (rows.rome <= rows.group_predictions.max(axis=1) + 1e-9).all()
    assert (rows.rome >= rows.group_predictions.min(axis=1) - 1e-9).all()
    assert ((rows.doubt >= 0) & (rows.doubt <= 1)).all()


@_CALM
@given(age=st.floats(18, 66), sex=st.sampled_from(["female", "male"]))
def test_sensitive_columns_never_reach_an_expert(scorer, table, age, sex):
    plain = score(table, scorer).rows
    frame = table.frame.assign(age=age, sex=sex)
    other = score(replace(table, frame=frame, fingerprint=f"{age}{sex}"), scorer).rows
    assert other.group_predictions == pytest.approx(plain.group_predictions)
    assert other.pooled == pytest.approx(plain.pooled)
