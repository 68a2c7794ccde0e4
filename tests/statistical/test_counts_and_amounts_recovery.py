"""Planted groups of counts and amounts are found again, and their standard errors cover the truth."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from rome.em import RomeEM

pytestmark = pytest.mark.statistical

TRUTH = {"intercept": np.array([0.5, 2.0]), "slope": np.array([0.6, -0.4])}


def drawn(kind: str, seed: int, n: int = 1200):
    """Return X (gate, expert), an outcome of two groups, its groups and the keywords of its exposures."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 2))
    group = (rng.random(n) < 1 / (1 + np.exp(-1.5 * X[:, 0]))).astype(int)
    exposure = rng.uniform(0.5, 2, n)
    mean = np.exp(TRUTH["intercept"][group] + TRUTH["slope"][group] * X[:, 1])
    if kind == "count":
        return X, rng.poisson(exposure * mean), group, {"exposure": exposure}
    return X, rng.gamma(5, mean / 5), group, {}


@pytest.mark.filterwarnings("ignore::rome.errors.OverdispersionWarning")
@pytest.mark.parametrize("kind", ["count", "positive"])
def test_planted_groups_are_recovered_and_covered(kind):
    agreement, off, covered, dispersion = [], [], [], []
    for seed in range(30):
        X, y, group, given = drawn(kind, seed)
        model = RomeEM(2, gate_features=[0], outcome=kind, n_init=4, random_state=seed).fit(X, y, **given)
        order = np.argsort(model.intercept_)
        labels = model.responsibilities(X, y, **given).argmax(axis=1)
        agreement.append(adjusted_rand_score(group, labels))
        error = model.coef_[order, 0] - TRUTH["slope"]
        off.append(np.abs(error).max())
        covered.extend(np.abs(error) < 1.96 * model.standard_errors(X, y, **given).coef_se[order, 0])
        dispersion.append(model.dispersion_)
    assert np.median(agreement) > 0.5
    assert np.median(off) < 0.06
    assert 0.86 <= np.mean(covered) <= 1.0
    assert np.mean(dispersion) == pytest.approx(1.0 if kind == "count" else 0.2, rel=0.05)
