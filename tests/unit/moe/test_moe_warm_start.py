"""RomeMoE started at RomeEM: it begins where the linear mixture stands, and learns from there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from moe_tables import curved_groups, quick
from sklearn.base import clone

from rome.em import RomeEM
from rome.errors import SettingError
from rome.moe.fitting import Table, _warm
from rome.moe.layout import Shape
from rome.moe.mixture import Mixture
from rome.moe.scaling import Scaling


@pytest.fixture(scope="module")
def table() -> tuple[np.ndarray, np.ndarray]:
    return curved_groups(600)[:2]


def start_at(source, X, y, binary: bool = False) -> Mixture:
    """The untrained start, as a mixture that can be asked."""
    import torch

    rows, ones = np.arange(len(y)), np.ones(len(y))
    scaling = Scaling.fit(X, y, ones, np.array([3]), np.array([0, 1, 2]), binary)
    shape, flat = _warm(
        source,
        Shape(2, 3, 1, (8,), (4,)),
        Table(X, X, y, ones),
        rows,
        scaling,
        binary,
        torch.Generator().manual_seed(0),
    )
    return Mixture(shape, flat.numpy(), scaling, binary)


@pytest.mark.parametrize("binary", [False, True])
def test_the_start_predicts_as_the_linear_mixture_does(table, binary):
    X, y = table
    noise = 4 * np.random.default_rng(1).standard_normal(len(y))
    y = (y + noise > 0).astype(float) if binary else y
    source = RomeEM(gate_features=[3], outcome="binary" if binary else "numeric", random_state=0).fit(X, y)
    start = start_at(source, X, y, binary)
    assert start.group_predictions(X) == pytest.approx(source.group_predictions(X), abs=1e-4)
    assert start.membership(X) == pytest.approx(source.membership(X), abs=1e-4)
    assert start.posterior(X, y)[1] == pytest.approx(source.log_likelihood_of_rows(X, y), abs=1e-3)


def test_training_goes_on_from_there_and_never_ends_worse(table):
    X, y = table
    source = RomeEM(gate_features=[3], random_state=0).fit(X, y)
    held = quick().fit(X, y).validation_rows_
    linear = source.log_likelihood_of_rows(X[held], y[held]).mean()
    useless = quick(warm_start_from=source, learning_rate=1.0, schedule="constant", epochs=1).fit(X, y)
    better = quick(warm_start_from=source, epochs=40, hidden_sizes=(32,)).fit(X, y)
    assert useless.log_likelihood_of_rows(X[held], y[held]).mean() >= linear - 1e-4
    assert better.log_likelihood_of_rows(X[held], y[held]).mean() > linear + 0.1


def test_a_source_that_is_not_fitted_is_fitted_to_the_training_rows(table):
    X, y = table
    frame = pd.DataFrame(X, columns=["a", "b", "c", "s"])
    source = RomeEM(gate_features=["s"], random_state=0)
    model = quick(gate_features=["s"], warm_start_from=source, epochs=2).fit(frame, y)
    trained = np.setdiff1d(np.arange(len(y)), model.validation_rows_)
    by_hand = clone(source).fit(frame.iloc[trained], y[trained])
    again = quick(gate_features=["s"], warm_start_from=by_hand, epochs=2).fit(frame, y)
    assert not hasattr(source, "coef_")
    assert np.array_equal(clone(model).fit(frame, y).predict(frame), model.predict(frame))
    assert again.predict(frame) == pytest.approx(model.predict(frame), rel=1e-6)


def test_a_saved_model_does_not_need_its_source(table, tmp_path):
    X, y = table
    model = quick(warm_start_from=RomeEM(gate_features=[3], random_state=0), epochs=2).fit(X, y)
    model.save(tmp_path)
    assert np.array_equal(type(model).load(tmp_path).predict(X), model.predict(X))


def test_a_source_of_counts_is_refused(table):
    X, _ = table
    counts = np.random.default_rng(0).poisson(2, len(X))
    source = RomeEM(2, gate_features=[3], outcome="count", n_init=1, random_state=0).fit(X, counts)
    with pytest.raises(SettingError, match='"count" outcome, which networks don'):
        quick(warm_start_from=source).fit(X, counts)


def test_another_number_of_groups_is_refused(table):
    X, y = table
    source = RomeEM(3, gate_features=[3], random_state=0).fit(X, y)
    with pytest.raises(SettingError, match="holds 3 groups, but n_groups is 2"):
        quick(warm_start_from=source).fit(X, y)
