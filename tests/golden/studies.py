"""Small studies whose results are kept, so that what a change moves, or does not move, can be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rome import study
from rome.datasets import SAMPLES, load_sample
from rome.serialize.csv_json import to_csv
from rome.settings.study import Settings
from rome.study import StudyRun
from rome.table import Roles, read_table

_QUICK = {"n_init": 2, "n_bootstrap": 100, "random_state": 5}
_HIRING = SAMPLES["hiring"].roles
_LOANS = Roles(
    outcome="repaid",
    features=("income", "debt", "years_employed", "purpose"),
    sensitive=("age", "region"),
    weight="weight",
    ids=("customer",),
)


@dataclass(frozen=True)
class GoldenStudy:
    """A table, with the name of its file, and what is asked of it."""

    file_name: str
    frame: Callable[[], pd.DataFrame]
    roles: Roles
    settings: Settings

    def source(self) -> bytes:
        """Return the table as a CSV file."""
        return to_csv(self.frame())

    def run(self) -> StudyRun:
        """Run the study, from the file on."""
        return study.run(read_table(self.source(), name=self.file_name), self.roles, self.settings)


def _hiring(rows: int) -> pd.DataFrame:
    return load_sample("hiring").iloc[:rows].copy()


def _loans() -> pd.DataFrame:
    """Draw customers of whom two hidden groups repay by opposite rules; some values are missing."""
    rng = np.random.default_rng(11)
    n = 480
    age = rng.integers(20, 70, n).astype(float)
    region = rng.choice(["north", "south", "isles"], n, p=[0.5, 0.35, 0.15])
    income, debt, years = rng.normal(30, 8, n).round(1), rng.gamma(2, 5, n).round(1), rng.integers(0, 25, n)
    purpose = rng.choice(["car", "house", "other"], n)
    hidden = rng.random(n) < 1 / (1 + np.exp(-(0.12 * (age - 45) + 2.0 * (region == "south") - 0.8)))
    pull = np.where(hidden, -1, 1) * (0.45 * (income - 30) - 0.2 * (debt - 10))
    frame = pd.DataFrame(
        {
            "customer": [f"C{number}" for number in range(n)],
            "age": age,
            "region": region,
            "income": income,
            "debt": debt,
            "years_employed": years.astype(float),
            "purpose": purpose,
            "weight": np.array([1.0, 2.0, 0.5])[np.arange(n) % 3],
            "repaid": np.where(rng.random(n) < 1 / (1 + np.exp(-pull)), "yes", "no"),
        }
    )
    frame.loc[frame.index[::19], "debt"] = np.nan
    frame.loc[frame.index[::41], "region"] = None
    frame.loc[frame.index[::97], "repaid"] = None
    return frame


STUDIES: dict[str, GoldenStudy] = {
    # A number, two groups, with a verdict.
    "numeric": GoldenStudy(
        "hiring.csv", lambda: _hiring(320), _HIRING, Settings(**_QUICK, max_groups=2, min_group_size=10)
    ),
    # Yes or no, weights, missing values, three groups, and an aggregate that is cross-fitted.
    "binary": GoldenStudy(
        "loans.csv",
        _loans,
        _LOANS,
        Settings(
            **_QUICK,
            n_groups=3,
            min_group_size=20,
            observed=("region",),
            predictor="aggregate",
            gamma="cross_fitted",
            assess_groups=False,
            advise=False,
        ),
    ),
    # Heavy tails, a flexible gate, and the observed groups on guard.
    "tails": GoldenStudy(
        "hiring.csv",
        lambda: _hiring(500),
        _HIRING,
        Settings(
            **_QUICK,
            noise="t",
            gate="flexible",
            guard="observed",
            observed=("sex",),
            criterion="risk",
            assess_groups=False,
            advise=False,
        ),
    ),
    # Groups of networks, as many as the evidence says.
    "networks": GoldenStudy(
        "hiring.csv",
        lambda: _hiring(300),
        _HIRING,
        Settings(
            **_QUICK,
            n_groups="auto",
            max_groups=2,
            dro_strength=0.35,
            family="moe",
            moe={"epochs": 12, "hidden_sizes": (6,), "gate_hidden_sizes": (4,), "n_init": 1},
            assess_groups=False,
            advise=False,
        ),
    ),
}
