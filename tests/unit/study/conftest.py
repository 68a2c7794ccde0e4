"""One finished study that the tests of this folder share."""

from __future__ import annotations

from dataclasses import replace

import pytest
from study_runs import QUICK, ROLES, as_table, hiring, run_once

from rome.study import StudyRun


@pytest.fixture(scope="session")
def finished() -> StudyRun:
    return run_once(as_table(hiring()), ROLES, QUICK)


@pytest.fixture(scope="session")
def unjudged() -> StudyRun:
    """The same study without a verdict, for tests to compare others without one with."""
    return run_once(as_table(hiring()), ROLES, replace(QUICK, assess_groups=False, advise=False))
