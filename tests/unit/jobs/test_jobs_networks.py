"""Networks trained by a worker: told epoch by epoch, ended soon when asked, and how long they may take."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from job_waits import ME, wait_for
from study_runs import QUICK, ROLES, as_table, hiring

from rome import jobs, study
from rome.jobs import duration
from rome.settings.study import Settings

_SMALL = {"epochs": 8, "n_init": 2, "hidden_sizes": (8,), "patience": None}
_SETTINGS = replace(QUICK, assess_groups=False, advise=False, family="moe", moe=_SMALL)


@pytest.fixture(scope="module")
def table():
    return as_table(hiring(400))


def test_a_worker_trains_the_networks_that_ones_own_process_trains(desk, ended, table):
    own = study.run(table, ROLES, _SETTINGS).result
    job = desk.submit(jobs.study_request(table, ROLES, _SETTINGS), ME)
    assert ended(job, 120).state == "done"
    made = desk.library.load(job.identity)
    np.testing.assert_allclose(made.rows.rome, own.rows.rome, rtol=1e-6)
    assert made.training.best_epoch == own.training.best_epoch
    told = job.progress()
    assert [epoch for _, epoch, _ in told.curve] == [*range(1, 9), *range(1, 9)]
    assert {line for line, _, _ in told.curve} == {1, 2}
    assert "Training the groups' networks" in [what for _, what in told.log]


def test_training_ends_within_two_seconds_of_being_given_up(desk, table):
    endless = replace(_SETTINGS, moe=_SMALL | {"epochs": 1_000_000})
    job = desk.submit(jobs.study_request(table, ROLES, endless), ME)
    wait_for(lambda: (told := job.progress()) is not None and told.stage.startswith("Training"), 60)
    asked = time.monotonic()
    job.cancel(ME)
    wait_for(job.attempt.outcome, 10)
    assert time.monotonic() - asked < 2
    assert job.attempt.outcome().state == "cancelled"
    assert desk.library.identities() == []


def _units(**moe) -> float:
    return duration.Size(3000, 8, Settings(family="moe", moe=moe)).units()


def test_networks_are_expected_to_take_longer_than_lines_and_more_epochs_longer():
    assert _units() > duration.Size(3000, 8, Settings()).units()
    assert _units(epochs=400) > _units()
    assert _units(patience=None) > _units()
    assert _units(n_init=6) > _units()
    assert _units(hidden_sizes=(256, 256)) > _units()
    assert _units(warm_start_from_em=True) < _units()
    assert _units(batch_size=256) < _units()
