"""A comparison of models made by a worker: kept, found again, given up without loss, resumed after a kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time

import numpy as np
import pytest
from job_waits import ME, wait_for
from study_runs import ROLES, as_table, hiring

from rome import jobs
from rome.compare import CompareSettings, comparison_id, run_comparison
from rome.errors import StoreError
from rome.jobs import comparisons, duration
from rome.jobs.perform import InProcess
from rome.store import Library

QUICK = CompareSettings(
    ("pooled", "interactions", "rome_em"), n_splits=2, budget=2, criterion="overall", random_state=4
)
#: So much work that no test waits for its end.
LONG = CompareSettings(("pooled", "rome_em"), n_splits=100, budget=16, criterion="overall")


@pytest.fixture(scope="module")
def table():
    return as_table(hiring(400))


@pytest.fixture
def own_desk(tmp_path):
    return jobs.JobQueue(Library(tmp_path), InProcess())


def parts(library, table):
    return sorted((comparisons.home(library, table.fingerprint) / "parts").glob("*.npz"))


def test_a_comparison_is_kept_and_is_the_one_of_ones_own_process(own_desk, table):
    job = own_desk.submit(jobs.compare_request(table, ROLES, QUICK), ME)
    assert job.state() == "done"
    assert job.identity == comparison_id(table.fingerprint, ROLES, QUICK)
    kept = jobs.load_comparison(own_desk.library, table.fingerprint, job.identity)
    own = run_comparison(table, ROLES, QUICK, n_jobs=1)
    np.testing.assert_allclose(kept.scores["value"], own.scores["value"])
    assert [asked.identity for asked in jobs.asked_comparisons(own_desk.library, table.fingerprint)] == [
        job.identity
    ]


def test_asked_again_it_is_there_at_once(own_desk, table, monkeypatch):
    own_desk.submit(jobs.compare_request(table, ROLES, QUICK), ME)
    monkeypatch.setattr(own_desk, "runner", None)
    assert own_desk.submit(jobs.compare_request(table, ROLES, QUICK), ME).state() == "done"


def test_one_that_was_removed_is_made_again_from_its_parts(own_desk, table, monkeypatch):
    job = own_desk.submit(jobs.compare_request(table, ROLES, QUICK), ME)
    shutil.rmtree(comparisons.home(own_desk.library, table.fingerprint) / job.identity)
    assert job.state() == "interrupted"
    monkeypatch.setattr("rome.compare.work.tune", None)
    assert own_desk.submit(jobs.compare_request(table, ROLES, QUICK), ME).state() == "done"


def test_another_comparison_of_the_table_takes_over_what_was_fitted(own_desk, table):
    own_desk.submit(jobs.compare_request(table, ROLES, QUICK), ME)
    more = CompareSettings((*QUICK.models, "pooled_with_s"), **{**_fields(QUICK), "n_splits": 3})
    left = duration.left_of(own_desk.library, table.fingerprint, ROLES, more)
    assert dict(left) == {"pooled": 1, "interactions": 1, "rome_em": 1, "pooled_with_s": 3}


def _fields(settings):
    return {
        name: value
        for name, value in vars(settings).items()
        if name in ("budget", "criterion", "random_state")
    }


def test_progress_counts_splits_and_models(desk, table):
    job = desk.submit(jobs.compare_request(table, ROLES, LONG), ME)
    told = wait_for(lambda: (found := job.progress()) and "Split" in found.stage and found, 60)
    assert 0 < told.share < 0.97
    assert told.stage.endswith(("latent groups", "ROME", "One model for everybody"))
    job.cancel(ME)


def test_a_cancel_ends_it_within_two_seconds_and_keeps_what_was_fitted(desk, table):
    job = desk.submit(jobs.compare_request(table, ROLES, LONG), ME)
    wait_for(lambda: len(parts(desk.library, table)) >= 3, 60)
    began = time.monotonic()
    job.cancel(ME)
    wait_for(job.attempt.outcome, 10)
    assert time.monotonic() - began < 2.5
    assert job.outcome().state == "cancelled"
    kept = len(parts(desk.library, table))
    time.sleep(0.5)
    assert len(parts(desk.library, table)) == kept >= 3


def test_after_a_kill_it_goes_on_where_it_was(server, tmp_path, table):
    desk = jobs.JobQueue(Library(tmp_path), server())
    job = desk.submit(jobs.compare_request(table, ROLES, LONG), ME)
    wait_for(lambda: len(parts(desk.library, table)) >= 5, 60)
    [worker] = desk.runner.pids()
    os.kill(worker, signal.SIGKILL)
    assert wait_for(job.outcome).state == "killed"
    before = {path: path.stat().st_mtime_ns for path in parts(desk.library, table)}
    again = desk.again(job, ME)
    wait_for(lambda: len(parts(desk.library, table)) > len(before), 60)
    after = {path: path.stat().st_mtime_ns for path in parts(desk.library, table)}
    assert before.items() <= after.items()
    again.cancel(ME)


def test_a_table_that_cannot_be_compared_is_refused_in_plain_words(own_desk):
    job = own_desk.submit(jobs.compare_request(as_table(hiring(8)), ROLES, QUICK), ME)
    assert job.outcome().state == "failed"
    assert "8" in job.outcome().message


def test_what_can_not_be_read_of_earlier_comparisons_is_passed_over(own_desk, table):
    job = own_desk.submit(jobs.compare_request(table, ROLES, QUICK), ME)
    home = comparisons.home(own_desk.library, table.fingerprint)
    (home / ("e" * 16)).mkdir()
    (home / ("e" * 16) / "asked.json").write_text('{"roles": 3')
    found = jobs.asked_comparisons(own_desk.library, table.fingerprint)
    assert [(asked.identity, asked.is_kept) for asked in found] == [(job.identity, True)]
    assert found[0].settings == QUICK
    assert found[0].roles == ROLES


@pytest.mark.parametrize(("fingerprint", "identity"), [("../../etc", "0" * 16), ("ab" * 32, "../x")])
def test_names_that_lead_elsewhere_are_refused(tmp_path, fingerprint, identity):
    with pytest.raises(StoreError, match="is no"):
        jobs.has_comparison(Library(tmp_path), fingerprint, identity)


def test_the_expected_time_grows_with_work_and_learns_from_what_was_done(own_desk, table):
    library = own_desk.library
    left = duration.left_of(library, table.fingerprint, ROLES, QUICK)
    low, high = duration.expected_of_comparison(library, 400, QUICK, left)
    assert 0 < low < high
    assert duration.expected_of_comparison(library, 400_000, QUICK, left)[0] > 5 * low
    own_desk.submit(jobs.compare_request(table, ROLES, QUICK), ME)
    known = duration._times(library, "compare_pace.json")
    assert set(known) == set(QUICK.models)
    slow = {model: [50 * ratio for ratio in ratios] for model, ratios in known.items()}
    (library.root / "compare_pace.json").write_text(json.dumps(slow))
    assert duration.expected_of_comparison(library, 400, QUICK, left)[0] > 5 * low
    (library.root / "compare_pace.json").write_text("{broken")
    assert duration.expected_of_comparison(library, 400, QUICK, left) == (low, high)
