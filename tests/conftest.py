"""Fixtures that every kind of test shares."""

from __future__ import annotations

from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder of real and hostile tables that lies beside a checkout; absent elsewhere."""
    if not (_SHARED / "data").is_dir():
        pytest.skip("the folder of real tables is not beside this checkout")
    return _SHARED
