"""What tests of the command line share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from study_runs import made_lightly


@pytest.fixture(scope="module")
def lightly() -> Iterator[None]:
    """Studies that are made here are judged lightly: the command line is the subject, not the judgement."""
    with made_lightly():
        yield
