"""RomeMoE: what it answers, what it never sees, how training ends, and its refusals."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import torch
from moe_tables import curved_groups, quick
from scipy.stats import norm

from rome.errors import Cancelled, ColumnError, OutcomeError, SettingError, TooFewRowsError
from rome.moe import RomeMoE
from rome.robust.gated import gated_weights


@pytest.fixture(scope="module")
def table() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return curved_groups()


@pytest.fixture(scope="module")
def model(table) -> RomeMoE:
    return quick(epochs=60, hidden_sizes=(32,)).fit(*table[:2])


def test_probabilities_sum_to_one_and_groups_come_by_share(model, table):
    X, y, _ = table
    assert model.membership(X).sum(axis=1) == pytest.approx(1)
    assert model.responsibilities(X, y).sum(axis=1) == pytest.approx(1)
    assert model.shares_.sum() == pytest.approx(1)
    assert np.all(np.diff(model.shares_) <= 0)
    held = model.validation_rows_
    assert model.shares_ == pytest.approx(model.responsibilities(X[held], y[held]).mean(axis=0))


def test_log_likelihood_is_the_true_one_in_units_of_y(model, table):
    X, y, _ = table
    density = norm.pdf(y[:, None], model.group_predictions(X), model.sigma_)
    expected = np.log((model.membership(X) * density).sum(axis=1))
    assert model.log_likelihood_of_rows(X, y) == pytest.approx(expected, rel=1e-9)
    trained = np.setdiff1d(np.arange(len(y)), model.validation_rows_)
    assert model.log_likelihood_ == pytest.approx(expected[trained].sum(), rel=1e-9)


def test_responsibilities_follow_bayes_rule(model, table):
    X, y, _ = table
    joint = model.membership(X) * norm.pdf(y[:, None], model.group_predictions(X), model.sigma_)
    assert model.responsibilities(X, y) == pytest.approx(joint / joint.sum(axis=1, keepdims=True), abs=1e-9)


@pytest.mark.parametrize("gate", ["s", "as"])
def test_experts_never_see_a_sensitive_column(table, gate):
    X, y, _ = table
    model = quick(gate=gate).fit(X, y)
    moved = X.copy()
    moved[:, 3] = np.random.default_rng(1).permutation(moved[:, 3])
    assert np.array_equal(model.group_predictions(X), model.group_predictions(moved))
    assert not np.allclose(model.membership(X), model.membership(moved))


def test_gate_s_sees_only_the_gate_columns_and_gate_as_sees_all(table):
    X, y, _ = table
    moved = X.copy()
    moved[:, :3] = np.random.default_rng(1).permutation(moved[:, :3])
    narrow, wide = quick().fit(X, y), quick(gate="as").fit(X, y)
    assert np.array_equal(narrow.membership(X), narrow.membership(moved))
    assert not np.allclose(wide.membership(X), wide.membership(moved))


def test_the_dial_at_zero_is_the_soft_mixture(model, table):
    X, y, _ = table
    path = model.path(X, y, strengths=(0.0, 0.5, 1.0))
    predictions = path.predict(model.group_predictions(X), model.membership(X))
    soft = (model.membership(X) * model.group_predictions(X)).sum(axis=1)
    assert predictions[:, 0] == pytest.approx(soft)
    assert path.priors[0] == pytest.approx(path.shares)
    assert not np.allclose(predictions[:, 2], soft)


def test_predict_is_the_gate_re_weighted_to_the_prior(model, table):
    X = table[0]
    weights = gated_weights(model.membership(X), model.prior_, model.shares_)
    assert model.predict(X) == pytest.approx((weights * model.group_predictions(X)).sum(axis=1))


def test_the_dials_game_is_played_on_the_validation_rows(model, table):
    X, y, _ = table
    held = model.validation_rows_
    assert len(held) == round(0.15 * len(y))
    assert model.prior_ == pytest.approx(
        model.path(X[held], y[held], strengths=(model.dro_strength,)).priors[0]
    )


def test_aggregate_never_sees_a_gate_column(table):
    X, y, _ = table
    model = quick(predictor="aggregate").fit(X, y)
    moved = X.copy()
    moved[:, 3] = 0.0
    assert np.array_equal(model.predict(X), model.predict(moved))


def test_the_best_epoch_is_kept(table):
    X, y, _ = table
    model = quick(learning_rate=0.05, schedule="constant", epochs=40, patience=5).fit(X, y)
    validation = [epoch.validation for epoch in model.history_]
    assert model.best_epoch_ == int(np.argmin(validation)) + 1
    assert model.n_iter_ == len(validation) == model.best_epoch_ + 5
    held = model.validation_rows_
    scale = np.log(np.delete(y, held).std())
    kept = -(model.log_likelihood_of_rows(X[held], y[held]).mean() + scale)
    assert kept == pytest.approx(min(validation), abs=1e-4)


def test_without_validation_rows_every_row_trains_to_the_last_epoch(table):
    X, y, _ = table
    model = quick(validation_fraction=0.0).fit(X, y)
    assert len(model.validation_rows_) == 0
    assert model.best_epoch_ == model.n_iter_ == 15
    assert all(math.isnan(epoch.validation) for epoch in model.history_)
    assert model.shares_ == pytest.approx(model.responsibilities(X, y).mean(axis=0))


def test_history_tells_each_epoch(model):
    first, last = model.history_[0], model.history_[-1]
    assert [epoch.number for epoch in model.history_] == list(range(1, model.n_iter_ + 1))
    assert last.train < first.train
    assert last.learning_rate < first.learning_rate == model.learning_rate
    assert first.seconds > 0
    assert len(first.group_losses) == 2


def test_the_same_seed_gives_the_same_model_and_leaves_the_global_generators_alone(table):
    X, y, _ = table
    torch.manual_seed(5)
    before = torch.get_rng_state().clone(), np.random.get_state()[1].copy()  # noqa: NPY002
    threads = torch.get_num_threads()
    first = quick(n_init=2).fit(X, y)
    assert torch.equal(before[0], torch.get_rng_state())
    assert np.array_equal(before[1], np.random.get_state()[1])  # noqa: NPY002
    assert torch.get_num_threads() == threads
    assert np.array_equal(first.predict(X), quick(n_init=2).fit(X, y).predict(X))
    assert not np.array_equal(first.predict(X), quick(n_init=2, random_state=1).fit(X, y).predict(X))


def test_rows_of_weight_zero_are_as_good_as_absent(table):
    X, y, _ = table
    weights = np.ones(len(y))
    weights[::4] = 0
    kept = weights > 0
    weighted = quick().fit(X, y, sample_weight=weights)
    assert np.array_equal(weighted.predict(X), quick().fit(X[kept], y[kept]).predict(X))


def test_weights_pull_the_model_to_the_rows_that_carry_them(table):
    X, y, group = table
    heavy = np.where(group == 1, 20.0, 1.0)
    plain, pulled = (
        quick(n_groups=1, epochs=40).fit(X, y, sample_weight=weights) for weights in (None, heavy)
    )
    ones = group == 1
    assert np.mean((pulled.predict(X) - y)[ones] ** 2) < 0.5 * np.mean((plain.predict(X) - y)[ones] ** 2)


def test_units_of_the_outcome_only_change_the_units_of_the_answer(table):
    X, y, _ = table
    plain, scaled = quick().fit(X, y), quick().fit(X, 1000 * y + 5e4)
    assert scaled.predict(X) == pytest.approx(1000 * plain.predict(X) + 5e4, rel=1e-3, abs=5)
    assert scaled.sigma_ == pytest.approx(1000 * plain.sigma_, rel=1e-3)


def test_a_row_is_answered_alike_alone_and_among_others(model, table):
    X = table[0]
    one_by_one = np.concatenate([model.predict(row[None]) for row in X[:20]])
    assert one_by_one == pytest.approx(model.predict(X)[:20], rel=1e-10)


def test_names_choose_columns_as_positions_do(table):
    X, y, _ = table
    frame = pd.DataFrame(X, columns=["a", "b", "c", "s"])
    named = quick(gate_features=["s"], expert_features=["a", "b"]).fit(frame, y)
    placed = quick(gate_features=[3], expert_features=[0, 1]).fit(X, y)
    assert np.array_equal(named.predict(frame), placed.predict(X))


def test_a_binary_outcome_is_predicted_as_a_probability(table):
    X, y, _ = table
    label = (y > np.median(y)).astype(float)
    model = quick(outcome="binary", epochs=60, hidden_sizes=(32,)).fit(X, label)
    probability = model.predict(X)
    assert probability.min() >= 0
    assert probability.max() <= 1
    assert np.mean((probability > 0.5) == label) > 0.8
    assert np.isnan(model.sigma_).all()
    mean = (model.membership(X) * model.group_predictions(X)).sum(axis=1)
    expected = np.log(np.where(label == 1, mean, 1 - mean))
    assert model.log_likelihood_of_rows(X, label) == pytest.approx(expected, abs=1e-6)


def test_squared_error_measures_sigma_on_the_validation_rows(table):
    X, y, _ = table
    model = quick(objective="squared").fit(X, y)
    held = model.validation_rows_
    gate = model.membership(X[held])
    error = (y[held][:, None] - model.group_predictions(X[held])) ** 2
    assert model.sigma_ == pytest.approx(np.sqrt((gate * error).sum(axis=0) / gate.sum(axis=0)), rel=1e-5)


@pytest.mark.parametrize(
    "changes", [{"gate_network": "linear"}, {"hidden_sizes": ()}, {"gate_features": None}]
)
def test_linear_parts_and_a_constant_gate_train(table, changes):
    X, y, _ = table
    model = quick(**changes).fit(X, y)
    assert np.isfinite(model.predict(X)).all()
    if "gate_features" in changes:
        assert np.ptp(model.membership(X), axis=0) == pytest.approx([0, 0])


def test_progress_is_told_and_may_cancel(table):
    X, y, _ = table
    told = []

    def stop_at_three(number, epoch):
        told.append((number, epoch.number))
        if number == 3:
            raise Cancelled

    threads = torch.get_num_threads()
    with pytest.raises(Cancelled):
        quick(epochs=2, n_init=2).fit(X, y, progress=stop_at_three)
    assert told == [(1, 1), (2, 2), (3, 1)]
    assert torch.get_num_threads() == threads


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"objective": "likelyhood"}, 'objective is .likelyhood.*nearest name is "likelihood"'),
        ({"gate": "a"}, "gate is 'a'"),
        ({"training_strength": 1.5}, "training_strength is 1.5"),
        ({"hidden_sizes": 64}, r"hidden_sizes is 64.*\(64,\)"),
        ({"hidden_sizes": (0,)}, "A width in hidden_sizes is 0"),
        ({"criterion": "reward"}, "belongs to predictor"),
        ({"device": "abacus"}, 'device is .abacus.*"cpu"'),
        ({"patience": 0}, "patience is 0"),
    ],
)
def test_a_setting_that_cannot_be_taken_is_named(table, changes, message):
    with pytest.raises(SettingError, match=message):
        quick(**changes).fit(*table[:2])


def test_training_that_diverges_says_so(table):
    X, y, _ = table
    held = quick(epochs=1).fit(X, y).validation_rows_
    X = X.copy()
    X[held[0], 0] = 1e30
    with pytest.raises(SettingError, match=r"After epoch 1 the objective is .*lower learning_rate.*extreme"):
        quick().fit(X, y)


def test_columns_outcomes_and_rows_that_do_not_fit_are_named(table):
    X, y, _ = table
    with pytest.raises(ColumnError, match="position 9"):
        quick(gate_features=[9]).fit(X, y)
    with pytest.raises(OutcomeError, match="only 0 and 1"):
        quick(outcome="binary").fit(X, y)
    with pytest.raises(TooFewRowsError, match="n_samples = 3"):
        quick().fit(X[:3], y[:3])
