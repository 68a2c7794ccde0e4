"""Small studies of the hiring sample, for tests that need a real one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from rome import study
from rome.datasets import SAMPLES, load_sample
from rome.serialize.csv_json import to_csv
from rome.settings.study import Settings
from rome.study import StudyRun
from rome.table import Roles, Table, read_table

ROLES = SAMPLES["hiring"].roles
QUICK = Settings(n_init=2, max_iter=60, n_bootstrap=100, random_state=5)


def hiring(rows: int = 900) -> pd.DataFrame:
    return load_sample("hiring").iloc[:rows].copy()


def as_table(frame: pd.DataFrame) -> Table:
    return read_table(to_csv(frame), name="hiring.csv")


def run(frame: pd.DataFrame | None = None, roles: Roles = ROLES, **settings: object) -> StudyRun:
    return study.run(as_table(hiring() if frame is None else frame), roles, replace(QUICK, **settings))


def squared(rows, model: str) -> np.ndarray:
    return (rows.outcome - getattr(rows, model)) ** 2
