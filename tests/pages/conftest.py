"""The app in a test: its pages run as they do for a visitor, with studies in a folder of their own."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import study_runs
from streamlit.components.v2 import manifest_scanner

from dashboard import cache
from rome.datasets import SAMPLES
from rome.jobs.attempt import Owner
from rome.settings.study import Settings
from rome.table import Roles, Table, read_table

HOSTILE = ("<b>sex</b>", "=1+1", ":smile: [x](http://a.b) $y$", "*age* `_` |", "\u202eoutcome")


@pytest.fixture(scope="session")
def studies(tmp_path_factory) -> Path:
    """The folder of studies that all page tests share."""
    return tmp_path_factory.mktemp("studies")


@pytest.fixture(autouse=True)
def _own_studies(studies, monkeypatch) -> None:
    monkeypatch.setenv("ROME_STUDIES", str(studies))
    # Work is done at once in the test itself; the browser tests have real workers.
    monkeypatch.setenv("ROME_WORKERS", "0")


@pytest.fixture(scope="session", autouse=True)
def _components_are_looked_for_once() -> Iterator[None]:
    """Streamlit reads what every installed package says of itself at each start of an app: half a second."""
    scan = functools.cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(autouse=True)
def _same_studies_are_made_once(monkeypatch) -> None:
    """The first page that asks for a study waits for it; all others, in all processes, are given the same."""
    monkeypatch.setattr("rome.study.run", study_runs.run_once)
    monkeypatch.setattr("rome.study.advise", study_runs.advise_once)


@pytest.fixture(autouse=True)
def _main_module_stays() -> Iterator[None]:
    """AppTest leaves the app as the main module, which processes that later tests spawn would import."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


class Patient:
    """Takes work and leaves it to the test."""

    def __init__(self) -> None:
        self.owner = Owner.enlist()
        self.taken = []

    def start(self, attempt) -> None:
        """Remember an attempt."""
        self.taken.append(attempt)


@pytest.fixture
def runner(tmp_path, monkeypatch) -> Iterator[Patient]:
    """A library that holds nothing yet, whose work is done when the test says so."""
    patient = Patient()
    monkeypatch.setenv("ROME_STUDIES", str(tmp_path))
    monkeypatch.setattr(cache, "_runner", lambda workers: patient)
    yield patient
    patient.owner.retire()


@pytest.fixture(scope="session")
def hiring() -> Table:
    """The hiring sample, read as the Data page reads it."""
    return study_runs.sample_table("hiring")


@pytest.fixture(scope="session")
def hiring_study(studies, hiring) -> str:
    """The name of a finished study of the hiring sample."""
    return study_runs.keep_study(studies, hiring, SAMPLES["hiring"].roles, Settings(n_groups=2))


@pytest.fixture(scope="session")
def one_group_study(studies, hiring) -> str:
    """The name of a study with one group."""
    return study_runs.keep_study(studies, hiring, SAMPLES["hiring"].roles, Settings(n_groups=1))


@pytest.fixture(scope="session")
def hostile_csv() -> bytes:
    """A table with a binary outcome, weights, and column names that are markup, formulas or worse."""
    rng = np.random.default_rng(7)
    n = 400
    sex, formula, link, age = (
        rng.choice(["f", "m"], n),
        rng.normal(size=n),
        rng.normal(size=n),
        rng.normal(size=n),
    )
    outcome = rng.random(n) < 1 / (1 + np.exp(-np.where(sex == "f", 1.5, -1.5) * formula - link))
    columns = (sex, formula, link, age, np.where(outcome, "yes", "no"))
    frame = pd.DataFrame(dict(zip(HOSTILE, columns, strict=True)))
    frame["weight"] = rng.uniform(0.5, 2, n)
    return frame.to_csv(index=False).encode()


@pytest.fixture(scope="session")
def hostile_study(studies, hostile_csv) -> str:
    """The name of a study of the hostile table."""
    table = read_table(hostile_csv, "<i>.csv")
    sex, formula, link, age, outcome = table.frame.columns[:5]
    roles = Roles(outcome, (formula, link), (sex, age), weight="weight")
    return study_runs.keep_study(studies, table, roles, Settings(n_groups=3, min_group_size=10))
