"""A table of people: a correlated pair, a skewed number and texts, in training and held-out rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rome.reference import Reference, reference_of
from rome.table import Design, Roles

ROLES = Roles("y", ("height", "weight", "income", "job"), ("sex", "town"))


def people(n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    height = rng.normal(170, 10, n)
    return pd.DataFrame(
        {
            "height": height,
            "weight": 0.9 * (height - 170) + 70 + rng.normal(0, 3, n),
            "income": np.exp(rng.normal(10, 1, n)),
            "job": pd.Series(rng.choice(["clerk", "cook", "nurse"], n, p=[0.5, 0.3, 0.2]), dtype="str"),
            "sex": pd.Series(rng.choice(["f", "m"], n), dtype="str"),
            "town": pd.Series([f"t{k}" for k in rng.zipf(1.6, n) % 900], dtype="str"),
            "y": rng.normal(size=n),
        }
    )


def learn(n_train: int, n_test: int, seed: int) -> tuple[Reference, Design]:
    frame = people(n_train + n_test, seed)
    train, test = np.arange(n_train), np.arange(n_train, n_train + n_test)
    design = Design.fit(frame.iloc[train], ROLES)
    reference = reference_of(
        frame,
        design,
        design.transform(frame),
        np.arange(len(frame)),
        train,
        test,
        outcome="y",
        positive=None,
        observed_columns=("sex", "height"),
    )
    return reference, design


def flags_of(reference: Reference, design: Design, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    strange = reference.novelty.strangeness(reference.columns, design, frame, design.transform(frame))
    return reference.novelty.flags(strange)
