"""How often the verdict is right, on few tables: the benchmark of its calibration, made small.

``benchmarks/verdict_calibration.py`` judges hundreds of tables of a kind on all their splits. Here it is
three, on one split each, with seeds that stay, so that nothing fails by chance. With a plain line as the only
null model, half of the curves and of the tables with heavy tails were called supported, and every skewed one:
three tables of such a kind show the fault with a chance of 88%, on one split as on five.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from study_runs import one_split

from rome.evidence import Problem, Sweep, assess_groups, choose_n_groups, select, sweep
from rome.results.verdict import Verdict
from rome.runtime.threads import one_thread

_TABLES = 3


def one_group(kind: str, seed: int, n: int = 400) -> Problem:
    rng = np.random.default_rng([seed, n])
    X = rng.standard_normal((n, 4))
    noise = rng.standard_normal(n)
    bend = 0.0
    if kind == "heavy tails":
        noise = rng.standard_t(3, n)
    elif kind == "growing spread":
        noise = noise * np.exp(0.5 * X[:, 0])
    elif kind == "curve":
        bend = 0.7 * X[:, 0] ** 2
    elif kind == "skewed":
        noise = rng.lognormal(0, 0.8, n)
    y = X[:, 0] - 0.5 * X[:, 1] + 0.3 * X[:, 3] + bend + noise
    return Problem(X, y, np.ones(n), np.array([3]), np.arange(3), "numeric", seed)


def two_slopes(seed: int, pull: float = 2.0, n: int = 2000) -> Problem:
    rng = np.random.default_rng([seed, n])
    X = rng.standard_normal((n, 4))
    second = rng.random(n) < 1 / (1 + np.exp(-pull * X[:, 3]))
    y = np.where(second, 1.5, 0.5 if pull else -1.5) * X[:, 0] - 0.5 * X[:, 1] + rng.standard_normal(n)
    return Problem(X, y, np.ones(n), np.array([3]), np.arange(3), "numeric", seed)


@cache
def swept(make: Callable[..., Problem], *drawn: object) -> Sweep:
    """One and two groups on a table, once for all tests that ask."""
    with one_thread():
        return sweep(make(*drawn), (1, 2))


@cache
def verdict(make: Callable[..., Problem], *drawn: object) -> Verdict:
    """What is said of two groups of a table, once for all tests that ask."""
    with one_thread(), one_split():
        return assess_groups(swept(make, *drawn), 2, beside=False)


def suggested(make: Callable[..., Problem], *drawn: object) -> int:
    """How many groups are suggested, of up to three."""
    with one_thread(), one_split():
        wider = swept(make, *drawn).including(3)
        choice = select(wider)[1]
        if choice.n_groups <= 2:
            return choose_n_groups(choice, verdict(make, *drawn)).n_groups
        return choose_n_groups(choice, assess_groups(wider, choice.n_groups, beside=False)).n_groups


@pytest.mark.parametrize("kind", ["even", "heavy tails", "growing spread", "curve", "skewed"])
def test_one_group_of_any_shape_is_not_taken_for_two(kind):
    levels = [verdict(one_group, kind, seed).level for seed in range(_TABLES)]
    assert levels.count("supported") == 0
    assert levels.count("not supported") >= _TABLES - 1


def test_two_slopes_one_standard_deviation_apart_are_supported():
    verdicts = [verdict(two_slopes, seed) for seed in range(_TABLES)]
    said = [(item.level, item.kind) for item in verdicts]
    assert said.count(("supported", "rules")) >= _TABLES - 1
    assert sum(item.findable for item in verdicts) >= _TABLES - 1


def test_groups_of_which_s_says_nothing_are_supported_and_not_findable():
    verdicts = [verdict(two_slopes, seed, 0.0) for seed in range(_TABLES)]
    said = [(item.level, item.kind) for item in verdicts]
    assert said.count(("supported", "rules")) >= _TABLES - 1
    assert sum(item.findable for item in verdicts) <= 1


@pytest.mark.parametrize("kind", ["even", "curve"])
def test_one_group_is_suggested_where_there_is_one(kind):
    # All of three: harder to pass than three of four, and the tables are judged above.
    assert [suggested(one_group, kind, seed) for seed in range(_TABLES)] == [1] * _TABLES


def test_two_groups_are_suggested_where_there_are_two():
    assert [suggested(two_slopes, seed) for seed in range(_TABLES)] == [2] * _TABLES
