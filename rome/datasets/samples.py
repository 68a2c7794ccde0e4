"""Samples that need no download: a real one, one with planted groups, and the paper's simulation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rome.datasets.simulation import ORDINARY, SENSITIVE, paper_simulation
from rome.errors import SettingError, nearest
from rome.runtime.random import stream
from rome.table.roles import Roles


@dataclass(frozen=True)
class Sample:
    """A sample table: how to make it, the roles of its columns, and a sentence for people."""

    name: str
    title: str
    sentence: str
    roles: Roles
    n_groups: int
    make: Callable[[], pd.DataFrame]


def _diabetes() -> pd.DataFrame:
    from sklearn.datasets import load_diabetes

    bunch = load_diabetes(as_frame=True, scaled=False)
    frame = bunch.data.rename(columns=_DIABETES_NAMES)
    # The file codes sex as 1 and 2 without saying which is which, so the codes stay as they are.
    frame["sex"] = frame["sex"].astype(int).map({1: "code 1", 2: "code 2"})
    frame["progression"] = bunch.target.to_numpy(dtype=float)
    return frame


_DIABETES_NAMES = {
    "bp": "blood_pressure",
    "s1": "total_cholesterol",
    "s2": "ldl",
    "s3": "hdl",
    "s4": "cholesterol_ratio",
    "s5": "log_triglycerides",
    "s6": "glucose",
}
_HIRING_ROWS = 3000


def _hiring() -> pd.DataFrame:
    """Draw an assessment of applicants in which two hidden groups are rated by different rules.

    Applicants who trained abroad or changed careers late are mostly rated on the work sample, the others
    on years of experience and on the school's rank. No column says who is rated how.
    """
    rng = stream(2024, "hiring sample")
    n = _HIRING_ROWS
    age = np.clip(rng.gamma(9, 2.6, n) + 18, 20, 66).round()
    sex = rng.choice(["female", "male"], n, p=[0.46, 0.54])
    origin = rng.choice(["born here", "moved as adult", "moved as child"], n, p=[0.7, 0.18, 0.12])
    experience = np.clip((age - 22) * rng.beta(4, 2, n), 0, None).round(1)
    school_rank = rng.integers(1, 101, n).astype(float)
    work_sample = rng.normal(60, 15, n).clip(0, 100).round()
    referral = rng.choice(["yes", "no"], n, p=[0.25, 0.75])
    pull = -1.6 + 3.4 * (origin == "moved as adult") + 0.05 * (age - 40) + 0.5 * (sex == "female")
    other_rules = rng.random(n) < 1 / (1 + np.exp(-pull))
    usual = 38 + 1.1 * experience - 0.22 * school_rank + 0.12 * work_sample + 4 * (referral == "yes")
    other = 12 + 0.15 * experience - 0.03 * school_rank + 0.72 * work_sample + 1 * (referral == "yes")
    score = np.where(other_rules, other, usual) + rng.normal(0, 4, n)
    return pd.DataFrame(
        {
            "applicant": [f"A-{number:05d}" for number in range(1, n + 1)],
            "age": age,
            "sex": sex,
            "origin": origin,
            "years_experience": experience,
            "school_rank": school_rank,
            "work_sample": work_sample,
            "referral": referral,
            "rating": score.round(1),
        }
    )


def _paper() -> pd.DataFrame:
    return paper_simulation(8000, gate="misspecified", random_state=1).frame


SAMPLES: dict[str, Sample] = {
    sample.name: sample
    for sample in (
        Sample(
            "hiring",
            "Hiring ratings",
            "3,000 invented applicants. Two hidden groups are rated by different rules; no column names "
            "them, though some hint at who is in which.",
            Roles(
                outcome="rating",
                features=("years_experience", "school_rank", "work_sample", "referral"),
                sensitive=("age", "sex", "origin"),
                ids=("applicant",),
            ),
            2,
            _hiring,
        ),
        Sample(
            "diabetes",
            "Diabetes progression",
            "442 real patients: disease progression after one year (Efron et al. 2004). Small, and an honest "
            "answer may well be that one model is enough.",
            Roles(
                outcome="progression",
                features=("bmi", *_DIABETES_NAMES.values()),
                sensitive=("age", "sex"),
            ),
            2,
            _diabetes,
        ),
        Sample(
            "paper",
            "The paper's simulation",
            "8,000 simulated rows with four latent groups that the sensitive columns S1 to S5 determine in a "
            "way that the gate can only approximate.",
            Roles(outcome="outcome", features=ORDINARY, sensitive=SENSITIVE, allowed=SENSITIVE),
            4,
            _paper,
        ),
    )
}


def load_sample(name: str) -> pd.DataFrame:
    """Return a sample as a table; the same rows every time.

    Raises
    ------
    SettingError
        There is no such sample.
    """
    if name not in SAMPLES:
        raise SettingError(
            f'There is no sample "{name}"; there are {", ".join(SAMPLES)}.{nearest(name, SAMPLES)}'
        )
    return SAMPLES[name].make()
