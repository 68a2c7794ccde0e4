"""Each baseline against something that is known about it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from baseline_tables import QUICK, group_losses, opposed_groups
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge

from rome.baselines import (
    AdversarialReweighting,
    BoostedTrees,
    BoundedGroupLoss,
    ChiSquareDRO,
    CVaRDRO,
    GroupDRO,
    Interactions,
    NeuralPooled,
    Pooled,
    VanillaMoE,
)
from rome.errors import ColumnError, OutcomeError, SettingError, TooFewRowsError
from rome.moe import RomeMoE

#: Every baseline, quick, seeing the features only.
ON_A = (
    Pooled(sees="a", gate_features=[1]),
    NeuralPooled(sees="a", gate_features=[1], **QUICK),
    VanillaMoE(2, sees="a", gate_features=[1], n_init=1, **QUICK),
    BoostedTrees(sees="a", gate_features=[1], max_iter=20, random_state=0),
    CVaRDRO(sees="a", gate_features=[1], **QUICK),
    ChiSquareDRO(sees="a", gate_features=[1], **QUICK),
    AdversarialReweighting(sees="a", gate_features=[1], **QUICK),
    GroupDRO(sees="a", gate_features=[1], **QUICK),
    BoundedGroupLoss(sees="a", gate_features=[1]),
)
_NAMES = [type(model).__name__ for model in ON_A]


def told(model, group: np.ndarray) -> dict[str, np.ndarray]:
    return {"groups": group} if isinstance(model, (GroupDRO, BoundedGroupLoss)) else {}


@pytest.mark.parametrize("model", ON_A, ids=_NAMES)
def test_a_model_on_a_never_reads_the_sensitive_column(model, recwarn):
    X, y, group = opposed_groups()
    model.fit(X, y, **told(model, group))
    turned = X.copy()
    turned[:, 1] = 7
    assert np.array_equal(model.predict(X), model.predict(turned))
    assert not recwarn.list


@pytest.mark.parametrize(
    "kind", [type(model) for model in ON_A] + [Interactions], ids=[*_NAMES, "Interactions"]
)
def test_a_binary_outcome_is_predicted_as_a_probability(kind):
    X, y, group = opposed_groups()
    label = (y > 0.2).astype(float)
    quick = {name: value for name, value in QUICK.items() if name in kind().get_params()}
    model = kind(outcome="binary", gate_features=[1], **quick)
    found = model.fit(X, label, sample_weight=np.ones(len(y)), **told(model, group)).predict(X)
    assert ((found >= 0) & (found <= 1)).all()
    assert np.mean((found - label) ** 2) < label.var()
    with pytest.raises(OutcomeError, match="holds only 0 and 1"):
        model.fit(X, y, **told(model, group))


@pytest.mark.parametrize(
    "model",
    [
        CVaRDRO(worst_share=1.0, **QUICK),
        ChiSquareDRO(radius=0, **QUICK),
        GroupDRO(**QUICK),
        AdversarialReweighting(adversary_rate=0, **QUICK),
    ],
    ids=["the whole of CVaR", "a ball of radius 0", "one group", "an idle adversary"],
)
@pytest.mark.parametrize("outcome", ["numeric", "binary"])
def test_a_rule_that_weighs_nobody_is_ordinary_training(model, outcome):
    X, y, _ = opposed_groups()
    y = (y > 0).astype(float) if outcome == "binary" else y
    weights = np.linspace(0.5, 1.5, len(y))
    plain = NeuralPooled(outcome, **QUICK).fit(X, y, sample_weight=weights)
    found = model.set_params(outcome=outcome).fit(X, y, sample_weight=weights)
    assert found.predict(X) == pytest.approx(plain.predict(X), abs=2e-3)


def test_a_pooled_network_is_a_mixture_of_one():
    X, y, _ = opposed_groups()
    one = RomeMoE(1, objective="squared", n_init=1, **QUICK).fit(X, y)
    assert np.array_equal(NeuralPooled(**QUICK).fit(X, y).predict(X), one.predict(X))


def test_a_vanilla_mixture_is_romes_without_robustness_and_with_everything_seen():
    X, y, _ = opposed_groups()
    same = RomeMoE(
        2, gate_features=[0, 1], expert_features=[0, 1], objective="squared", dro_strength=0, **QUICK
    )
    assert np.array_equal(VanillaMoE(2, **QUICK).fit(X, y).predict(X), same.fit(X, y).predict(X))


def test_group_dro_serves_the_minority_that_an_ordinary_network_gives_up():
    X, y, group = opposed_groups(600)
    quick = {**QUICK, "hidden_sizes": (), "epochs": 60}
    plain = NeuralPooled(sees="a", gate_features=[1], **quick).fit(X, y)
    robust = GroupDRO(sees="a", gate_features=[1], step=0.1, **quick).fit(X, y, groups=group)
    assert group_losses(robust, X, y, group).max() < 0.6 * group_losses(plain, X, y, group).max()


def test_the_tails_serve_the_minority_too():
    X, y, group = opposed_groups(600)
    quick = {**QUICK, "hidden_sizes": (), "epochs": 60}
    plain = group_losses(NeuralPooled(sees="a", gate_features=[1], **quick).fit(X, y), X, y, group).max()
    for model in (CVaRDRO(worst_share=0.2), ChiSquareDRO(radius=2.0)):
        model.set_params(sees="a", gate_features=[1], **quick).fit(X, y)
        assert group_losses(model, X, y, group).max() < 0.8 * plain


def test_a_linear_adversary_serves_a_minority_that_it_can_see():
    X, y, group = opposed_groups(600)
    quick = {**QUICK, "hidden_sizes": (), "epochs": 60}
    plain = group_losses(NeuralPooled(**quick).fit(X, y), X, y, group).max()
    model = AdversarialReweighting(adversary_rate=0.1, **quick).fit(X, y)
    assert group_losses(model, X, y, group).max() < 0.9 * plain


def test_interactions_find_slopes_that_turn_with_s():
    X, y, group = opposed_groups()
    model = Interactions(gate_features=[1]).fit(X, y)
    assert group_losses(model, X, y, group).max() < 0.02
    assert group_losses(Pooled().fit(X, y), X, y, group).max() > 1


def test_interactions_without_sensitive_columns_are_a_ridge():
    X, y, _ = opposed_groups()
    model = Interactions().fit(X, y)
    standard = (X - X.mean(axis=0)) / X.std(axis=0)
    assert model.predict(X) == pytest.approx(Ridge(model.ridge_).fit(standard, y).predict(standard))


def test_binary_interactions_are_a_logistic_ridge():
    X, y, _ = opposed_groups()
    label = (y > 0).astype(float)
    model = Interactions("binary", random_state=0).fit(X, label)
    standard = (X - X.mean(axis=0)) / X.std(axis=0)
    same = LogisticRegression(C=1 / model.ridge_, solver="newton-cholesky", max_iter=200).fit(standard, label)
    assert model.predict(X) == pytest.approx(same.predict_proba(standard)[:, 1], abs=1e-6)


def test_bounded_group_loss_keeps_its_bound():
    X, y, group = opposed_groups(600)
    even = group_losses(Pooled(sees="a", gate_features=[1]).fit(X, y), X, y, group)
    model = BoundedGroupLoss(sees="a", gate_features=[1], bound=0.7).fit(X, y, groups=group)
    assert model.bound_ == pytest.approx(0.7 * even.max(), rel=1e-6)
    assert group_losses(model, X, y, group).max() <= model.bound_ * 1.05


def test_bounded_group_loss_of_one_group_is_least_squares():
    X, y, _ = opposed_groups()
    model = BoundedGroupLoss(bound=1.0).fit(X, y)
    assert model.predict(X) == pytest.approx(LinearRegression().fit(X, y).predict(X), abs=1e-8)


def test_bounded_group_loss_takes_a_weight_of_two_for_two_rows():
    X, y, group = opposed_groups(200)
    weights = np.where(np.arange(200) < 50, 2.0, 1.0)
    repeated = np.repeat(np.arange(200), weights.astype(int))
    model = BoundedGroupLoss(sees="a", gate_features=[1], bound=0.8)
    weighted = model.fit(X, y, sample_weight=weights, groups=group).predict(X)
    again = model.fit(X[repeated], y[repeated], groups=group[repeated]).predict(X)
    assert weighted == pytest.approx(again, abs=0.02)


def test_rows_of_weight_zero_are_left_out_with_their_groups():
    X, y, group = opposed_groups(200)
    weights = np.r_[np.ones(150), np.zeros(50)]
    model = GroupDRO(gate_features=[1], **QUICK)
    zero = model.fit(X, y, sample_weight=weights, groups=group).predict(X)
    assert np.array_equal(zero, model.fit(X[:150], y[:150], groups=group[:150]).predict(X))


def test_columns_go_by_name():
    X, y, group = opposed_groups(100)
    frame = pd.DataFrame(X, columns=["x", "s"])
    named = Interactions(gate_features=["s"]).fit(frame, y).predict(frame)
    assert np.array_equal(named, Interactions(gate_features=[1]).fit(X, y).predict(X))
    with pytest.raises(ColumnError, match="names column 'sex'"):
        GroupDRO(gate_features=["sex"], **QUICK).fit(frame, y, groups=group)


def test_allowed_sensitive_columns_enter_a_model_on_a():
    X, y, _ = opposed_groups(100)
    allowed = Pooled(sees="a", gate_features=[1], expert_features=[0, 1]).fit(X, y)
    assert np.array_equal(allowed.predict(X), Pooled().fit(X, y).predict(X))


@pytest.mark.parametrize("kind", [GroupDRO, BoundedGroupLoss])
def test_missing_groups_are_asked_for(kind):
    X, y, _ = opposed_groups(60)
    with pytest.raises(SettingError, match="groups is missing"):
        kind(gate_features=[1]).fit(X, y)
    with pytest.raises(SettingError, match=r"one label a row, \(60,\)"):
        kind(gate_features=[1]).fit(X, y, groups=["a"] * 59)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (CVaRDRO(worst_share=0), "worst_share is 0"),
        (ChiSquareDRO(radius=-1), "radius is -1"),
        (GroupDRO(step=-1), "step is -1"),
        (AdversarialReweighting(adversary_rate=-1), "adversary_rate is -1"),
        (BoundedGroupLoss(bound=0), "bound is 0"),
        (CVaRDRO(learning_rate=0), "learning_rate is 0"),
        (Pooled(sees="s"), "sees is 's'"),
        (NeuralPooled(sees="a", gate_features=[0, 1]), 'sees="a" leaves none'),
        (BoostedTrees(outcome="count"), "outcome is 'count'"),
    ],
)
def test_a_wrong_parameter_is_named_with_its_value(model, said):
    X, y, _ = opposed_groups(60)
    with pytest.raises(SettingError, match=said):
        model.fit(X, y)


def test_one_row_of_positive_weight_is_too_few():
    X, y, _ = opposed_groups(60)
    with pytest.raises(TooFewRowsError, match="n_samples = 1"):
        BoostedTrees().fit(X, y, sample_weight=np.r_[1.0, np.zeros(59)])


def test_even_weights_of_trees_are_no_weights():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 3))
    y = np.abs(X[:, 0]) + rng.normal(size=600)
    plain, even = (
        BoostedTrees(random_state=0).fit(X, y, sample_weight=weights) for weights in (None, np.full(600, 3.0))
    )
    np.testing.assert_array_equal(plain.predict(X), even.predict(X))


@pytest.mark.parametrize("outcome", ["numeric", "binary"])
def test_trees_of_weighted_rows_are_those_of_scikit_learn(outcome):
    rng = np.random.default_rng(0)
    n = 2000
    # Few values: both cut the columns midway between all of them.
    X = np.column_stack([rng.integers(0, 30, n) / 7, rng.integers(0, 4, n)])
    y = np.abs(X[:, 0] - 2) + (X[:, 1] == 1) + 0.3 * rng.normal(size=n)
    y = (y > 1).astype(float) if outcome == "binary" else y
    weights = rng.uniform(0.5, 3.0, n)
    ours = BoostedTrees(outcome, random_state=0).fit(X, y, sample_weight=weights)
    kind = HistGradientBoostingClassifier if outcome == "binary" else HistGradientBoostingRegressor
    theirs = kind(max_iter=200, early_stopping=True, random_state=ours._trees.random_state)
    theirs.fit(X, y, sample_weight=weights)
    expected = theirs.predict_proba(X)[:, 1] if outcome == "binary" else theirs.predict(X)
    np.testing.assert_allclose(ours.predict(X), expected)


def test_trees_of_weighted_rows_predict_new_rows_as_well_as_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    X, new = rng.normal(size=(1500, 3)), rng.normal(size=(5000, 3))
    y = np.abs(X[:, 0]) + X[:, 1] * X[:, 2] + rng.normal(size=1500)
    weights = rng.uniform(0.5, 3.0, 1500)
    errors = [
        np.mean(
            (model.fit(X, y, sample_weight=weights).predict(new) - np.abs(new[:, 0]) - new[:, 1] * new[:, 2])
            ** 2
        )
        for model in (
            BoostedTrees(random_state=0),
            HistGradientBoostingRegressor(early_stopping=True, max_iter=200, random_state=0),
        )
    ]
    assert errors[0] < 1.1 * errors[1]


def test_a_weight_of_zero_and_a_constant_column_disturb_no_tree():
    rng = np.random.default_rng(1)
    X = np.column_stack([rng.normal(size=800), np.ones(800)])
    y = X[:, 0] ** 2
    weights = rng.integers(0, 3, 800).astype(float)
    model = BoostedTrees(random_state=0).fit(X, y, sample_weight=weights)
    assert np.corrcoef(model.predict(X), y)[0, 1] > 0.9
