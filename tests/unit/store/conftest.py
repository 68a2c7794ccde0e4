"""One study on disk that the tests of this folder share."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import study_runs

from rome import store
from rome.datasets import SAMPLES, load_sample
from rome.settings.study import Settings
from rome.study import StudyRun

QUICK = Settings(n_init=2, max_iter=60, n_bootstrap=100, dro_strength=0.35, advise=False)


@pytest.fixture(scope="session")
def finished() -> StudyRun:
    frame = load_sample("hiring").iloc[:600].copy()
    frame.loc[frame.index[5], "rating"] = np.nan
    frame.loc[frame.index[7], "referral"] = "=2+2"
    return study_runs.run_once(study_runs.as_table(frame), SAMPLES["hiring"].roles, QUICK)


@pytest.fixture(scope="session")
def folder(finished, tmp_path_factory) -> Path:
    return store.write_folder(finished, tmp_path_factory.mktemp("store") / "study")


@pytest.fixture
def copied(folder, tmp_path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "copy"))
