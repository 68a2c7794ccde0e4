"""How far the numbers of groups are tried: on while more groups clearly help, and no further."""

from __future__ import annotations

import numpy as np
import pytest

from rome.results.advice import CandidateModel
from rome.settings.study import Settings
from rome.study import cross_fit
from rome.study.cross_fit import Judged

_LADDER = [CandidateModel("groups", count) for count in (2, 3, 4, 6, 8)]


def _tried(lower: set[tuple[int, int]]) -> list[int]:
    """Return the numbers of groups that are judged where only these pairs (new, old) are clearly lower."""
    tried: list[int] = []

    def judge(model: CandidateModel) -> bool:
        tried.append(model.n_groups)
        return True

    cross_fit._climb(_LADDER, judge, lambda new, old: (new.n_groups, old.n_groups) in lower)
    return tried


def test_a_ladder_ends_after_two_steps_without_a_clear_gain():
    assert _tried(set()) == [2, 3, 4]
    assert _tried({(3, 2)}) == [2, 3, 4, 6]


def test_small_gains_that_add_up_are_held_against_the_last_clear_one():
    assert _tried({(4, 2)}) == [2, 3, 4, 6, 8]


def test_a_number_of_groups_that_cannot_be_fitted_is_passed_over():
    tried, held = [], []
    cross_fit._climb(
        _LADDER,
        lambda model: tried.append(model.n_groups) or model.n_groups != 2,
        lambda new, old: held.append((new.n_groups, old.n_groups)) or False,
    )
    assert tried == [2, 3, 4, 6]
    assert held == [(4, 3), (6, 3)]


class _Rows:
    """Rows in two observed groups of even weights, as far as candidates ask for them."""

    def __init__(self, n: int) -> None:
        self.weights = np.ones(n)
        self.observed_group = np.array(["here", "there"] * (n // 2))


@pytest.mark.parametrize(("gain", "clear"), [(0.2, True), (0.002, False), (-0.2, False)])
def test_an_error_is_clearly_lower_by_more_than_a_standard_error_of_the_paired_differences(gain, clear):
    n, rng = 400, np.random.default_rng(0)
    old, new = _LADDER[:2]
    losses, noise = rng.chisquare(1, n), rng.normal(size=n)
    judged = Judged(np.arange(n), {old: [losses], new: [losses - gain + noise - noise.mean()]})
    assert cross_fit._is_lower(judged, _Rows(n), Settings(), new, old) is clear


def test_a_gain_of_the_worst_observed_group_alone_is_enough():
    n = 400
    old, new = _LADDER[:2]
    there = np.arange(n) % 2 == 1
    losses, noise = 1.0 + there, np.random.default_rng(1).normal(size=n)
    noise -= np.where(there, noise[there].mean(), noise[~there].mean())
    changed = losses + noise - 0.3 * there + 0.3 * ~there
    judged = Judged(np.arange(n), {old: [losses], new: [changed]})
    assert cross_fit._is_lower(judged, _Rows(n), Settings(), new, old)
