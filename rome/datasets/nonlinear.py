"""A simulation in which neither experts nor gate are linear, with the true groups beside it.

Six ordinary columns A1–A6, uniform on [−1, 1], and four sensitive ones: S1–S3 standard normal, S4 0/1 with
P(1) = 0.3. Four latent groups; with a sharpness c (6 by default) the gate is the softmax of

- group 0:  c · S1 · S2                      both signs alike
- group 1: −c · S1 · S2                      signs opposed
- group 2:  c · (|S3| − 1)                   either end of S3
- group 3:  c · (1.5 · S4 · cos(S1) − 1)     some of the few with S4 = 1

so that no sensitive column alone, and no linear function of them, tells the groups apart. Every group has
its own products and bends of the same ordinary columns:

- group 0:  3 A1 A2 + 2 A3
- group 1: −3 A1 A2 + 2 A4
- group 2:  2 sin(π A1) − 2 A3 + 2 A5 A6
- group 3:  4 (A2² − 1/3) − 3 A1 A5 + A6

plus normal noise of SD 0.3 by default. Sensitive columns never enter the outcome but through the group, so
that a model that routes by S and predicts from A can be right, and a single network on both must learn
products of the gate's bends and the experts'.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rome.runtime.random import stream
from rome.settings.spec import check_number

N_GROUPS = 4
ORDINARY = tuple(f"A{number}" for number in range(1, 7))
SENSITIVE = tuple(f"S{number}" for number in range(1, 5))
_SHARE_OF_S4 = 0.3


@dataclass(frozen=True)
class NonlinearSimulation:
    """A drawn table with the truth that it hides.

    ``frame`` has the columns ``outcome``, A1–A6 and S1–S4; ``group`` (n,) is the true group, 0 to 3;
    ``membership`` (n, 4) each row's probabilities of the groups given S; ``means`` (n, 4) its expected
    outcome in each group.
    """

    frame: pd.DataFrame
    group: np.ndarray
    membership: np.ndarray
    means: np.ndarray
    noise: float

    @property
    def best(self) -> np.ndarray:
        """The expected outcome (n,) given A and S: what no model that is not told the group can beat."""
        return (self.membership * self.means).sum(axis=1)


def nonlinear_simulation(
    n: int, random_state: int = 0, *, noise: float = 0.3, sharpness: float = 6.0
) -> NonlinearSimulation:
    """Draw ``n`` rows.

    Parameters
    ----------
    n : int
    random_state : int
    noise : float
        SD of the outcome within a group.
    sharpness : float
        How surely the sensitive columns tell the group: 0 not at all, 3 mostly, 6 for most rows.

    Raises
    ------
    SettingError
        A parameter is outside its values.
    """
    check_number("n", n, 1, 1e9, whole=True)
    check_number("noise", noise, 0, float("inf"))
    check_number("sharpness", sharpness, 0, float("inf"))
    rng = stream(random_state, "nonlinear simulation")
    A = rng.uniform(-1, 1, (int(n), len(ORDINARY)))
    S = rng.standard_normal((int(n), len(SENSITIVE)))
    S[:, 3] = rng.random(int(n)) < _SHARE_OF_S4
    scores = sharpness * _gate_scores(S)
    membership = np.exp(scores - scores.max(axis=1, keepdims=True))
    membership /= membership.sum(axis=1, keepdims=True)
    # The largest of the scores plus Gumbel noise is a draw from their softmax.
    group = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    means = _group_means(A)
    outcome = means[np.arange(int(n)), group] + noise * rng.standard_normal(int(n))
    frame = pd.DataFrame(np.column_stack([outcome, A, S]), columns=["outcome", *ORDINARY, *SENSITIVE])
    return NonlinearSimulation(frame, group, membership, means, noise)


def _gate_scores(S: np.ndarray) -> np.ndarray:
    """Return the scores (n, 4), of sharpness 1."""
    product = S[:, 0] * S[:, 1]
    return np.column_stack([product, -product, np.abs(S[:, 2]) - 1, 1.5 * S[:, 3] * np.cos(S[:, 0]) - 1])


def _group_means(A: np.ndarray) -> np.ndarray:
    """Return the expected outcome in each group, (n, 4)."""
    a1, a2, a3, a4, a5, a6 = A.T
    return np.column_stack(
        [
            3 * a1 * a2 + 2 * a3,
            -3 * a1 * a2 + 2 * a4,
            2 * np.sin(np.pi * a1) - 2 * a3 + 2 * a5 * a6,
            4 * (a2**2 - 1 / 3) - 3 * a1 * a5 + a6,
        ]
    )
