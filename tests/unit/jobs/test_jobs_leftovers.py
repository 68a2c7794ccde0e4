"""What is left of work: who removes it, when, and what is never removed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

# The kinds of work that are asked for here.
import odd_work  # noqa: F401
from job_waits import ME, OTHER, Patient, wait_for

from rome.jobs import JobQueue, Request, process, processes
from rome.jobs.attempt import Outcome
from rome.serialize import atomic

_WEEK_AND_A_DAY = 8 * 24 * 3600


def _work(echo: str) -> Request:
    return Request("steady", {"seconds": 0.0, "echo": echo})


def _aged(path: Path, seconds: float = _WEEK_AND_A_DAY) -> None:
    for touched in (path, path / "beat"):
        if touched.exists():
            os.utime(touched, (time.time() - seconds,) * 2)


def _gone_process() -> int:
    ended = subprocess.Popen(["true"])
    ended.wait()
    return ended.pid


def test_an_attempt_of_another_server_is_not_removed_while_it_has_not_ended(patient_desk):
    request = _work("skew")
    there = JobQueue(patient_desk.library, Patient())
    theirs = there.submit(request, OTHER).attempt
    there.runner.owner.retire()
    _aged(theirs.folder, 60)
    assert theirs.state() == "interrupted", "as it looks to a server whose clock is a minute ahead"
    ours = patient_desk.submit(request, ME).attempt
    assert ours != theirs
    assert (theirs.folder / "request.json").exists()
    theirs.end(Outcome("failed"))
    ours.disown()
    assert patient_desk.submit(request, ME).state() == "waiting"
    assert not theirs.folder.exists(), "it has ended"
    assert not ours.folder.exists(), "our own"


def _draft(root: Path, host: str, pid: int, age: float = 0.0) -> Path:
    draft = root / f"{'0' * 16}.{host}.{pid}.draft"
    draft.mkdir()
    (draft / "rows.csv").write_text("row,outcome\n1,2\n")
    _aged(draft, age)
    return draft


def test_drafts_of_ended_processes_and_old_ones_are_removed_and_others_are_not(patient_desk):
    root, here = patient_desk.library.root, atomic._host()
    gone, elsewhere = _gone_process(), "0" * 8
    left = [_draft(root, here, gone), _draft(root, here, os.getpid(), _WEEK_AND_A_DAY)]
    left.append(_draft(root, elsewhere, gone, _WEEK_AND_A_DAY))
    study = root / ("1" * 16)
    study.mkdir()
    left.append(study / f"umap.npz.{here}.{gone}.draft")
    left[-1].write_bytes(b"PK")
    kept = [_draft(root, elsewhere, os.getpid()), root / "my.draft", study]
    kept[1].mkdir()
    _aged(kept[1])
    being_written = atomic.draft_of(root / ("2" * 16))
    being_written.mkdir()
    patient_desk.tidy()
    assert [path for path in left if path.exists()] == []
    assert all(path.exists() for path in [*kept, being_written])


def test_a_worker_that_is_ended_while_it_keeps_a_study_leaves_no_rows(desk):
    job = desk.submit(Request("keeping"), ME)
    [draft] = wait_for(lambda: list(desk.library.root.glob("*.draft")))
    assert (draft / "rows.csv").exists()
    job.cancel(ME)
    wait_for(job.attempt.outcome, 10)
    wait_for(lambda: not draft.exists(), 5)


def test_a_server_tidies_again_and_again(tmp_path, server, patient_desk, monkeypatch):
    monkeypatch.setattr(process.WorkerProcess, "start", lambda self: None)
    monkeypatch.setattr(processes, "_TIDY_EVERY", 0.1)
    monkeypatch.setattr(processes, "_IDLE", 0.05)
    server(libraries=[tmp_path])
    for echo in ("first", "second"):
        old = patient_desk.submit(_work(echo), ME).attempt
        old.end(Outcome("failed"))
        _aged(old.folder)
        wait_for(lambda folder=old.folder: not folder.exists(), 5)


def test_two_servers_may_tidy_at_once(patient_desk, monkeypatch):
    folders = []
    for echo in ("first", "second"):
        old = patient_desk.submit(_work(echo), ME).attempt
        old.end(Outcome("failed"))
        _aged(old.folder)
        folders.append(old.folder)
    rmtree = shutil.rmtree

    def too_late(folder, *more, **options):
        rmtree(folder, *more, **options)
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("rome.jobs.attempt.shutil.rmtree", too_late)
    patient_desk.tidy()
    assert not any(folder.exists() for folder in folders)


def test_damaged_work_is_removed_after_a_week_too(patient_desk):
    old = patient_desk.submit(_work("damaged"), ME).attempt
    (old.folder / "outcome.json").write_text('{"state": ')
    patient_desk.tidy()
    assert old.folder.exists()
    _aged(old.folder)
    patient_desk.tidy()
    assert not old.folder.exists()
