"""RomeMoE over many seeds: curved groups come back, and training_strength does what it says."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from rome.em import RomeEM
from rome.moe import RomeMoE

pytestmark = pytest.mark.statistical


def curved(n: int, seed: int, slope: float, cut: float = 0.0, minority: float = 2.0):
    """Two groups with different curves; P(z = 1) rises with s around ``cut``."""
    rng = np.random.default_rng(seed)
    a, s = rng.uniform(-2, 2, (n, 3)), rng.standard_normal(n)
    group = (rng.random(n) < 1 / (1 + np.exp(-slope * (s - cut)))).astype(int)
    other = 2 - 1.5 * a[:, 0] ** 2 if cut == 0 else a[:, 0]
    means = np.column_stack([other + 0.5 * a[:, 1], minority * np.sin(2 * a[:, 0]) + a[:, 1]])
    return np.column_stack([a, s]), means[np.arange(n), group] + 0.3 * rng.standard_normal(n), group


def test_the_likelihood_finds_curved_groups_that_lines_cannot():
    agreement, linear, sigma = [], [], []
    for seed in range(6):
        X, y, _ = curved(1500, seed, slope=3)
        fresh, outcome, group = curved(2000, 100 + seed, slope=3)
        model = RomeMoE(gate_features=[3], random_state=seed, n_init=1).fit(X, y)
        lines = RomeEM(gate_features=[3], random_state=seed, n_init=3).fit(X, y)
        for found, fitted in ((agreement, model), (linear, lines)):
            labels = fitted.responsibilities(fresh, outcome).argmax(axis=1)
            found.append(adjusted_rand_score(group, labels))
        sigma.append(model.sigma_)
    # With the true curves and the true gate the agreement is about 0.91.
    assert min(agreement) > 0.82
    assert np.median(agreement) > np.median(linear) + 0.2
    assert np.median(sigma) == pytest.approx(0.3, abs=0.04)


def worst_of(model: RomeMoE, seed: int) -> float:
    """Return the larger of the true groups' log losses on fresh rows."""
    X, y, group = curved(4000, 100 + seed, slope=1.5, cut=1.2, minority=3)
    loss = -model.log_likelihood_of_rows(X, y)
    return max(loss[group == k].mean() for k in (0, 1))


def test_training_strength_lowers_the_worst_groups_loss():
    changes = {"soft": [], "online": []}
    for seed in range(5):
        X, y, _ = curved(1500, seed, slope=1.5, cut=1.2, minority=3)
        fixed = {"gate_features": [3], "gate_network": "linear", "hidden_sizes": (32,), "epochs": 80}
        fixed |= {"random_state": seed, "n_init": 1}
        even = worst_of(RomeMoE(**fixed).fit(X, y), seed)
        for kind, found in changes.items():
            model = RomeMoE(**fixed, group_loss=kind, training_strength=0.9).fit(X, y)
            found.append(worst_of(model, seed) - even)
    for found in changes.values():
        assert np.mean(found) < -0.03
        assert np.sum(np.array(found) < 0) >= 4
