"""The simulation of the paper, exactly as its authors' code draws it.

Twenty columns, fifteen ordinary (A1–A15) and five sensitive (S1–S5), independent standard normals, the
last two cut to 0/1 with P(1) = .05 and .10. Four latent groups drawn from a softmax of the sensitive
columns; the outcome is linear in all columns with the group's own coefficients and noise of SD 0.1.
Source: Li et al. (2025), arXiv:2509.17411, section 4, and the coefficients published with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from rome.runtime.random import stream
from rome.settings.spec import check_choice, check_number

N_ORDINARY, N_SENSITIVE, N_GROUPS = 15, 5, 4
ORDINARY = tuple(f"A{number}" for number in range(1, N_ORDINARY + 1))
SENSITIVE = tuple(f"S{number}" for number in range(1, N_SENSITIVE + 1))
#: P(S4 = 1) and P(S5 = 1).
BINARY_RATES = (0.05, 0.10)
#: The gate: one row a group over S1–S5, no intercept.
GAMMA = np.array(
    [
        [2.0, 2.0, 2.0, 2.0, 2.0],
        [-3.0, -2.0, -5.0, 0.1, 0.1],
        [0.1, -10.0, 0.1, 0.1, 0.1],
        [-2.0, -2.0, -2.0, -2.0, -2.0],
    ]
)
#: The outcome: one row a group over 1, A1–A15, S1–S5.
_COEFFICIENTS = np.array(
    [
        [
            0.8443533605895936,
            -0.42382510378956795,
            0.6964408986270427,
            -0.44854271598160267,
            -0.736976957321167,
            1.1444984044879676,
            0.9875215198844671,
            -1.7015209417790176,
            1.2169051483273505,
            -0.9221985246986151,
            0.4033124212175607,
            1.7288025431334972,
            -1.6607392091304065,
            -0.2171471513807773,
            -0.43608106710016725,
            -1.5196643024682999,
            -0.3724916789680719,
            0.8262431517243385,
            -1.4532891273498536,
            -0.7727967996150255,
            -1.1344498112797736,
        ],
        [
            0.09038190077990294,
            0.7489464342594147,
            -0.5452945075929165,
            1.6461121998727322,
            -0.4294863920658827,
            -1.0032761301845312,
            1.66581465639174,
            -1.6814415689557791,
            1.7996651832014323,
            -1.5659887719899417,
            -1.5239937327802182,
            1.151244843006134,
            1.460655640810728,
            1.6371589779853821,
            -0.8308021854609251,
            -0.48665163367986675,
            -0.5568971909582614,
            -1.5085972342640162,
            -0.8481048870831728,
            0.9955521769821644,
            -1.4407396167516708,
        ],
        [
            0.9621173185296357,
            1.309101451933384,
            0.559207197651267,
            -1.1647274624556303,
            0.25480029918253416,
            1.0137129049748181,
            -1.3363122768700122,
            -1.2952421762049198,
            -1.7660797487944364,
            0.7435029607266187,
            0.39481204673647874,
            0.2919665772467851,
            1.6276450853794813,
            0.840293499827385,
            -0.5088429752737283,
            -0.3251029133796691,
            1.0581423107534647,
            -0.4503137324005365,
            -0.7483264960348606,
            0.7654190458357334,
            0.5090314254164696,
        ],
        [
            0.6181375584565103,
            0.307022650539875,
            1.7025790356099606,
            1.361001258343458,
            1.3843403290957212,
            -1.3768037598580123,
            -1.2094595339149237,
            0.7451258838176728,
            0.21789458505809303,
            -0.2866000641137361,
            -1.7271590054035186,
            0.8298784784972668,
            -1.3675705067813397,
            -1.7809399787336588,
            1.7470745164901018,
            -1.427265376225114,
            0.41399979777634144,
            0.9026917070150375,
            1.4293444991111757,
            1.4600224290043116,
            -1.789855434373021,
        ],
    ]
)


@dataclass(frozen=True)
class Simulation:
    """A drawn table with the truth that it hides.

    ``frame`` has the columns ``outcome``, A1–A15 and S1–S5; ``group`` (n,) is the true group, 0 to 3;
    ``coefficients`` (4, 21) are those of 1, A1–A15, S1–S5; ``gamma`` (4, 5) those of the gate; ``mean``
    (n,) is each row's expected outcome given its group.
    """

    frame: pd.DataFrame
    group: np.ndarray
    coefficients: np.ndarray
    gamma: np.ndarray
    mean: np.ndarray
    noise: float


def paper_simulation(
    n: int,
    gate: str = "misspecified",
    random_state: int = 0,
    *,
    noise: float = 0.1,
    sensitive_in_outcome: bool = True,
) -> Simulation:
    """Draw ``n`` rows of the paper's simulation.

    Parameters
    ----------
    n : int
        Number of rows.
    gate : {"well", "misspecified"}
        ``well``: membership is the softmax of γ_k's, which ROME's gate can learn. ``misspecified``: the
        softmax of γ_k1 sin S1 + γ_k2 S2 + γ_k3 S3 S4, which it can't.
    random_state : int
    noise : float
        SD of the outcome's noise; 0.1 in the paper.
    sensitive_in_outcome : bool
        Keep the coefficients of S1–S5 in the outcome, as the paper does; ``False`` sets them to 0.

    References
    ----------
    Li et al. (2025), arXiv:2509.17411, section 4.
    """
    check_number("n", n, 1, 1e9, whole=True)
    check_choice("gate", gate, ("well", "misspecified"))
    check_number("noise", noise, 0, float("inf"))
    rng = stream(random_state, "paper simulation")
    columns = rng.standard_normal((int(n), N_ORDINARY + N_SENSITIVE))
    for place, rate in enumerate(BINARY_RATES, start=N_ORDINARY + N_SENSITIVE - len(BINARY_RATES)):
        columns[:, place] = columns[:, place] > norm.ppf(1 - rate)
    scores = _gate_scores(columns[:, N_ORDINARY:], gate)
    # The largest of the scores plus Gumbel noise is a draw from their softmax.
    group = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    coefficients = _COEFFICIENTS.copy()
    if not sensitive_in_outcome:
        coefficients[:, 1 + N_ORDINARY :] = 0.0
    mean = coefficients[group, 0] + np.einsum("ij,ij->i", columns, coefficients[group, 1:])
    outcome = mean + noise * rng.standard_normal(int(n))
    frame = pd.DataFrame(columns, columns=[*ORDINARY, *SENSITIVE])
    frame.insert(0, "outcome", outcome)
    return Simulation(frame, group, coefficients, GAMMA.copy(), mean, noise)


def _gate_scores(sensitive: np.ndarray, gate: str) -> np.ndarray:
    """Return the scores (n, 4) whose softmax is the probability of each group."""
    if gate == "well":
        return sensitive @ GAMMA.T
    moved = np.column_stack([np.sin(sensitive[:, 0]), sensitive[:, 1], sensitive[:, 2] * sensitive[:, 3]])
    return moved @ GAMMA[:, :3].T
