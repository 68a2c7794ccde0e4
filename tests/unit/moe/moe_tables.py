"""Small tables for the tests of ``RomeMoE``."""

from __future__ import annotations

import numpy as np

from rome.moe import RomeMoE


def curved_groups(n: int = 800, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two groups with different curved outcomes; the last column tells them apart most of the time."""
    rng = np.random.default_rng(seed)
    a, s = rng.uniform(-2, 2, (n, 3)), rng.standard_normal(n)
    group = (rng.random(n) < 1 / (1 + np.exp(-3 * s))).astype(int)
    curves = np.column_stack([2 * np.sin(2 * a[:, 0]) + a[:, 1], 2 - 1.5 * a[:, 0] ** 2 + 0.5 * a[:, 1]])
    return np.column_stack([a, s]), curves[np.arange(n), group] + 0.3 * rng.standard_normal(n), group


def quick(**parameters) -> RomeMoE:
    """A model that trains in a moment; its gate sees column 3."""
    small = {"hidden_sizes": (16,), "gate_hidden_sizes": (8,), "epochs": 15, "n_init": 1, "random_state": 0}
    return RomeMoE(**{"gate_features": [3], **small, **parameters})
