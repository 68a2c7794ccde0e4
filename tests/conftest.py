"""Fixtures that every kind of test shares."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from study_runs import KEPT

#: Files that take the longest: the first to start, so that no process waits for the other at the end.
_LONGEST = (
    "test_pages_live.py",
    "test_hostile_runs.py",
    "test_running_live.py",
    "test_verdict.py",
    "test_recovery.py",
    "test_study_settings.py",
    "test_baselines_contract.py",
    "test_evidence.py",
)
_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder of real and hostile tables that lies beside a checkout; absent elsewhere."""
    if not (_SHARED / "data").is_dir():
        pytest.skip("the folder of real tables is not beside this checkout")
    return _SHARED


def pytest_configure(config) -> None:
    """Make the folder in which the processes of this run share finished studies; theirs inherit its name."""
    if not hasattr(config, "workerinput"):
        config.kept_studies = os.environ[KEPT] = tempfile.mkdtemp(prefix="rome-tests-")


def pytest_unconfigure(config) -> None:
    """Remove that folder."""
    if hasattr(config, "kept_studies"):
        shutil.rmtree(config.kept_studies, ignore_errors=True)


def pytest_collection_modifyitems(config, items) -> None:
    """Put the longest files first, in the order of ``_LONGEST``; the others stay as they were.

    What is marked slow runs where an expression of ``-m`` speaks of it.
    """
    if "slow" not in config.option.markexpr:
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]
    items.sort(
        key=lambda item: _LONGEST.index(item.path.name) if item.path.name in _LONGEST else len(_LONGEST)
    )
