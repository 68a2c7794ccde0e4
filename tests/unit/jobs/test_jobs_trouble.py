"""Folders that vanish, full disks, processes that don't start: they cost one piece of work at most."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest
from job_waits import ME, OTHER, wait_for

from rome.jobs import Job, JobQueue, Progress, Request, process
from rome.jobs import processes as serving
from rome.jobs.attempt import Attempt, Outcome
from rome.jobs.process import Endings
from rome.serialize import atomic
from rome.store import Library


def _steady(seconds: float, echo: str) -> Request:
    return Request("steady", {"seconds": seconds, "echo": echo})


@pytest.fixture
def no_processes(monkeypatch):
    """A computer on which no process can be started."""

    def refuse(*_, **__):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(process.subprocess, "Popen", refuse)


def test_the_folder_of_waiting_work_may_vanish_and_later_work_is_done(desk, ended):
    busy = [desk.submit(_steady(60.0, f"busy {number}"), ME) for number in range(2)]
    for job in busy:
        wait_for(lambda job=job: job.state() == "running")
    lost, cancelled = (desk.submit(_steady(60.0, echo), ME) for echo in ("lost", "cancelled"))
    cancelled.cancel(ME)
    for job in (lost, cancelled):
        shutil.rmtree(job.attempt.folder)
    for job in busy:
        job.cancel(ME)
    assert ended(desk.submit(_steady(0.0, "later"), ME)).state == "done"


def test_a_folder_that_is_removed_right_after_the_end_keeps_no_worker_busy(
    tmp_path, server, ended, monkeypatch
):
    desk = JobQueue(Library(tmp_path), server(modules=["odd_work"]))
    ended(desk.submit(_steady(0.0, "warm"), ME))
    # The server looks again long after the end.
    monkeypatch.setattr(serving, "_LOOK_EVERY", 1.0)
    job = desk.submit(_steady(0.0, "done"), ME)
    wait_for(job.attempt.outcome)
    shutil.rmtree(job.attempt.folder)
    assert ended(desk.submit(_steady(0.0, "next"), ME)).state == "done"


def test_work_goes_on_while_the_disk_of_all_attempts_is_away_for_a_moment(tmp_path, server, ended):
    runner = server(modules=["odd_work"])
    desk = JobQueue(Library(tmp_path), runner)
    job = desk.submit(Request("deaf", {}), ME)
    wait_for(lambda: job.state() == "running")
    wait_for(lambda: job.progress().stage == "Deaf")
    (pid,) = runner.pids()
    (tmp_path / "jobs").rename(tmp_path / "away")
    time.sleep(0.3)
    (tmp_path / "away").rename(tmp_path / "jobs")
    assert runner.pids() == [pid]
    assert job.state() == "running"


def test_work_whose_process_cannot_be_started_is_told_so_and_the_server_goes_on(
    tmp_path, server, no_processes, ended
):
    desk = JobQueue(Library(tmp_path), server())
    for echo in ("first", "second"):
        outcome = ended(desk.submit(_steady(0.0, echo), ME), 5)
        assert outcome.state == "broken"
        assert "BlockingIOError: Resource temporarily unavailable" in outcome.message


def test_an_end_that_cannot_be_written_counts_as_interrupted_until_it_is(
    tmp_path, server, no_processes, monkeypatch
):
    full, write = [True], Attempt.end

    def end(self, outcome):
        if full:
            raise OSError(28, "No space left on device")
        write(self, outcome)

    monkeypatch.setattr(Attempt, "end", end)
    job = JobQueue(Library(tmp_path), server()).submit(_steady(0.0, "full"), ME)
    wait_for(lambda: job.state() == "interrupted", 5)
    full.clear()
    assert wait_for(job.attempt.outcome, 5).state == "broken"


def test_an_end_is_said_no_more_where_the_folder_was_removed_and_kept_while_the_disk_is_away(patient_desk):
    endings, root = Endings(), patient_desk.library.root
    removed, away = (patient_desk.submit(_steady(0.0, echo), ME).attempt for echo in ("removed", "away"))
    shutil.rmtree(removed.folder)
    endings.say(removed, Outcome("killed"))
    assert len(endings) == 0
    (root / "jobs").rename(root / "elsewhere")
    endings.say(away, Outcome("killed"))
    endings.say_again()
    assert len(endings) == 1
    (root / "elsewhere").rename(root / "jobs")
    endings.say_again()
    assert (len(endings), away.state()) == (0, "killed")


def test_a_file_that_a_reader_has_open_is_written_after_a_moment(patient_desk, monkeypatch):
    given = patient_desk.submit(_steady(0.0, "open"), ME).attempt
    refusals, replace = [1, 2], Path.replace

    def refuse_twice(self, target):
        if refusals:
            refusals.pop()
            raise PermissionError(13, "Access is denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse_twice)
    given.end(Outcome("failed", "It can't be done."))
    assert given.outcome().message == "It can't be done."


def test_progress_that_cannot_be_written_is_skipped_and_an_end_is_not(patient_desk, monkeypatch):
    given = patient_desk.submit(_steady(0.0, "locked"), ME).attempt

    def refuse(self, target):
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr(atomic, "_PAUSE", 0.0)
    monkeypatch.setattr(Path, "replace", refuse)
    given.tell(Progress("Working", 0.5))
    assert given.progress() is None
    with pytest.raises(PermissionError):
        given.end(Outcome("done"))


@pytest.mark.skipif(os.name != "posix", reason="names of folders are text on this system")
def test_a_library_may_lie_in_a_folder_whose_name_is_no_text(tmp_path, processes, ended):
    root = Path(os.fsdecode(os.fsencode(tmp_path) + "/Größe 大 ".encode() + b"\xff"))
    root.mkdir()
    assert ended(JobQueue(Library(root), processes).submit(_steady(0.0, "named"), ME)).state == "done"


def test_workers_read_and_write_text_alike_whatever_the_systems_encoding_is(monkeypatch):
    monkeypatch.setenv("PYTHONUTF8", "0")
    assert process._environment(threads=1)["PYTHONUTF8"] == "1"


def test_who_follows_while_the_last_other_leaves_gets_work_that_goes_on(patient_desk, monkeypatch):
    desk, request = patient_desk, _steady(0.0, "left")
    first = desk.submit(request, ME)
    meant_to_follow = Job.follow

    def leave_just_before(job, follower):
        first.cancel(ME)
        # The second asked for the state before that.
        return (
            job.attempt.follow(follower) if job.attempt == first.attempt else meant_to_follow(job, follower)
        )

    monkeypatch.setattr(Job, "follow", leave_just_before)
    second = desk.submit(request, OTHER)
    assert second.attempt != first.attempt
    assert second.state() == "waiting"
    assert second.followed_by(OTHER)
    assert first.state() == "cancelled"


def test_a_follower_who_comes_while_another_leaves_keeps_the_work_alive(patient_desk, monkeypatch):
    job = patient_desk.submit(_steady(0.0, "kept"), ME)
    rmdir = Path.rmdir

    def come_first(folder):
        assert job.attempt.follow(OTHER)
        rmdir(folder)

    monkeypatch.setattr(Path, "rmdir", come_first)
    job.cancel(ME)
    assert job.state() == "waiting"


def test_to_leave_work_whose_folder_is_gone_is_no_error(patient_desk):
    job = patient_desk.submit(_steady(0.0, "gone"), ME)
    shutil.rmtree(job.attempt.folder)
    job.cancel(ME)
    assert job.state() == "interrupted"
