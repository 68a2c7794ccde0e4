"""Studies in folders, and what scores with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from study_runs import ROLES, as_table, hiring, run

from rome import store
from rome.datasets import load_sample
from rome.score import Scorer, load_scorer
from rome.study import StudyRun
from rome.table import Table


@pytest.fixture(scope="session")
def finished() -> StudyRun:
    return run(hiring(900), assess_groups=False, advise=False)


@pytest.fixture(scope="session")
def folder(finished, tmp_path_factory) -> Path:
    return store.write_folder(finished, tmp_path_factory.mktemp("score") / "study")


@pytest.fixture(scope="session")
def scorer(folder) -> Scorer:
    return load_scorer(folder)


@pytest.fixture(scope="session")
def weighted(tmp_path_factory) -> Scorer:
    """A study with weights and a yes-or-no outcome."""
    frame = hiring(700)
    frame["rating"] = (frame["rating"] > frame["rating"].median()).map({True: "good", False: "poor"})
    frame["w"] = [1.0, 2.0] * 350
    roles = ROLES.from_dict({**ROLES.as_dict(), "weight": "w"})
    finished = run(frame, roles, assess_groups=False, advise=False)
    return load_scorer(store.write_folder(finished, tmp_path_factory.mktemp("w") / "study"))


@pytest.fixture
def new() -> Table:
    """Rows of the same sample that the study never saw."""
    return as_table(load_sample("hiring").iloc[900:1240])
