"""The race of the starts: what starts there are, which run to the end, and how high the winner gets."""

from __future__ import annotations

import numpy as np
import pytest

from rome.em import RomeEM, starts
from rome.em.experts import GaussianExperts
from rome.em.loop import Fit
from rome.em.scaling import Scaling
from rome.em.starts import SHORT_ITERATIONS, _Climb, _promise, _tries

#: Log-likelihood a row within which two fits stand on the same top.
_SAME_TOP = 1e-5


def narrow_within_wide(seed: int, n: int = 200):
    """Return w (n, 1), y and groups: two narrow ones stand on the flank of a wide one, where w is 1.

    Of the kind of flexmix's NregFix without its predictors.
    """
    rng = np.random.default_rng(seed)
    w = (rng.random(n) < 0.5).astype(float)
    odds = np.exp(np.column_stack([np.zeros(n), 3.3 * w - 2.4, 6.8 * w - 5.9]))
    chances = np.cumsum(odds / odds.sum(axis=1, keepdims=True), axis=1)
    group = (rng.random((n, 1)) < chances).argmax(axis=1)
    y = np.array([0.0, 3.0, 8.0])[group] + np.array([11.0, 0.9, 0.9])[group] * rng.standard_normal(n)
    return w[:, None], y, group


def climb_of(X: np.ndarray, y: np.ndarray, n_groups: int = 3, max_iter: int = 1000) -> _Climb:
    weights, none = np.ones(len(y)), np.arange(0)
    blocks = Scaling.fit(X, y, weights, none, np.array([0]), "numeric").blocks(X, y, weights)
    return _Climb(blocks, GaussianExperts(), n_groups, max_iter, 1e-8, None)


def from_truth(X: np.ndarray, y: np.ndarray, group: np.ndarray) -> float:
    """Return the penalised log-likelihood to which EM climbs from the true groups."""
    climb = climb_of(X, y)
    height = climb.begin(group, 1000).objective
    return height - len(y) * np.log(y.std())


@pytest.mark.parametrize("table", range(3))
def test_two_narrow_groups_within_a_wide_one_are_found_by_every_seed(table):
    X, y, group = narrow_within_wide(table)
    known = from_truth(X, y, group)
    for seed in range(4):
        model = RomeEM(3, gate_features=[0], expert_features=[], random_state=seed).fit(X, y)
        assert model.history_[-1] > known - _SAME_TOP * len(y)


def test_no_two_starts_are_the_same_partition():
    X, y, _ = narrow_within_wide(0)
    climb = climb_of(X, y)
    every = list(starts._all_labels(climb.track, climb.experts, 3, 20, np.random.default_rng(0)))
    together = {(labels[:, None] == labels[None]).tobytes() for labels in every}
    assert len(every) == len(together) == 20


def runs_to_the_end(monkeypatch, n_init: int, n_groups: int = 3) -> int:
    """Return how many of so many starts run on after their short run, when each of them might still win."""
    X, y, _ = narrow_within_wide(0)
    climb, rng, ran = climb_of(X, y, n_groups, max_iter=8), np.random.default_rng(0), []
    monkeypatch.setattr(_Climb, "_lead_alike", lambda *given: False)
    monkeypatch.setattr(starts, "_promise", lambda fit: np.inf)
    monkeypatch.setattr(_Climb, "further", lambda self, fit, iterations: ran.append(1) or fit)
    fits = [climb.begin(rng.integers(0, n_groups, len(y)), 8) for _ in range(n_init)]
    climb.best_of(fits)
    return len(ran)


def test_more_starts_send_more_finalists_to_the_end(monkeypatch):
    assert [runs_to_the_end(monkeypatch, n_init) for n_init in (2, 10, 50, 100)] == [2, 3, 11, 21]


def test_runs_on_the_way_to_one_place_have_one_finalist_among_them(monkeypatch):
    X, y, group = narrow_within_wide(0)
    climb, ran = climb_of(X, y), []
    fits = [climb.begin((group + turn) % 3, SHORT_ITERATIONS) for turn in range(3)]
    monkeypatch.setattr(_Climb, "further", lambda self, fit, iterations: ran.append(1) or fit)
    climb.best_of(fits)
    assert len(ran) == 1


def history_of(*gains: float) -> Fit:
    heights = np.cumsum([0.0, *gains])
    return Fit(None, 0.0, float(heights[-1]), tuple(heights), False, None, None)


def test_what_a_run_promises_is_the_sum_of_gains_that_fall_at_its_rate():
    gains = 0.9 ** np.arange(25)
    run = history_of(*gains)
    assert _promise(run) == pytest.approx(10.0, rel=1e-6)
    assert run.objective < 9.5


def test_a_run_that_still_gathers_speed_promises_more_than_one_that_settles_higher():
    slow_then_fast = history_of(*([0.01] * 15), *np.linspace(0.1, 1.0, 10))
    settled = history_of(*([1.0] * 6), *([1e-4] * 19))
    assert slow_then_fast.objective < settled.objective
    assert _promise(slow_then_fast) > _promise(settled)


def test_a_short_history_promises_what_it_has():
    assert _promise(history_of(1.0, 1.0)) == 2.0


def test_exchanges_never_lower_the_winner_and_leave_two_groups_alone():
    X, y, _ = narrow_within_wide(1)
    rng = np.random.default_rng(0)
    climb = climb_of(X, y)
    poor = climb.further(climb.begin(rng.integers(0, 3, len(y)), 25), 1000)
    assert climb.exchanged(poor, 20, rng).objective >= poor.objective
    two = climb_of(X, y, n_groups=2)
    fit = two.begin(rng.integers(0, 2, len(y)), 25)
    assert two.exchanged(fit, 20, rng) is fit


def test_exchanges_take_no_longer_in_a_large_table():
    assert _tries(10, 200) == _tries(10, 300) == 20
    assert _tries(10, 5000) == 1
    assert _tries(10, 25_000) == 0
