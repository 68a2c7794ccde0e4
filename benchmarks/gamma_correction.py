"""Does cross-fitting Γ help: its bias against the true Γ, and the worst group of the resulting aggregate.

``python -m benchmarks.gamma_correction --seeds 40`` draws the paper's simulation (K = 4, experts on all
columns), fits once a seed, and takes Γ as the experts give it (``plain``), with a quarter of D taken out
(``cross_fitted``, :mod:`rome.robust.correction`) and with the whole of it (``published``). The true Γ has
the true coefficients on the same training rows, groups matched by responsibilities. Medians over seeds of:
the error of Γ's diagonal, relative to the true entry, for the smallest group and over all groups; the mean
absolute error of all entries, relative to the mean true diagonal; squared error of the worst true group on
30,000 fresh rows over that of pooled least squares, for ``reward`` and ``regret`` at DRO strength
``--strength``.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from dataclasses import dataclass, replace

import numpy as np

from rome.baselines import Pooled
from rome.datasets import Simulation, paper_simulation
from rome.datasets.simulation import N_GROUPS, ORDINARY, SENSITIVE
from rome.em import RomeEM
from rome.em.matching import match_groups
from rome.errors import RomeWarning
from rome.robust import aggregate_weights
from rome.robust.aggregate import gram
from rome.robust.correction import ERROR_SHARE, corrected_gram
from rome.robust.path import gamma_of

FRESH_ROWS = 30_000
COLUMNS = [*ORDINARY, *SENSITIVE]
ESTIMATES = ("plain", "cross_fitted", "published")
MEASURES = ("smallest", "diagonal", "entries", "reward", "regret")
PROBLEMS = tuple((n, noise) for n in (400, 1000, 4000) for noise in (0.5, 2.0))


@dataclass(frozen=True)
class Drawn:
    """One draw: training rows, fresh rows, the fit, and the order of the true groups in it."""

    train: Simulation
    fresh: Simulation
    model: RomeEM
    order: np.ndarray


def draw(n: int, noise: float, gate: str, seed: int) -> Drawn:
    """Draw and fit once."""
    train = paper_simulation(n, gate, random_state=2 * seed, noise=noise)
    fresh = paper_simulation(FRESH_ROWS, gate, random_state=2 * seed + 1, noise=noise)
    model = RomeEM(
        N_GROUPS,
        gate_features=SENSITIVE,
        expert_features=COLUMNS,
        predictor="aggregate",
        gamma="cross_fitted",
        random_state=seed,
    )
    X, y = train.frame[COLUMNS], train.frame["outcome"].to_numpy()
    model.fit(X, y)
    order = match_groups(model.responsibilities(X, y), np.eye(N_GROUPS)[train.group])
    return Drawn(train, fresh, model, order)


def true_predictions(drawn: Drawn) -> np.ndarray:
    """Return β_k'x (n, K) of the training rows with the true coefficients, groups in the fit's order."""
    design = np.column_stack([np.ones(len(drawn.train.frame)), drawn.train.frame[COLUMNS]])
    return design @ drawn.train.coefficients[drawn.order].T


def measure(drawn: Drawn, strength: float) -> dict[str, np.ndarray]:
    """Return the measures (5,) of every estimate of Γ."""
    y = drawn.train.frame["outcome"].to_numpy()
    X = drawn.train.frame[COLUMNS].to_numpy()
    problem = drawn.model._mixture.dro_problem(X, y, np.ones(len(y)))
    truth = gram(true_predictions(drawn), float(y.mean()), np.ones(len(y)))
    plain = gamma_of(replace(problem, half_predictions=None))
    estimates = {
        name: corrected_gram(plain, *problem.half_predictions, problem.weights, share) if share else plain
        for name, share in zip(ESTIMATES, (0.0, ERROR_SHARE, 1.0), strict=True)
    }
    return {name: _measures(drawn, problem, gamma, truth, strength) for name, gamma in estimates.items()}


def _measures(drawn: Drawn, problem, gamma: np.ndarray, truth: np.ndarray, strength: float) -> np.ndarray:
    relative = np.diag(gamma) / np.diag(truth) - 1
    entries = np.abs(gamma - truth).mean() / np.diag(truth).mean()
    worst = [
        _worst(drawn, aggregate_weights(gamma, problem.noise, problem.shares, strength, criterion))
        for criterion in ("reward", "regret")
    ]
    return np.array([relative[np.argmin(problem.shares)], relative.mean(), entries, *worst])


def _worst(drawn: Drawn, weights: np.ndarray) -> float:
    """Return the worst true group's squared error on fresh rows over that of pooled least squares."""
    fresh, outcome = drawn.fresh.frame[COLUMNS], drawn.fresh.frame["outcome"].to_numpy()
    pooled = Pooled().fit(drawn.train.frame[COLUMNS], drawn.train.frame["outcome"]).predict(fresh)
    errors = [
        max((errors[drawn.fresh.group == k]).mean() for k in range(N_GROUPS))
        for errors in (
            (outcome - drawn.model.group_predictions(fresh) @ weights) ** 2,
            (outcome - pooled) ** 2,
        )
    ]
    return errors[0] / errors[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--gate", choices=("well", "misspecified"), default="misspecified")
    parser.add_argument("--strength", type=float, default=1.0)
    options = parser.parse_args()
    warnings.simplefilter("ignore", RomeWarning)
    print(f"{'n':>6}{'sd':>5}  {'Γ':14}" + "".join(f"{name:>10}" for name in MEASURES))
    for n, noise in PROBLEMS:
        found = [measure(draw(n, noise, options.gate, s), options.strength) for s in range(options.seeds)]
        for name in ESTIMATES:
            medians = np.median([one[name] for one in found], axis=0)
            print(f"{n:6}{noise:5g}  {name:14}" + "".join(f"{value:10.3f}" for value in medians), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
