"""Warnings of a fit: each names the column or group, the likely cause and the remedy; sane data have none."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest

from rome.em import RomeEM
from rome.errors import (
    CollinearColumnsWarning,
    ConstantColumnWarning,
    DegenerateGroupWarning,
    HeavyTailsWarning,
    RomeWarning,
    SeparationWarning,
)


def table(n: int = 600, seed: int = 0, scale: float = 1.0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.standard_normal((n, 3)), columns=["wage", "years", "age"])
    group = rng.random(n) < 1 / (1 + np.exp(-2 * frame["age"]))
    y = np.where(group, 2, -2) * frame["wage"].to_numpy() + 0.5 * rng.standard_normal(n)
    return frame, scale * y, group.astype(float)


def warned(X, y, kind, **parameters) -> list[str]:
    model = RomeEM(**{"gate_features": ["age"], "n_init": 4, "random_state": 0, **parameters})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RomeWarning)
        model.fit(X, y)
    found = [item for item in caught if issubclass(item.category, kind)]
    assert all(item.filename == __file__ for item in found)
    return [str(item.message) for item in found]


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("options", [{}, {"noise": "t"}, {"gate": "flexible"}, {"n_groups": 1}])
def test_sane_data_give_no_warning_in_any_unit(scale, options):
    for seed in range(2):
        X, y, _ = table(seed=seed, scale=scale)
        assert warned(X, y, RomeWarning, **options) == []


def test_sane_binary_data_give_no_warning():
    for seed in range(3):
        X, y, _ = table(n=1500, seed=seed)
        chance = np.random.default_rng(seed).random(len(y)) < 1 / (1 + np.exp(-y))
        assert warned(X, chance.astype(float), RomeWarning, outcome="binary") == []


def test_collinear_expert_columns_are_named():
    X, y, _ = table()
    (text,) = warned(X.assign(months=12 * X["years"] + 3), y, CollinearColumnsWarning)
    assert 'In the outcome model, "years" and "months" determine each other' in text
    assert "leave one of them out" in text


def test_collinear_gate_columns_are_named():
    X, y, _ = table()
    X = X.assign(birth=2020 - X["age"])
    (text,) = warned(X, y, CollinearColumnsWarning, gate_features=["age", "birth"])
    assert 'In the gate, "age" and "birth"' in text


def test_constant_columns_are_named():
    X, y, _ = table()
    X = X.assign(country=7.0, region=3.0)
    texts = warned(X, y, ConstantColumnWarning, gate_features=["age", "region"])
    assert any('In the outcome model, "country" has one value' in text for text in texts)
    assert any('In the gate, "region" has one value' in text for text in texts)


def test_a_column_that_is_the_group_is_named():
    X, y, group = table()
    texts = warned(X.assign(age=group), y, SeparationWarning)
    assert len(texts) == 1
    assert '"age" tells group 1 from group 2 without exception' in texts[0]
    assert "observed group" in texts[0]


def test_a_column_that_is_the_outcome_is_named():
    X, y, _ = table()
    leaked = (y > 0).astype(float)
    texts = warned(X.assign(paid=leaked), leaked, SeparationWarning, outcome="binary", n_groups=1)
    assert any('In group 1, "' in text and '"paid"' in text for text in texts)


def test_an_empty_or_tiny_group_is_named():
    X, y, _ = table()
    y = y.copy()
    y[:2] += 1000
    texts = warned(X, y, DegenerateGroupWarning)
    assert any(text.startswith("Group 2 holds only") and "try 1" in text for text in texts)


def test_more_groups_than_the_data_bear_are_named():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.standard_normal((24, 3)), columns=["a", "b", "age"])
    assert any("try 3" in text for text in warned(X, rng.standard_normal(24), RomeWarning, n_groups=4))


def test_heavy_tails_ask_for_t_residuals_which_end_the_warning():
    rng = np.random.default_rng(1)
    X, y, group = table(n=1500)
    y = np.where(group == 1, 2, -2) * X["wage"].to_numpy() + 0.3 * rng.standard_t(2.5, 1500)
    texts = warned(X, y, HeavyTailsWarning)
    assert texts
    assert 'try noise="t"' in texts[0]
    assert warned(X, y, HeavyTailsWarning, noise="t") == []


def test_columns_without_names_are_named_by_position():
    X, y, _ = table()
    wide = np.column_stack([X, np.ones(len(y))])
    (text,) = warned(wide, y, ConstantColumnWarning, gate_features=[2])
    assert '"column 3"' in text


def test_a_column_warning_can_be_renamed_and_pickled():
    warning = ConstantColumnWarning("{columns} is flat in {{braces}}.", "Drop it.", [3], ["x{3}"])
    assert str(warning) == '"x{3}" is flat in {braces}. Drop it.'
    assert str(pickle.loads(pickle.dumps(warning)).renamed(["wage"])).startswith('"wage" is flat')
