"""The baselines as citizens of scikit-learn."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest
from baseline_tables import QUICK, opposed_groups
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

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

_SMALL = {"hidden_sizes": (8,), "epochs": 20, "batch_size": 16, "learning_rate": 0.05}
_MODELS = (
    Pooled(sees="a"),
    Interactions(),
    BoostedTrees(early_stopping=False),
    NeuralPooled(**_SMALL),
    VanillaMoE(2, n_init=1, **_SMALL),
    CVaRDRO(worst_share=0.8, **_SMALL),
    ChiSquareDRO(radius=0.1, **_SMALL),
    GroupDRO(**_SMALL),
    AdversarialReweighting(**_SMALL),
    BoundedGroupLoss(),
)


def expected_failures(estimator) -> dict[str, str]:
    if isinstance(estimator, (Pooled, BoostedTrees, BoundedGroupLoss)):
        return {}
    reason = "a batch of repeated rows is not a batch of weighted rows, for any network trained on batches"
    if isinstance(estimator, Interactions):
        reason = "leaving out one of two equal rows is not leaving out a row of weight 2"
    return {"check_sample_weight_equivalence_on_dense_data": reason}


@parametrize_with_checks(list(_MODELS), expected_failed_checks=expected_failures)
def test_the_baseline_keeps_scikit_learns_contract(estimator, check):
    check(estimator)


@pytest.mark.parametrize("model", _MODELS, ids=[type(model).__name__ for model in _MODELS])
def test_copies_predict_the_same(model):
    X, y, _ = opposed_groups(80)
    quick = {name: value for name, value in QUICK.items() if name in model.get_params()}
    fitted = clone(model).set_params(**quick).fit(X, y)
    assert np.array_equal(pickle.loads(pickle.dumps(fitted)).predict(X), fitted.predict(X))
    assert np.array_equal(clone(fitted).fit(X, y).predict(X), fitted.predict(X))


@pytest.mark.parametrize("module", ["rome.baselines", "rome.compare", "rome.study"])
def test_importing_baselines_loads_neither_torch_nor_fairlearn(module):
    code = f"import sys, {module}; print([name for name in ('torch', 'fairlearn') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
