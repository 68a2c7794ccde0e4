"""A flexible gate: its terms, its names, its way through storage, its limits."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from rome.em import RomeEM
from rome.em.flexible import Expansion
from rome.errors import SettingError


def table(n: int = 800, seed: int = 0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.standard_normal((n, 2)), columns=["x", "age"])
    frame["sex"] = (rng.random(n) < 0.4).astype(float)
    group = rng.random(n) < 1 / (1 + np.exp(-3 * (frame["age"] ** 2 - 1)))
    y = np.where(group, 2, -2) * frame["x"].to_numpy() + 0.5 * rng.standard_normal(n)
    return frame, y, group


def flexible(**parameters) -> RomeEM:
    return RomeEM(
        **{"gate_features": ["age", "sex"], "gate": "flexible", "n_init": 4, "random_state": 0, **parameters}
    )


def test_terms_are_columns_bends_of_numbers_and_products():
    X, y, _ = table()
    model = flexible().fit(X, y)
    assert model.gate_terms_ == ("age", "sex", "age, first bend", "age, second bend", "age × sex")
    assert model.gate_coef_.shape == (2, 5)
    assert (model.gate_coef_[-1] == 0).all()


def test_membership_is_the_softmax_of_the_published_terms():
    X, y, _ = table()
    model = flexible().fit(X, y)
    terms = model.gate_expansion.transform(X.to_numpy())
    eta = model.gate_intercept_ + terms @ model.gate_coef_.T
    assert model.membership(X) == pytest.approx(np.exp(eta) / np.exp(eta).sum(axis=1, keepdims=True))


def test_membership_may_be_highest_at_both_ends():
    X, y, _ = table()
    ends = pd.DataFrame({"x": 0.0, "age": [-2.0, 0.0, 2.0], "sex": 0.0})
    model = flexible().fit(X, y)
    outer = model.membership(ends)[:, model.coef_[:, 0].argmax()]
    assert outer[0] > 0.8
    assert outer[1] < 0.2
    assert outer[2] > 0.8


def test_bends_and_products_carry_nothing_straight():
    X, _, _ = table()
    values = X.to_numpy()
    weights = np.linspace(0.5, 2, len(values))
    terms = Expansion.fit(values, np.array([1, 2]), weights).transform(values)
    straight = np.column_stack([np.ones(len(values)), terms[:, :2]])
    assert np.abs((straight.T * weights) @ terms[:, 2:]).max() < 1e-8 * len(values)


def test_beyond_the_outer_knots_a_bend_is_a_straight_line():
    X, _, _ = table()
    values = X.to_numpy()
    expansion = Expansion.fit(values, np.array([1]), np.ones(len(values)))
    far = np.zeros((3, 3))
    far[:, 1] = [10.0, 20.0, 30.0]
    bends = expansion.transform(far)[:, 1:]
    assert bends[2] - bends[1] == pytest.approx(bends[1] - bends[0], rel=1e-6)


def test_products_of_levels_of_one_column_are_left_out():
    levels = np.eye(4)[np.random.default_rng(0).integers(0, 4, 200)][:, 1:]
    expansion = Expansion.fit(levels, np.arange(3), np.ones(200))
    assert expansion.parts == ()


def test_a_year_keeps_its_products_and_gives_the_gate_of_a_small_number():
    rng = np.random.default_rng(0)
    year, age = rng.integers(2000, 2004, 500).astype(float), 40 + 10 * rng.standard_normal(500)
    dated, counted = np.column_stack([year, age]), np.column_stack([year - 2000, age])
    found, expected = (Expansion.fit(values, np.arange(2), np.ones(500)) for values in (dated, counted))
    assert (0, 1) in found.parts
    assert found.parts == expected.parts
    assert found.transform(dated)[:, 2:] == pytest.approx(expected.transform(counted)[:, 2:], abs=1e-8)


@pytest.mark.parametrize("shift", [1e4, 1e7])
def test_the_zero_of_the_gate_columns_decides_no_term(shift):
    rng = np.random.default_rng(1)
    values = rng.standard_normal((400, 3))
    parts = [Expansion.fit(values + zero, np.arange(3), np.ones(400)).parts for zero in (0.0, shift)]
    assert parts[0] == parts[1]
    assert len(parts[0]) == 9


def test_a_product_is_per_unit_of_both_columns():
    rng = np.random.default_rng(2)
    values = rng.standard_normal((400, 2))
    once = Expansion.fit(values, np.arange(2), np.ones(400)).transform(values)
    tens = Expansion.fit(values * [10, 3], np.arange(2), np.ones(400)).transform(values * [10, 3])
    assert tens[:, -1] == pytest.approx(30 * once[:, -1])
    assert tens[:, 2:-1] == pytest.approx(once[:, 2:-1])


def test_an_expansion_survives_json():
    X, _, _ = table()
    values = X.to_numpy()
    expansion = Expansion.fit(values, np.array([1, 2]), np.ones(len(values)))
    back = Expansion.from_dict(json.loads(json.dumps(expansion.as_dict())))
    assert np.array_equal(back.transform(values), expansion.transform(values))
    assert np.array_equal(back.centre, expansion.centre)


def test_a_weight_of_two_is_a_row_twice_for_a_flexible_gate():
    X, y, _ = table(n=300)
    strict = {"tol": 1e-12, "max_iter": 3000}
    weights = np.arange(len(y)) % 3
    heavy = flexible(**strict).fit(X, y, sample_weight=weights)
    twice = flexible(**strict).fit(X.loc[X.index.repeat(weights)], np.repeat(y, weights))
    assert heavy.log_likelihood_ == pytest.approx(twice.log_likelihood_, rel=1e-7)
    assert heavy.membership(X) == pytest.approx(twice.membership(X), abs=1e-3)


def test_units_of_the_gate_columns_do_not_matter():
    X, y, _ = table()
    moved = X.assign(age=1e6 * X["age"] + 1e7)
    assert flexible().fit(moved, y).membership(moved) == pytest.approx(
        flexible().fit(X, y).membership(X), abs=1e-3
    )


def test_standard_errors_cover_every_term():
    X, y, _ = table()
    found = flexible().fit(X, y).standard_errors(X, y)
    assert np.isfinite(found.gate_coef_se[:-1]).all()
    assert (found.gate_coef_se[0] > 0).all()


def test_one_group_is_least_squares_with_a_flexible_gate():
    X, y, _ = table()
    assert flexible(n_groups=1).fit(X, y).coef_ == pytest.approx(
        RomeEM(1, gate_features=["age", "sex"]).fit(X, y).coef_
    )


def test_too_many_columns_are_refused_with_the_count():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((600, 20)), rng.standard_normal(600)
    with pytest.raises(SettingError, match="bends and products"):
        RomeEM(gate_features=list(range(1, 20)), gate="flexible").fit(X, y)
