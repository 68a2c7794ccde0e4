"""Fixtures that every kind of test shares."""

from __future__ import annotations

from pathlib import Path

import pytest

#: Files that take a minute or more: the first to start, so that no process waits for the other at the end.
_LONGEST = ("test_hostile_runs.py", "test_study_settings.py", "test_evidence.py")
_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder of real and hostile tables that lies beside a checkout; absent elsewhere."""
    if not (_SHARED / "data").is_dir():
        pytest.skip("the folder of real tables is not beside this checkout")
    return _SHARED


def pytest_collection_modifyitems(items) -> None:
    """Put the longest files first, in the order of ``_LONGEST``; the others stay as they were."""
    items.sort(
        key=lambda item: _LONGEST.index(item.path.name) if item.path.name in _LONGEST else len(_LONGEST)
    )
