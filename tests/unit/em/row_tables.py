"""A table of two latent groups, in memory and as Parquet, for the tests of row sources."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from rome.em.mixture import experts_for
from rome.em.sufficient_statistics import Parameters

FEATURES = ["a", "b", "c", "s", "t"]


def two_groups(n: int, seed: int = 0, *, weighted: bool = True) -> pd.DataFrame:
    """Return columns a, b, c (experts), s, t (gate), y and, if asked, whole weights w from 0 to 2."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.standard_normal((n, 5)), columns=FEATURES)
    second = rng.random(n) < 1 / (1 + np.exp(-1.5 * frame["s"]))
    slope = np.where(second, 2.0, -1.0)
    frame["y"] = 1e3 + 7 * (slope * frame["a"] + second + 0.5 * rng.standard_normal(n))
    if weighted:
        frame["w"] = rng.integers(0, 3, n).astype(float)
    return frame


def write_parts(frame: pd.DataFrame, folder: Path, *, files: int = 3, group_rows: int = 700) -> Path:
    """Write the frame as several files of several row groups each, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, rows in enumerate(np.array_split(np.arange(len(frame)), files)):
        frame.iloc[rows].to_parquet(folder / f"part-{number}.parquet", row_group_size=group_rows, index=False)
    return folder


def some_parameters(n_groups: int = 3, outcome: str = "numeric"):
    """Return parameters for three expert and two gate columns, and the experts they belong to."""
    rng = np.random.default_rng(5)
    gamma = rng.standard_normal((n_groups, 3))
    beta, sigma2 = rng.standard_normal((n_groups, 4)), rng.uniform(0.5, 2, n_groups)
    return Parameters(beta, sigma2, gamma - gamma[-1]), experts_for(outcome, "normal")
