"""A desk with real worker processes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from job_waits import Patient, wait_for

from rome.jobs import JobQueue, Processes
from rome.store import Library

_HERE = str(Path(__file__).parent)


@pytest.fixture(scope="session", autouse=True)
def odd_kinds():
    """The odd kinds of work, known to this process and to workers that are asked to load ``odd_work``."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [_HERE, before]))
    sys.path.insert(0, _HERE)
    import odd_work  # noqa: F401

    yield
    sys.path.remove(_HERE)
    os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)


@pytest.fixture(scope="session")
def processes(odd_kinds):
    """Two workers that know the odd kinds of work, shared by all tests of this folder."""
    runner = Processes(2, ["odd_work"])
    yield runner
    runner.close()


@pytest.fixture
def desk(tmp_path, processes) -> JobQueue:
    """A desk of a library of its own."""
    return JobQueue(Library(tmp_path), processes)


@pytest.fixture
def ended():
    """Wait for the end of a job and return its outcome."""
    return lambda job, seconds=30.0: wait_for(job.outcome, seconds)


@pytest.fixture
def patient_desk(tmp_path):
    desk = JobQueue(Library(tmp_path), Patient())
    yield desk
    desk.runner.owner.retire()


@pytest.fixture
def server(request):
    """Start a server with one worker that is closed at the end."""

    def start(**more):
        runner = Processes(1, **more)
        request.addfinalizer(runner.close)
        return runner

    return start
