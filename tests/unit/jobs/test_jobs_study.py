"""A study, and its UMAP, made by a worker: what is kept is what the same study gives in one's own process."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from job_waits import ME, wait_for
from study_runs import QUICK, ROLES, as_table, hiring, made_lightly

from rome import jobs, study
from rome.errors import Cancelled, RomeError, StoreError
from rome.jobs import duration
from rome.jobs.perform import InProcess
from rome.jobs.progress import JobReporter
from rome.settings.study import Settings
from rome.store import Library

_SETTINGS = replace(QUICK, assess_groups=False, advise=False)


@pytest.fixture(scope="module")
def table():
    return as_table(hiring(500))


def test_a_worker_makes_the_study_that_ones_own_process_makes(desk, ended, table):
    own = study.run(table, ROLES, _SETTINGS).result
    job = desk.submit(jobs.study_request(table, ROLES, _SETTINGS), ME)
    assert job.identity == own.study_id
    assert ended(job, 120).state == "done"
    made = desk.library.load(job.identity)
    np.testing.assert_allclose(made.rows.rome, own.rows.rome, rtol=1e-6)
    assert made.advice == own.advice
    wait_for(job.attempt.outcome)
    told = job.progress()
    assert told.share == 1.0
    assert "Fitting the groups" in [what for _, what in told.log]
    assert {line for line, _, _ in told.curve} >= {1, 2}, "every start is a line of its own"


def test_a_finished_study_is_done_at_once_and_nothing_is_started(desk, ended, table, monkeypatch):
    request = jobs.study_request(table, ROLES, _SETTINGS)
    ended(desk.submit(request, ME), 120)
    monkeypatch.setattr(desk, "runner", None)
    assert desk.submit(request, ME).state() == "done"


def test_a_study_that_was_removed_is_made_again(desk, ended, table):
    import shutil

    request = jobs.study_request(table, ROLES, _SETTINGS)
    job = desk.submit(request, ME)
    wait_for(job.attempt.outcome, 120)
    shutil.rmtree(desk.library.folder(job.identity))
    assert job.state() == "interrupted"
    assert ended(desk.submit(request, ME), 120).state == "done"
    assert desk.library.has(job.identity)


def test_a_study_that_is_given_up_leaves_nothing_in_the_library(desk, table):
    job = desk.submit(jobs.study_request(table, ROLES, replace(_SETTINGS, n_bootstrap=100_000)), ME)
    wait_for(lambda: (told := job.progress()) is not None and told.curve)
    job.cancel(ME)
    wait_for(job.attempt.outcome, 10)
    assert desk.library.identities() == []
    assert not list(job.attempt.folder.glob("table.*"))


@pytest.fixture
def shown(tmp_path, table, monkeypatch):
    """Return a function that makes a study here and calls ``then(attempt)`` when its groups are shown."""
    desk, show = jobs.JobQueue(Library(tmp_path), InProcess()), JobReporter.show

    def make(then, settings=_SETTINGS):
        def show_and_then(reporter, look):
            show(reporter, look)
            then(reporter._attempt)

        monkeypatch.setattr(JobReporter, "show", show_and_then)
        return desk, desk.submit(jobs.study_request(table, ROLES, settings), ME)

    return make


def test_a_running_study_shows_its_groups_before_its_end_and_they_are_those_of_the_finished_one(shown):
    seen = []

    def then(attempt):
        job = desk_of(attempt)
        seen.append((job.first_look(), job.state(), list(job.library.identities())))

    def desk_of(attempt):
        return jobs.Job(Library(attempt.folder.parents[2]), attempt.request(False), attempt)

    desk, job = shown(then)
    [(look, state, kept)] = seen
    assert (state, kept) == ("running", [])
    result = desk.library.load(job.identity)
    failed = {group.name: group for group in result.failed if group.grouping == "latent"}
    for first, group in zip(look.groups, result.groups, strict=True):
        assert first.held_out.share == pytest.approx(group.share)
        assert first.held_out.ratio.value == pytest.approx(failed[group.name].ratio.value)
        assert first.rule == group.description.rules[0]


@pytest.mark.parametrize(
    ("problem", "state"), [(Cancelled(), "cancelled"), (RomeError("no"), "failed"), (ValueError(), "broken")]
)
def test_a_study_that_ends_after_its_first_look_leaves_nothing_that_looks_finished(shown, problem, state):
    def then(attempt):
        raise problem

    desk, job = shown(then)
    assert job.state() == state
    assert job.first_look() is None
    assert not (job.attempt.folder / "first_look.json").exists()
    assert desk.library.identities() == []
    assert not list(desk.library.root.rglob("study.json"))


def test_groups_that_the_evidence_chooses_or_that_are_one_have_no_first_look(shown):
    seen = []
    shown(seen.append, replace(_SETTINGS, n_groups=1))
    shown(seen.append, replace(_SETTINGS, n_groups="auto", max_groups=2))
    assert seen == []


def test_a_table_that_cannot_be_studied_is_refused_in_plain_words(desk, ended):
    job = desk.submit(jobs.study_request(as_table(hiring(8)), ROLES, _SETTINGS), ME)
    outcome = ended(job)
    assert outcome.state == "failed"
    assert "8" in outcome.message


def test_a_umap_is_kept_beside_its_study_and_made_once(tmp_path, table, monkeypatch):
    desk = jobs.JobQueue(Library(tmp_path), InProcess())
    identity = desk.submit(jobs.study_request(table, ROLES, _SETTINGS), ME).identity
    result = desk.library.load(identity)
    places = np.arange(2.0 * result.data.used).reshape(-1, 2)
    monkeypatch.setattr("rome.jobs.work.umap_of_study", lambda table, result: places)
    assert jobs.read_umap(desk.library, identity) is None
    job = desk.submit(jobs.umap_request(table, result), ME)
    assert job.identity == jobs.umap_identity(result)
    assert job.state() == "done"
    np.testing.assert_array_equal(jobs.read_umap(desk.library, identity), places)
    monkeypatch.setattr("rome.jobs.work.umap_of_study", None)
    assert desk.submit(jobs.umap_request(table, result), ME).state() == "done"


def test_a_damaged_umap_is_an_error_and_not_an_empty_map(tmp_path):
    library = Library(tmp_path)
    folder = library.folder("0" * 16)
    folder.mkdir()
    (folder / "umap.npz").write_bytes(b"PK no zip")
    with pytest.raises(StoreError, match="damaged"):
        jobs.read_umap(library, "0" * 16)


def test_estimates_follow_the_studies_before(tmp_path):
    library, size = Library(tmp_path), duration.Size(3000, 8, Settings())
    first = duration.expected_of_study(library, size)
    assert 0 < first[0] < first[1]
    for _ in range(3):
        duration.note_study(library, size, 40.0)
    low, high = duration.expected_of_study(library, size)
    assert low < 40 < high < 70
    larger = duration.expected_of_study(library, duration.Size(30_000, 8, Settings()))
    assert larger[0] > high


def test_one_odd_study_moves_the_estimate_little(tmp_path):
    library, size = Library(tmp_path), duration.Size(3000, 8, Settings())
    for seconds in (10, 10, 10, 10, 500):
        duration.note_study(library, size, seconds)
    low, high = duration.expected_of_study(library, size)
    assert low < 10 < high < 30


@pytest.mark.parametrize(
    ("share", "seconds", "left"), [(0.0, 0.0, 20.0), (0.5, 10.0, 10.0), (0.9, 18.0, 2.0)]
)
def test_the_time_left_is_what_was_expected_where_the_pace_agrees(share, seconds, left):
    assert duration.seconds_left(jobs.Progress("x", share, seconds), (15.0, 25.0)) == pytest.approx(left)


def test_the_time_left_trusts_the_pace_more_and_more_and_is_never_negative():
    slow = [duration.seconds_left(jobs.Progress("x", share, 100 * share), (5.0, 5.0)) for share in (0.3, 0.9)]
    assert slow[0] == pytest.approx(0.3 * 70)
    assert slow[1] == pytest.approx(0.9 * 10)
    assert duration.seconds_left(jobs.Progress("x", 0.01, 3.0), None) is None


def test_a_long_curve_is_thinned_and_keeps_its_last_line_whole(tmp_path):
    from rome.jobs.attempt import Attempt

    tmp_path.joinpath("followers").mkdir()
    reporter = JobReporter(Attempt(tmp_path))
    for _ in range(12):
        for step in range(1, 101):
            reporter.point(step, float(step))
    reporter(1.0, "Done")
    curve = Attempt(tmp_path).progress().curve
    assert len(curve) <= 1000
    assert [step for line, step, _ in curve if line == 12] == list(range(1, 101))


def test_a_damaged_memory_of_the_pace_costs_no_study(tmp_path):
    library, size = Library(tmp_path), duration.Size(3000, 8, Settings())
    fresh = duration.expected_of_study(library, size)
    (tmp_path / "pace.json").write_text('{"seconds_per_unit": [nul')
    assert duration.expected_of_study(library, size) == fresh
    duration.note_study(library, size, 40.0)
    assert duration.expected_of_study(library, size) != fresh


def test_advice_on_the_number_of_groups_comes_back_as_it_was_given(tmp_path, table):
    desk = jobs.JobQueue(Library(tmp_path), InProcess())
    asked = replace(_SETTINGS, max_groups=2)
    with made_lightly():
        job = desk.submit(jobs.advice_request(table, ROLES, asked), ME)
        own = study.advise(table, ROLES, asked)
    assert job.state() == "done"
    assert jobs.advice_of(desk.job(job.identity).outcome()) == own
    with pytest.raises(StoreError, match="no advice"):
        jobs.advice_of(jobs.Outcome("cancelled"))
