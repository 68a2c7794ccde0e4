"""Small tables for the tests of the baselines."""

from __future__ import annotations

import numpy as np

#: Small enough to train in a moment.
QUICK = {"hidden_sizes": (8,), "epochs": 25, "batch_size": 32, "learning_rate": 0.01, "random_state": 0}


def opposed_groups(n: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A majority with y = x and one row in five with y = −x; column 1 says which, and is called S."""
    rng = np.random.default_rng(seed)
    group = (rng.random(n) < 0.2).astype(int)
    x = rng.standard_normal(n)
    y = np.where(group == 1, -x, x) + 0.1 * rng.standard_normal(n)
    return np.column_stack([x, group]), y, group


def group_losses(model, X: np.ndarray, y: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Mean squared error of each group."""
    error = (y - model.predict(X)) ** 2
    return np.array([error[group == name].mean() for name in np.unique(group)])
