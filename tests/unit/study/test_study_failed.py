"""Who is failed, in whole studies: whatever the number of groups."""

from __future__ import annotations

import numpy as np
import pytest
from study_runs import hiring, run

from rome.settings.study import Settings
from rome.study.failed import halves


def test_errors_by_observed_group_are_those_of_the_evaluation(finished):
    result = finished.result
    overall = result.chosen.overall.scores["pooled"]["rmse"].value
    observed = {group.name: group for group in result.failed if group.grouping == "observed"}
    assert set(observed) == {score.group for score in result.chosen.groupings["observed"]}
    for score in result.chosen.groupings["observed"]:
        group = observed[score.group]
        assert (group.n, group.too_small) == (score.n, score.too_small)
        assert group.error == score.scores["pooled"]["rmse"]
        assert group.others["rome"] == score.scores["rome"]["rmse"]
        assert group.bias == score.scores["pooled"]["mean_residual"]
        assert group.ratio.value == pytest.approx(group.error.value / overall)
    assert {group.name for group in result.failed if group.grouping == "latent"} == {"Group 1", "Group 2"}


def test_the_worst_come_first(finished):
    ranked = [group.ratio.value for group in finished.result.failed if not group.too_small]
    assert ranked == sorted(ranked, reverse=True)


def test_a_study_with_one_group_has_observed_groups_and_a_planted_slice():
    frame = hiring()
    noise = np.random.default_rng(1).normal(0, 30, len(frame))
    frame["rating"] = frame["rating"] + np.where(frame["work_sample"] > 70, noise, 0)
    found = run(frame, n_groups=1, min_group_size=20).result.failed
    assert {group.grouping for group in found} == {"observed", "slice"}
    worst = next(group for group in found if group.grouping == "slice")
    assert worst.is_failed
    assert [condition.column for condition in worst.conditions] == ["work_sample"]
    assert worst.conditions[0].low == pytest.approx(70, abs=2)


def test_the_halves_share_no_row_and_are_all_of_them():
    test = np.arange(0, 303, 3)
    one, other = halves(test, Settings())
    assert abs(len(one) - len(other)) <= 1
    assert np.array_equal(np.sort(np.concatenate([one, other])), test)
