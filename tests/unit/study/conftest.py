"""One finished study that the tests of this folder share."""

from __future__ import annotations

import pytest
from study_runs import run

from rome.study import StudyRun


@pytest.fixture(scope="session")
def finished() -> StudyRun:
    return run()
