"""How far observed groups tell latent ones: by hand, against scikit-learn, and over many made tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from results_factory import make_result
from sklearn.metrics import adjusted_mutual_info_score

from rome import figures
from rome.groups.overlap import overlap, overlap_of_study

NAMES = ("Group 1", "Group 2")


def found(observed, latent, **more):
    observed, latent = np.asarray(observed, dtype=str), np.asarray(latent)
    return overlap(latent, NAMES, observed, more.pop("is_test", np.ones(len(latent), dtype=bool)), **more)


def test_counts_are_those_of_held_out_rows_the_largest_group_first():
    is_test = np.array([True] * 5 + [False])
    shown = found(list("abbbca"), [0, 1, 1, 0, 0, 1], is_test=is_test)
    assert shown.observed == ("b", "a", "c")
    assert shown.counts.tolist() == [[1, 2], [1, 0], [1, 0]]


def test_groups_under_another_name_are_told_wholly():
    is_test = np.arange(120) % 2 == 0
    shown = found(["a"] * 60 + ["b"] * 60, [0] * 60 + [1] * 60, is_test=is_test)
    assert shown.told.value == pytest.approx(1)
    assert shown.adjusted_mutual_information.value == pytest.approx(1)
    assert shown.right.value == 1
    assert shown.p_value == pytest.approx(0.001)


def test_groups_that_have_nothing_to_do_with_it_tell_nothing():
    shown = found(list("ab") * 100, [0, 0, 1, 1] * 50)
    assert shown.told.low < 0.01
    assert abs(shown.told.value) < 0.01
    assert shown.p_value > 0.5
    assert shown.right.value == shown.right_without.value == 0.5


def test_the_adjusted_mutual_information_is_scikit_learns():
    rng = np.random.default_rng(1)
    observed = rng.integers(0, 7, 500)
    latent = np.where(rng.random(500) < 0.4, observed % 2, rng.integers(0, 2, 500))
    shown = found(observed, latent)
    expected = adjusted_mutual_info_score(observed, latent)
    assert shown.adjusted_mutual_information.value == pytest.approx(expected, abs=1e-9)
    assert shown.adjusted_mutual_information.low < expected < shown.adjusted_mutual_information.high


def test_many_small_cells_do_not_tell_what_chance_would():
    rng = np.random.default_rng(2)
    shown = found(rng.integers(0, 60, 300), rng.integers(0, 2, 300))
    assert abs(shown.told.value) < 0.05
    assert shown.told.low < 0
    assert shown.p_value > 0.05


@pytest.mark.parametrize("strength", [0.1, 0.3])
def test_intervals_hold_the_truth_about_as_often_as_they_say(strength):
    up, down = 0.5 + strength, 0.5 - strength
    shares = np.array([[up, down], [down, up], [0.5, 0.5], [0.5 + strength / 2, 0.5 - strength / 2]]) / 4
    truth = _told(shares)
    rng, hits = np.random.default_rng(4), 0
    for seed in range(100):
        cells = np.repeat(np.arange(8), rng.multinomial(300, shares.ravel()))
        told = found(cells // 2, cells % 2, seed=seed).told
        hits += told.low <= truth <= told.high
    assert hits >= 89


def _told(shares: np.ndarray) -> float:
    entropy = [-(part * np.log(part)).sum() for part in (shares.sum(0), shares.sum(1), shares.ravel())]
    return (entropy[0] + entropy[1] - entropy[2]) / entropy[0]


def test_the_guess_is_learnt_from_training_rows():
    is_test = np.array([False] * 6 + [True] * 4)
    shown = found(list("aabbbb") + list("aabb"), [0, 0, 1, 1, 1, 0, 1, 1, 1, 0], is_test=is_test)
    # Training rows say: a is group 1, b is group 2; of the held-out rows only one b follows that.
    assert shown.right.value == 0.25
    # The most frequent group is taken from training rows too, where both are as frequent: the first.
    assert shown.right_without.value == 0.25


@pytest.mark.parametrize(
    ("observed", "latent", "why"),
    [(["a"] * 20, [0, 1] * 10, "one observed group"), (["a", "b"] * 10, [0] * 20, "same latent group")],
)
def test_what_can_not_be_said_has_its_reason(observed, latent, why):
    shown = found(observed, latent)
    assert why in shown.reason
    assert np.isnan(shown.told.value)
    assert np.isnan(shown.p_value)


def test_the_same_study_gives_the_same_overlap():
    result = make_result(3)
    first, again = overlap_of_study(result), overlap_of_study(result)
    assert first.told == again.told
    assert first.counts.sum() == result.rows.is_test.sum()
    assert first.counts.shape == (4, 3)


def test_shares_and_guesses_count_rows_by_their_weight_and_counts_stay_rows():
    observed, latent = list("aabb") * 2, [0, 1, 0, 1] * 2
    is_test = np.array([True] * 4 + [False] * 4)
    weights = np.array([3.0, 1.0, 1.0, 1.0, 1.0, 5.0, 2.0, 1.0])
    plain = found(observed, latent, is_test=is_test)
    shown = found(observed, latent, is_test=is_test, weights=weights)
    assert shown.counts.tolist() == plain.counts.tolist() == [[1, 1], [1, 1]]
    assert shown.shares.tolist() == [[0.75, 0.25], [0.5, 0.5]]
    assert plain.shares.tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert shown.everybody.tolist() == pytest.approx([4 / 6, 2 / 6])
    # By weight, training rows say: a is group 2, b is group 1, and group 2 is the most frequent.
    assert shown.right.value == pytest.approx(2 / 6)
    assert shown.right_without.value == pytest.approx(2 / 6)
    assert (shown.weighted, plain.weighted) == (True, False)


def test_weights_that_are_all_the_same_change_nothing_and_uneven_ones_widen_the_interval():
    rng = np.random.default_rng(5)
    observed, latent = rng.integers(0, 3, 200), rng.integers(0, 2, 200)
    plain, same = found(observed, latent), found(observed, latent, weights=np.full(200, 2.5))
    assert same.right.low == pytest.approx(plain.right.low)
    np.testing.assert_allclose(same.shares, plain.shares)
    uneven = found(observed, latent, weights=rng.choice([1.0, 20.0], 200, p=[0.9, 0.1]))
    assert uneven.right.high - uneven.right.low > 1.2 * (plain.right.high - plain.right.low)


def test_a_study_with_weights_has_its_shares_by_weight():
    result = make_result(2)
    roles = replace(result.roles, weight="w")
    weight = np.where(result.rows.posterior_group == 0, 9.0, 1.0)
    weighted = replace(result, roles=roles, rows=replace(result.rows, weight=weight))
    plain, shown = overlap_of_study(result), overlap_of_study(weighted)
    assert shown.everybody[0] > plain.everybody[0]
    assert shown.counts.tolist() == plain.counts.tolist()
    figure = figures.overlap(weighted, shown)
    assert "by its weight" in figures.caption(figure)
    assert "by its weight" not in figures.caption(figures.overlap(result, plain))
    assert np.asarray(figure.data[0].z)[0, 0] == pytest.approx(100 * shown.everybody[0])
    assert figures.overlap_table(shown)["share Group 1"][0] == pytest.approx(shown.everybody[0])
    assert "counted by weight" in figures.overlap_sentence(weighted, shown) or shown.told.low <= 0
