"""Comparisons built by hand for tests of figures and pages: chosen losses, nothing fitted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rome.compare import ChosenModel, ComparedModel, CompareSettings, ComparisonResult, Failure
from rome.compare.result import SCORE_COLUMNS
from rome.table import Roles

TITLES = {"rome_em": "ROME", "pooled": "One model for everybody", "boosted_trees": "Boosted trees"}


def make_comparison(
    factors: dict[str, float],
    *,
    overall: dict[str, float] | None = None,
    n_splits: int = 10,
    noise: float = 0.01,
    missing: tuple[str, ...] = (),
    binary: bool = False,
) -> ComparisonResult:
    """Return a comparison in which each model has the loss of ``rome_em`` times its factor.

    Parameters
    ----------
    factors, overall : dict
        Factors for the worst observed group, and for everybody (by default the same).
    n_splits, noise : int, float
        Splits, and standard deviation of the factors over them.
    missing : tuple of str
        Models that could be fitted in the first split only.
    binary : bool
        An outcome of yes or no.
    """
    rng, rows = np.random.default_rng(3), []
    metric, base = ("brier", 0.2) if binary else ("mse", 40.0)
    for split in range(n_splits):
        level = base * (1 + 0.05 * rng.normal())
        for model, factor in factors.items():
            if model in missing and split > 0:
                continue
            wobble = 1 if model == "rome_em" else 1 + noise * rng.normal()
            everybody = 0.6 * level * (overall or factors)[model] * wobble
            worst = level * factor * wobble
            rows.append((split, model, "overall", "Everybody", 300, 1.0, False, metric, everybody))
            rows.append((split, model, "observed", "old", 120, 0.4, False, metric, worst))
            rows.append((split, model, "observed", "young", 180, 0.6, False, metric, 0.4 * worst))
            rows.append((split, model, "latent", "Group 1", 150, 0.5, False, metric, worst))
    return ComparisonResult(
        comparison_id="0123456789abcdef",
        name="people.csv",
        fingerprint="9b1d" * 16,
        rows=1000,
        n_train=700,
        n_test=300,
        outcome_kind="binary" if binary else "numeric",
        roles=Roles(outcome="y", features=("a",), sensitive=("age",)),
        settings=CompareSettings(tuple(factors), n_splits=n_splits),
        models=tuple(ComparedModel(name, TITLES.get(name, name), "as", ()) for name in factors),
        chosen=tuple(ChosenModel(0, name, {}, 1.0, 1, 0, 2.0, ()) for name in factors),
        failures=tuple(Failure(split, name, "no") for name in missing for split in range(1, n_splits)),
        versions={"rome": "0"},
        scores=pd.DataFrame(rows, columns=list(SCORE_COLUMNS)),
    )
